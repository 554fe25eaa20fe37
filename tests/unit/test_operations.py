"""The layer's models of some services have only the operations that the product calls."""

from __future__ import annotations

import ast
from pathlib import Path

import aws_lambda_powertools.utilities.idempotency.persistence.dynamodb as persistence
import botocore.session
import pytest
from botocore import xform_name

from certificates.aws import clients
from layers.targets import ROOT

SOURCES = [
    # Only this package calls AWS.
    *(ROOT / "layers" / "certificates" / "python" / "certificates" / "aws").rglob("*.py"),
    # Powertools gets the product's client.
    Path(persistence.__file__),
]


def words(source: Path) -> set[str]:
    """All names and texts in a module: a call may have its operation from a table."""
    nodes = list(ast.walk(ast.parse(source.read_text())))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("service", sorted(clients.OPERATIONS))
def test_all_operations_that_the_product_calls_are_listed_and_no_others(service: str) -> None:
    known = botocore.session.Session().get_service_model(service).operation_names
    used = set().union(*map(words, SOURCES))
    assert {name for name in known if xform_name(name) in used} == clients.OPERATIONS[service]
