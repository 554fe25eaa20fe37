"""Built functions compile nothing at their start: the build has compiled everything."""

from __future__ import annotations

import json
import marshal
import os
import subprocess
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import Loader

from certificates.aws import clients
from layers.certificates import generated
from layers.certificates.build import compile_ahead
from layers.targets import ROOT
from tests.packaging import lambda_root
from tests.packaging.building import BuiltStack

SETTINGS = {"TABLE_NAME": "certificates", "AWS_DEFAULT_REGION": "eu-west-1", "POWERTOOLS_SERVICE_NAME": "certificates"}

# Prints what is compiled after the imports of Lambda's runtime client: by the function's module, by the clients of AWS,
# and to find an address of AWS.
COMPILED = """
import sys
sys.path[:0] = ["/var/task", "/opt/python"]
import json, pathlib, re, typing
compiled = []
def note(event, given):
    # `six` compiles one function of its own.
    if event == "compile" and given[0] and given[1] == "<string>" and not given[0].startswith(b"def raise_from"):
        compiled.append(given[0].decode())
sys.addaudithook(note)
parse = re._parser.parse
re._parser.parse = lambda pattern, *given: (compiled.append(repr(pattern)), parse(pattern, *given))[1]
import app
from certificates.aws import certificate_store, clients, objects
clients.dynamodb(), clients.kms(), objects.bucket_address("certificates")
print(json.dumps(compiled))
"""


@pytest.mark.parametrize("name", ["LearnerRequests", "CertificateVerification", "CertificateIssuance", "Pages"])
def test_a_function_compiles_neither_expressions_nor_methods_nor_annotations(
    built: BuiltStack, root: Path, name: str
) -> None:
    [function] = (each for each in built.functions() if each.name == name)
    command = [*lambda_root.python(root, function.task, function.layers), "-c", COMPILED]
    done = subprocess.run(command, env={"PATH": os.defpath, **SETTINGS}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_the_same_package_has_the_same_tables(tmp_path: Path) -> None:
    package = ROOT / "layers" / "certificates" / "python" / "certificates"
    tables = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        subprocess.run(["cp", "-r", package, folder], check=True)
        compile_ahead(folder)
        start = folder / "certificates" / "start"
        tables.append({file.name: file.read_bytes() for file in start.glob("*.table")})
    assert tables[0] == tables[1]
    assert tables[0].keys() == {"compiled_ahead.table", "methods.table"}
    assert all(marshal.loads(tables[0]["compiled_ahead.table"]))  # noqa: S302 - made here


@pytest.fixture(scope="module")
def shortened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    generated.shorten_models(folder)
    return folder


def without_texts(model: Any) -> Any:
    if isinstance(model, list):
        return [without_texts(value) for value in model]
    if not isinstance(model, dict):
        return model
    return {
        key: "" if key == "documentation" and value == str(value) else without_texts(value)
        for key, value in model.items()
    }


@pytest.mark.parametrize("service", ["lambda", "s3", "sesv2", "sqs"])
def test_the_layer_s_model_of_a_service_is_botocore_s_without_texts(shortened: Path, service: str) -> None:
    assert service in clients.SERVICES
    model, whole = models(shortened, service)
    assert model == without_texts(whole)
    assert len(json.dumps(model)) < len(json.dumps(whole)) * 0.7


@pytest.mark.parametrize("service", sorted(clients.OPERATIONS))
def test_the_layer_s_model_has_the_operations_that_the_product_calls_with_all_their_shapes(
    shortened: Path, service: str
) -> None:
    model, whole = models(shortened, service)
    assert model["operations"].keys() == clients.OPERATIONS[service]
    for part in ("operations", "shapes"):
        assert model[part] == without_texts({name: whole[part][name] for name in model[part]})
    assert {**model, "operations": 0, "shapes": 0} == without_texts({**whole, "operations": 0, "shapes": 0})
    assert len(json.dumps(model)) < len(json.dumps(whole)) * 0.2


@pytest.mark.parametrize("service", sorted(clients.OPERATIONS))
def test_a_client_with_the_layer_s_model_has_the_same_shapes_and_errors(shortened: Path, service: str) -> None:
    def described(client: Any) -> list[object]:
        model = client.meta.service_model
        operations = [model.operation_model(name) for name in sorted(clients.OPERATIONS[service])]
        return [shape_as_text(shape) for each in operations for shape in (each.input_shape, each.output_shape)] + [
            (shape.name, shape.error_code, shape_as_text(shape)) for each in operations for shape in each.error_shapes
        ]

    ahead, usual = made_with(shortened, service), made_with(None, service)
    assert described(ahead) == described(usual)
    for name in {shape.name for shape in ahead.meta.service_model.error_shapes}:
        assert getattr(ahead.exceptions, name).__name__ == getattr(usual.exceptions, name).__name__


def shape_as_text(shape: Any, above: tuple[str, ...] = ()) -> str:
    """A shape with all below it. A shape inside itself is only its name."""
    if shape is None or shape.name in above:
        return shape and shape.name
    below = {**getattr(shape, "members", {})}
    below |= {part: getattr(shape, part) for part in ("member", "key", "value") if hasattr(shape, part)}
    parts = {name: shape_as_text(part, (*above, shape.name)) for name, part in below.items()}
    return repr((shape.name, shape.type_name, sorted(shape.metadata.items(), key=str), sorted(parts.items())))


def models(shortened: Path, service: str) -> tuple[Any, Any]:
    """The layer's model of a service, and botocore's."""
    [file] = shortened.glob(f"{service}/*/service-2.json")
    loader = botocore.session.Session().get_component("data_loader")
    return json.loads(file.read_text()), loader.load_data(f"{service}/{file.parent.name}/service-2")


def made_with(models: Path | None, service: str) -> Any:
    """A client with the models in a folder and the product's additions; None: with botocore's models."""
    loader = Loader(include_default_search_paths=False)
    loader.search_paths.extend([*([str(models)] if models else []), clients.SERVICE_MODELS, *Loader().search_paths])
    session = botocore.session.Session()
    session.register_component("data_loader", loader)
    session.set_credentials("key", "secret")
    return session.create_client(service, region_name="eu-west-1")


@pytest.mark.parametrize("account", [None, "123456789012"])
@pytest.mark.parametrize("region", ["eu-west-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "local"])
def test_dynamodb_has_the_same_address_without_the_tables_of_a_call(
    tmp_path: Path, region: str, account: str | None
) -> None:
    generated.shorten_address_rules(tmp_path)
    [file] = tmp_path.glob("dynamodb/*/endpoint-rule-set-1.json")
    loader = botocore.session.Session().get_component("data_loader")
    whole = loader.load_data(f"dynamodb/{file.parent.name}/endpoint-rule-set-1")
    partitions = loader.load_data("partitions")
    parameters = {"Region": region, "UseFIPS": False, "UseDualStack": False}
    if account:
        parameters |= {"AccountId": account, "AccountIdEndpointMode": "preferred"}
    name = {"ResourceArnList": ["certificates"]}
    ours = EndpointProvider(json.loads(file.read_text()), partitions).resolve_endpoint(**parameters)
    theirs = EndpointProvider(whole, partitions).resolve_endpoint(**parameters, **name)
    assert (ours.url, ours.properties, ours.headers) == (theirs.url, theirs.properties, theirs.headers)


def test_a_client_of_s3_signs_a_form_with_the_layer_s_models(shortened: Path) -> None:
    client = made_with(shortened, "s3")
    assert client.generate_presigned_post("bucket", "a/key")["fields"]["key"] == "a/key"
    assert client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "a/key"})
