"""Runs one built function with Lambda's runtime client. The function has only what it would have on Lambda.

The generated `bootstrap` starts it as `python -I bootstrap.py TASK LAYER...`, with an interpreter that has only the
runtime client and boto3. If a layer lacks a dependency, the function fails here as it would on AWS. This module imports
nothing of its folder.
"""

import os
import runpy
import sys
from pathlib import Path


def search_path(task: Path, layers: list[Path]) -> list[str]:
    """In Lambda's order: the function, then /opt, where a later layer covers the files of an earlier one."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    opt = [layer / "python" for layer in reversed(layers)]
    return [str(task), *(str(python / "lib" / version / "site-packages") for python in opt), *map(str, opt)]


def with_cookies(handler):
    """API Gateway puts a request's cookies into `cookies` of the event; the local cloud leaves them in `headers`."""

    def handle(event, context):
        if isinstance(event, dict) and "routeKey" in event and (written := event["headers"].pop("cookie", None)):
            event["cookies"] = [cookie.strip() for cookie in written.split(";")]
        return handler(event, context)

    return handle


def main() -> None:
    task, *layers = map(Path, sys.argv[1:])
    sys.path[:0] = search_path(task, layers)
    os.environ["LAMBDA_TASK_ROOT"] = str(task)
    os.environ["AWS_EXECUTION_ENV"] = f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}"
    os.chdir(task)
    # The issuer here is on loopback, without TLS; in an account, every issuer without TLS is refused.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    from awslambdaric import bootstrap

    found = bootstrap._get_handler
    bootstrap._get_handler = lambda name: with_cookies(found(name))
    sys.argv = ["awslambdaric", os.environ["_HANDLER"]]
    runpy.run_module("awslambdaric", run_name="__main__")


if __name__ == "__main__":
    main()
