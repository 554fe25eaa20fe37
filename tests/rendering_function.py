"""The rendering function without the call between: the same request, the same answer, in this process."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.aws.documents import Documents
from certificates.aws.renderer import Renderer
from certificates.design_rendering import answer


@dataclass(frozen=True, slots=True)
class InProcess(Renderer):
    documents: Documents

    def _invoke(self, request: dict[str, object]) -> dict[str, dict[str, str]]:
        return answer(request, self.documents)
