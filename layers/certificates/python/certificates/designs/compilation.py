"""The work of the rendering function: compile a design, lay out a sample, or a certificate that filling refuses.

Requests and answers are JSON: see `aws/renderer.py`, the other end of the line.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from certificates.aws.documents import Documents
from certificates.aws.renderer import compiled_key
from certificates.designs.run_design import design_key
from certificates.designs.time_limit import TimeOver, time_limit
from certificates.messages.rendering import Rendered, Rendering
from certificates.rendering.attaching import Attachment
from certificates.rendering.compile import compile_design
from certificates.rendering.errors import NotFillable, RenderingError
from certificates.rendering.fields import Fields
from certificates.rendering.flaws import DesignFlaw, design_flaw
from certificates.rendering.full import render
from certificates.rendering.linting import lint
from certificates.rendering.model import Design

SAMPLE = Fields(
    name="Zoë Ångström",
    issued_on=date(2026, 1, 31),
    verify_uuid="0" * 32,
    revision=1,
    verify_url="https://certificates.example/certificates/" + "0" * 32,
    sample=True,
)


def carry_out(request: Rendering, documents: Documents, seconds: float) -> Rendered:
    """Do what the request asks for, in so many seconds. Raises LookupError when the design is not in the bucket.

    A layout that is not finished in `seconds` is refused.
    A customer's template is checked before its first use, not for each certificate.
    """
    design = _design(documents, request.design)
    try:
        with time_limit(seconds):
            return _carried_out(request, design, documents)
    except TimeOver:
        return Rendered.refusing(design_flaw("layout-too-slow", seconds=f"{seconds:.0f}"))


def _carried_out(request: Rendering, design: Design, documents: Documents) -> Rendered:
    findings = lint(design.own_template) if design.own_template and request.action != "render" else ()
    warnings = [found.flaw for found in findings]
    wrong = [found.flaw for found in findings if found.level == "error"]
    if wrong:
        return Rendered.refusing(*wrong)
    try:
        if request.action == "compile":
            warnings += _compile(design, request.design, documents)
        elif request.action == "preview":
            if design.own_template:
                _compile(design, None, documents)  # a fault at activation is refused before
            # An earlier release sends no name.
            sample = Fields.from_json(request.fields)._replace(sample=True) if request.fields else SAMPLE
            documents.put_certificate(request.document or "", render(design, sample))
        else:
            attachments = tuple(map(Attachment.from_json, request.attached))
            pdf = render(design, Fields.from_json(request.fields or ""), attachments)
            documents.put_certificate(request.document or "", pdf)
    except RenderingError as error:
        # A warning often is the cause of what a layout finds: without its style sheet, the page's code is too small.
        return Rendered.refusing(*error.flaws, *warnings) if error.flaws else Rendered(refused=str(error))
    return Rendered(warnings=tuple(map(str, warnings)), flaws=tuple(warnings))


def _compile(design: Design, digest: str | None, documents: Documents) -> list[DesignFlaw]:
    """Warnings about the compiled design. With a digest, the design is stored. If its slots cannot be filled, there is
    no compiled design, and certificates are laid out one by one.
    """
    try:
        compiled = compile_design(design)
    except NotFillable as reason:
        return [each.at("template.html") for each in (*reason.flaws, design_flaw("laid-out-alone"))]
    if digest is not None:
        documents.put(compiled_key(digest), compiled, "application/octet-stream")
    return []


@lru_cache(maxsize=32)
def _design(documents: Documents, digest: str) -> Design:
    """A digest names one content, so the cache is never out of date."""
    stored = documents.get(design_key(digest))
    if stored is None:
        raise LookupError(f"design {digest} is not in the bucket")
    return Design.from_json(stored.decode())
