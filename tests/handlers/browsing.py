"""A browser without scripts that calls the handlers of the pages: it keeps cookies and posts forms."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import httpx

from certificates import runtime
from certificates.pages import session
from tests.handlers.http_events import Answer, Context, answered, routed

HOST = "certificates.example"


@dataclass
class Browser:
    """`handler` is the function that serves the pages; `cookies` are those of its host."""

    handler: Any
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def sign_in(self, username: str, *, global_staff: bool = False, ago: timedelta = timedelta(0)) -> Browser:
        """As the sign-in page leaves a browser, so long ago."""
        now = runtime.now() - ago
        self._keep((session.begin_session(username, username.title(), global_staff=global_staff, now=now),))
        return self

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def head(self, path: str, **headers: str) -> Answer:
        return self._ask("HEAD", path, None, headers)

    def post_with_files(self, path: str, form: Any, files: dict[str, bytes]) -> Answer:
        """A form in parts, as a browser sends a form that has a field for a file."""
        request = httpx.Request("POST", f"https://{HOST}{path}", data=form, files=files)
        body, media_type = request.read(), request.headers["content-type"]
        return self._ask("POST", path, body, {"sec_fetch_site": "same-origin", "content_type": media_type})

    def post(self, path: str, form: Any = (), **headers: str) -> Answer:
        """Post a form of this site, unless the headers name another site."""
        return self._ask(
            "POST", path, urlencode(form, doseq=True).encode(), {"sec_fetch_site": "same-origin", **headers}
        )

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        target, _, query = path.partition("?")
        route, values = routed(method, target)
        sent = {"accept": "text/html", "accept-encoding": "gzip", **self.headers, **headers}
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": unquote(target),
            "rawQueryString": query,
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "headers": {name.replace("_", "-"): value for name, value in sent.items() if value},
            "requestContext": {
                "domainName": HOST,
                "http": {"method": method, "path": target, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
                "requestId": "id",
                "stage": "$default",
            },
            "pathParameters": values,
            "queryStringParameters": dict(parse_qsl(query)),
            "isBase64Encoded": body is not None,
        }
        if body is not None:
            event["body"] = base64.b64encode(body).decode()
        answer = answered(self.handler(event, Context()))
        self._keep(answer.cookies)
        return answer

    def _keep(self, cookies: tuple[str, ...]) -> None:
        for cookie in cookies:
            name, _, rest = cookie.partition("=")
            value, *attributes = rest.split("; ")
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes), cookie
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
