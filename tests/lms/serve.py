"""`python -m tests.lms.serve PORT`: the LMS on loopback, until it is stopped."""

from __future__ import annotations

import os
import socketserver
import sys
import tempfile
from pathlib import Path
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

LOOPBACK = "127.0.0.1"


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients close connections, and so does this server for some faults."""


class Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return super().get_environ() | {"lms.connection": self.connection}

    def address_string(self) -> str:
        return str(self.client_address[0])

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""


def main() -> None:
    port = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="lms-") as folder:
        os.environ["LMS_DATABASE"] = str(Path(folder) / "lms.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.lms.settings"
        import django
        from django.core.management import call_command
        from django.core.wsgi import get_wsgi_application

        django.setup()
        call_command("migrate", verbosity=0)
        from tests.lms.oauth import BASE

        BASE["url"] = f"http://{LOOPBACK}:{port}"
        ServerHandler.http_version = "1.0"
        server = Server((LOOPBACK, port), Handler)
        server.set_app(get_wsgi_application())
        server.serve_forever()


if __name__ == "__main__":
    main()
