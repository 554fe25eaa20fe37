"""The rendering function in this process: the same request and answer, without a call to Lambda."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.renderer import Renderer, compiled_key
from certificates.designs.compilation import carry_out
from certificates.messages.rendering import Rendered, Rendering

SECONDS = 300
"""More than a busy machine needs."""

_COMPILED: dict[object, bytes] = {}
"""Compiled designs by digest, kept for all tests of this process."""


@dataclass(frozen=True, slots=True)
class InProcess(Renderer):
    def _invoke(self, request: Rendering) -> Rendered:
        if request.action != "compile":
            return carry_out(request, self.documents, SECONDS)
        key = compiled_key(request.design)
        if key in _COMPILED:
            self.documents.put(key, _COMPILED[key], "application/octet-stream")
            return Rendered()
        said = carry_out(request, self.documents, SECONDS)
        compiled = self.documents.get(key)
        if compiled is not None:
            _COMPILED[key] = compiled
        return said
