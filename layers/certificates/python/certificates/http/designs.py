"""Course staff: the design of a run's certificates, and samples of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from certificates.designs.limits import MAX_DESIGN_BYTES
from certificates.designs.run_design import address_warning, design_of, replace_design
from certificates.designs.samples import lay_out_sample
from certificates.errors import PreconditionFailed
from certificates.http.answers import PDF, Answer, answer, redirect
from certificates.http.api import Api
from certificates.http.etags import digest_etag, etags_expected
from certificates.http.parameters import IF_MATCH_OPTIONAL
from certificates.http.requests import Request, RequestWith
from certificates.lookup import read_run
from certificates.rendering.model import Design, Signatory
from certificates.rules.model import CourseRun

if TYPE_CHECKING:
    from certificates.http.schemas.bodies import DesignBody

api = Api()


@api.operation("GET", "/course-runs/{course_id}/design", answers={200: "DesignAnswer"}, versioned=True)
def read_design(request: Request) -> Answer:
    """The design of the run's certificates."""
    run = read_run(request.course_id, backend=request.backend)
    document = _design_document(run, design_of(run, request.backend), address_warning(request.backend))
    return answer(document, ETag=_etag(run))


def _completed(request: Request, given: Answer) -> Answer:
    """The answer with the design. Its pictures are too large to keep for repeated calls, and the bucket has them."""
    kept = json.loads(given.body)
    run = replace(
        read_run(request.course_id, backend=request.backend),
        design_digest=kept["digest"],
        design_active=kept["active"],
    )
    warnings = (*kept["warnings"], *address_warning(request.backend))
    document = _design_document(run, design_of(run, request.backend), warnings)
    return answer(document, ETag=_etag(run))


@api.operation(
    "PUT",
    "/course-runs/{course_id}/design",
    answers={200: "DesignAnswer"},
    max_body_bytes=MAX_DESIGN_BYTES,
    idempotent=True,
    reads=(IF_MATCH_OPTIONAL,),
    versioned=True,
    completed=_completed,
)
def put_design(request: RequestWith[DesignBody]) -> Answer:
    """Replace the design. A design that will be active is laid out first; a fault refuses the design with the
    reason."""
    run = read_run(request.course_id, backend=request.backend)
    expected = etags_expected(request)
    if expected is not None and _etag(run) not in expected:
        raise PreconditionFailed("changed-meanwhile", "The design is not the one that was read. Read it again.")
    design = _design(request.body)
    run, warnings = replace_design(
        run,
        design,
        active=request.body.active,
        by=request.caller.username,
        backend=request.backend,
        now=request.now,
    )
    return answer({"digest": run.design_digest, "active": run.design_active, "warnings": list(map(str, warnings))})


@api.operation(
    "POST",
    "/course-runs/{course_id}/design/preview",
    answers={302: None},
    leads_to=PDF,
    max_body_bytes=MAX_DESIGN_BYTES,
)
def preview_design(request: RequestWith[DesignBody]) -> Answer:
    """A PDF with a sample name, marked as a sample."""
    run = read_run(request.course_id, backend=request.backend)
    sample = lay_out_sample(run, _design(request.body), "usual", backend=request.backend, now=request.now)
    return redirect(request.backend.documents.link(sample, "sample.pdf"))


def _design(body: DesignBody) -> Design:
    return Design(
        template=body.template,
        language=body.language,
        title=body.title,
        paper=body.paper,
        show=tuple(dict.fromkeys(body.show)),
        signatories=tuple(Signatory(**dict(signatory)) for signatory in body.signatories),
    )


def _etag(run: CourseRun) -> str:
    return digest_etag(run.design_digest, run.design_active)


def _design_document(run: CourseRun, design: Design, warnings: tuple[str, ...]) -> dict[str, object]:
    import base64

    signatories = [
        {
            "name": signatory.name,
            "title": signatory.title,
            "organization": signatory.organization,
            "signature_image": base64.b64encode(signatory.signature_image).decode()
            if signatory.signature_image
            else None,
        }
        for signatory in design.signatories
    ]
    return {
        "title": design.title,
        "language": design.language,
        "signatories": signatories,
        "template": design.template,
        "paper": design.paper,
        "show": list(design.show),
        "active": run.design_active,
        "state": "ready" if run.design_active else "inactive",
        "digest": run.design_digest,
        "warnings": list(warnings),
    }
