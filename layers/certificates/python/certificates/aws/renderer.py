"""Certificates laid out by the function that carries WeasyPrint."""

from __future__ import annotations

import json
from dataclasses import dataclass

from certificates.aws.clients import lambda_
from certificates.errors import Conflict
from certificates.rendering.model import Fields


class RenderingFailed(Exception):
    """The rendering function broke: not the certificate's fault, worth another try."""


@dataclass(frozen=True, slots=True)
class Renderer:
    function: str

    def render(self, design_digest: str, fields: Fields, document: str) -> None:
        """Lay out one certificate and store it under the key `document`.

        Raises Conflict `not-renderable` when no bundled font has a glyph for what it must say,
        RenderingFailed when the function itself failed.
        """
        answer = self._invoke(
            {"action": "render", "design": design_digest, "fields": fields.to_json(), "document": document}
        )
        if "refused" in answer:
            raise Conflict("not-renderable", answer["refused"]["message"])

    def check(self, design_digest: str) -> str | None:
        """Lay out a sample of a design: None when it is ready, else why it failed."""
        answer = self._invoke({"action": "check", "design": design_digest})
        return answer["refused"]["message"] if "refused" in answer else None

    def preview(self, design_digest: str, document: str) -> None:
        """Lay out a sample of a design and store it under the key `document`."""
        answer = self._invoke({"action": "preview", "design": design_digest, "document": document})
        if "refused" in answer:
            raise Conflict("design-failed", answer["refused"]["message"])

    def _invoke(self, request: dict[str, object]) -> dict[str, dict[str, str]]:
        answer = lambda_().invoke(FunctionName=self.function, Payload=json.dumps(request).encode())
        body = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RenderingFailed(str(body.get("errorType")))
        return dict(body)
