"""Some modules are loaded at their first use, and are then as usual."""

from __future__ import annotations

import subprocess
import sys

import pytest

from layers.targets import ROOT

PACKAGES = ROOT / "layers" / "certificates" / "python"
LOADED = "type(sys.modules[{name!r}]).__name__ == 'module'"


def run(code: str) -> list[str]:
    """The lines that a new process prints, after it has imported the product."""
    path = f"import sys; sys.path.insert(0, {str(PACKAGES)!r}); import certificates\n"
    done = subprocess.run([sys.executable, "-c", path + code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "use", "result"),
    [
        ("ast", "ast.literal_eval('[1]')", "[1]"),
        ("tokenize", "tokenize.tok_name[0]", "ENDMARKER"),
        ("zipfile", "zipfile.is_zipfile('none')", "False"),
        ("zipfile", "__import__('zipfile._path')._path.__name__", "zipfile._path"),
        ("configparser", "configparser.ConfigParser().sections()", "[]"),
        ("mimetypes", "mimetypes.guess_type('a.pdf')[0]", "application/pdf"),
    ],
)
def test_a_module_is_loaded_when_a_name_in_it_is_used(name: str, use: str, result: str) -> None:
    loaded = LOADED.format(name=name)
    assert run(f"import {name}\nprint({loaded})\nprint({use})\nprint({loaded})") == ["False", result, "True"]


def test_names_are_imported_from_such_a_module_as_usual() -> None:
    assert run("from mimetypes import guess_type\nprint(guess_type('a.pdf')[0])") == ["application/pdf"]


def test_powertools_still_looks_through_events_with_queries() -> None:
    name = "aws_lambda_powertools.utilities.jmespath_utils"
    log = "import aws_lambda_powertools.logging\nfrom aws_lambda_powertools.utilities import jmespath_utils\n"
    query = "print(jmespath_utils.query({'a': {'b': 1}}, 'a.b'))"
    loaded = LOADED.format(name=name)
    assert run(f"{log}print({loaded})\n{query}\nprint({loaded})") == ["False", "1", "True"]


def test_a_module_that_is_imported_twice_is_still_not_loaded() -> None:
    loaded = LOADED.format(name="mimetypes")
    assert run(f"import mimetypes\nimport mimetypes as again\nprint({loaded}, again is mimetypes)") == ["False True"]


def test_a_module_of_a_package_can_be_imported_without_the_content_of_the_package() -> None:
    package = LOADED.format(name="aws_lambda_powertools")
    code = f"""
import aws_lambda_powertools.shared
from aws_lambda_powertools import package_logger
print({package}, aws_lambda_powertools.shared.functions.__name__, package_logger.__name__)
from aws_lambda_powertools import Tracer
print({package}, Tracer.__name__)
"""
    names = "aws_lambda_powertools.shared.functions aws_lambda_powertools.package_logger"
    assert run(code) == [f"False {names}", "True Tracer"]


def test_the_http_client_of_botocore_has_no_part_for_http_2() -> None:
    code = "import urllib3, urllib3.connection\nprint(LOADED, 'importlib.metadata' in sys.modules)\n"
    code += "print(urllib3.http2.inject_into_urllib3.__name__)\nprint(LOADED)"
    expected = ["False False", "inject_into_urllib3", "True"]
    assert run(code.replace("LOADED", LOADED.format(name="urllib3.http2"))) == expected


def test_all_names_of_a_module_are_listed() -> None:
    assert run("import mimetypes\nprint('guess_type' in dir(mimetypes))") == ["True"]


def test_a_missing_name_is_an_error_of_the_module() -> None:
    code = "import zipfile\ntry: zipfile.none\nexcept AttributeError as error: print(error)"
    assert run(code) == ["module 'zipfile' has no attribute 'none'"]


def test_threads_that_use_such_a_module_at_once_all_get_it() -> None:
    code = """
import mimetypes
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(16) as pool:
    print(set(pool.map(lambda _: mimetypes.guess_type("a.pdf")[0], range(64))))
"""
    assert run(code) == ["{'application/pdf'}"]
