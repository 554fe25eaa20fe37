"""Built functions start without the modules that hardly any request uses."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from certificates.start.later import LATER
from tests.packaging import lambda_root
from tests.packaging.building import BuiltStack
from tests.packaging.test_compiled_ahead import SETTINGS

KEYS = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
# Prints the modules of LATER that are imported, and those that are loaded, after the function's start and calls of AWS.
WAITING = """
import sys
sys.path[:0] = ["/var/task", "/opt/python"]
import app, json
from certificates.aws import certificate_store, clients
from certificates.start.later import LATER
from botocore.awsrequest import AWSResponse
class Empty:
    def stream(self, **_):
        yield b"{}"
for client in (clients.dynamodb(), clients.kms()):
    client.meta.events.register("before-send", lambda request, **_: AWSResponse(request.url, 200, {}, Empty()))
clients.dynamodb().batch_get_item(RequestItems={"certificates": {"Keys": [{"pk": {"S": "a"}}]}})
put = {"TableName": "certificates", "Item": {"pk": {"S": "a"}}}
clients.dynamodb().transact_write_items(TransactItems=[{"Put": put}])
clients.kms().decrypt(CiphertextBlob=b"sealed")
imported = sorted(LATER.keys() & sys.modules.keys())
loaded = [name for name in imported if type(sys.modules[name]).__name__ != "_Later"]
print(json.dumps([imported, loaded]))
"""

OF_OTHERS = {"ast", "tokenize", "zipfile"}
"""Imported by modules that are not loaded themselves."""


@pytest.mark.parametrize("name", ["LearnerRequests", "CertificateInvalidation", "CertificateVerification"])
def test_a_function_starts_without_the_modules_that_are_loaded_later(built: BuiltStack, root: Path, name: str) -> None:
    [function] = (each for each in built.functions() if each.name == name)
    command = [*lambda_root.python(root, function.task, function.layers), "-c", WAITING]
    done = subprocess.run(command, env={"PATH": os.defpath, **SETTINGS, **KEYS}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    imported, loaded = json.loads(done.stdout)
    assert loaded == []
    assert imported == sorted(LATER.keys() - OF_OTHERS)
