"""The rendering function without the call between: the same request, the same answer, in this process."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.documents import Documents
from certificates.aws.renderer import Renderer
from certificates.design_rendering import answer

_CHECKED: dict[object, dict[str, dict[str, str]]] = {}
"""Digests name content: what was found of one holds in every test."""


@dataclass(frozen=True, slots=True)
class InProcess(Renderer):
    documents: Documents

    def _invoke(self, request: dict[str, object]) -> dict[str, dict[str, str]]:
        if request["action"] != "check":
            return answer(request, self.documents)
        if request["design"] not in _CHECKED:
            _CHECKED[request["design"]] = answer(request, self.documents)
        return _CHECKED[request["design"]]
