"""Makes PDFs: fills in a compiled design here, or asks the function `design_compilation` for a full layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from certificates.aws.clients import lambda_
from certificates.aws.documents import Documents
from certificates.errors import DesignFailed, NotPrintable
from certificates.messages.rendering import Rendered, Rendering
from certificates.rendering.errors import NeedsFullRender
from certificates.rendering.fields import Fields
from certificates.rendering.flaws import DesignFlaw, design_flaw

if TYPE_CHECKING:
    from certificates.aws.credentials import Credentials
    from certificates.rendering.attaching import Attachment
    from certificates.rendering.fill import CompiledDesign
    from certificates.rules.model import CourseRun, Learner
    from certificates.trust.credential import Award


_KILLED = "Sandbox.Timedout"
"""Lambda's error type for a function whose time was over."""


class RenderingFailed(Exception):
    """The rendering function failed. The certificate is not the cause, so another try may succeed."""


class NotCompiled(Exception):
    """This release finds no compiled design that it can read: certificates are laid out in full."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """`function` names the rendering function, which answers requests by `designs.compilation`.

    `credentials` signs the credentials of certificates.
    """

    function: str
    documents: Documents
    credentials: Credentials

    def render(self, design_digest: str, fields: Fields, document: str, award: Award | None = None) -> None:
        """Make one certificate, with the credential of `award`, and store it under the key `document`.

        Raises NotPrintable when a text does not fit or has a character without a font, RenderingFailed when the
        function itself failed.
        """
        self.prepare(design_digest, fields, document, self.signed(award))()

    def signed(self, award: Award | None) -> Sequence[Attachment]:
        """The credential of an award, for `prepare`."""
        return self.credentials.attachments(award) if award else ()

    def prepare(
        self, design_digest: str, fields: Fields, document: str, attachments: Sequence[Attachment] = ()
    ) -> Callable[[], None]:
        """Do the part of `render` that needs the processor. The returned call does the rest, which mostly waits: it
        stores the certificate, or asks for a full layout. Both raise what `render` raises.
        """
        pdf = self.filled(design_digest, fields, attachments)
        if pdf is not None:
            return partial(self.documents.put_certificate, document, pdf)
        return partial(self._lay_out, design_digest, fields, document, attachments)

    def _lay_out(self, design_digest: str, fields: Fields, document: str, attachments: Sequence[Attachment]) -> None:
        attached = tuple(attachment.to_json() for attachment in attachments)
        answer = self._invoke(Rendering("render", design_digest, document, fields.to_json(), attached))
        if answer.refused is not None:
            raise NotPrintable(answer.refused)

    def filled(self, design_digest: str, fields: Fields, attachments: Sequence[Attachment] = ()) -> bytes | None:
        """The PDF from a compiled design; None when the certificate needs a full layout."""
        try:
            return _compiled(self.documents, design_digest).fill(fields, attachments)
        except (NotCompiled, NeedsFullRender):
            return None

    def compile(self, design_digest: str) -> tuple[DesignFlaw, ...]:
        """Compile a design for filling. Returns warnings by file and line. Raises DesignFailed with the fault."""
        answer = self._invoke(Rendering("compile", design_digest))
        if answer.refused is not None:
            raise DesignFailed(answer.refused, answer.flaws)
        # An earlier release sends sentences alone.
        return answer.flaws or tuple(design_flaw("said-by-layout", said=warning) for warning in answer.warnings)

    def preview(self, design_digest: str, document: str, fields: Fields) -> None:
        """Lay out a sample of a design and store it under the key `document`. Raises DesignFailed with the fault."""
        answer = self._invoke(Rendering("preview", design_digest, document, fields.to_json()))
        if answer.refused is not None:
            raise DesignFailed(answer.refused, answer.flaws)

    def _invoke(self, request: Rendering) -> Rendered:
        answer = lambda_().invoke(FunctionName=self.function, Payload=json.dumps(request.to_json()).encode())
        body = json.loads(answer["Payload"].read())
        if body.get("errorType") == _KILLED and request.action != "render":
            return Rendered.refusing(design_flaw("layout-endless"))
        if "FunctionError" in answer:
            raise RenderingFailed(str(body.get("errorType")))
        return Rendered.from_json(body)


def name_fits(documents: Documents, run: CourseRun, learner: Learner) -> bool:
    """Whether the learner's printed name fits the run's design. Filling gives the same answer. True without a compiled
    design: then only a layout knows.
    """
    try:
        return _compiled(documents, run.design_digest).fits_name(learner.printed_name, learner.language)
    except NotCompiled:
        return True


def compiled_key(digest: str) -> str:
    return f"designs/{digest}.compiled"


@lru_cache(maxsize=32)
def _compiled(documents: Documents, digest: str) -> CompiledDesign:
    """The design is named by its content, so the copy of a warm function is never out of date. Raises NotCompiled."""
    from certificates.rendering.artefact import ArtefactFault
    from certificates.rendering.fill import load_compiled

    stored = documents.get(compiled_key(digest))
    if stored is None:
        raise NotCompiled(digest)
    try:
        return load_compiled(stored)
    except ArtefactFault as fault:
        raise NotCompiled(digest) from fault
