"""The design of a run's certificates: stored under the digest of its content, checked before it is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from certificates.backend import Backend
from certificates.designs.own_templates import read_template
from certificates.errors import DesignFailed, PreconditionFailed, Raced
from certificates.rendering import templates
from certificates.rendering.errors import RenderingError
from certificates.rendering.flaws import DesignFlaw
from certificates.rendering.model import Design
from certificates.rules.further_fields import of_learners, of_run
from certificates.rules.model import CourseRun, Site
from certificates.rules.setting_checks import checked_text


def default_design() -> Design:
    """The site's design, which every run starts with."""
    return Design()


def design_key(digest: str) -> str:
    return f"designs/{digest}.json"


def design_of(run: CourseRun, backend: Backend) -> Design:
    stored = backend.documents.get(design_key(run.design_digest))
    if stored is None:
        raise LookupError(f"design {run.design_digest} of {run.course_id} is not in the bucket")
    return Design.from_json(stored.decode())


class Prepared(NamedTuple):
    """`warnings` are about a customer's template, by file and line: parts that will probably not look right."""

    digest: str
    warnings: tuple[DesignFlaw, ...] = ()


def store_design(design: Design, *, backend: Backend, known: str | None, used: bool) -> Prepared:
    """Store a design and compile it, if it will be used.

    `known` is the digest already in use, which needs neither. Raises DesignFailed with the fault.
    """
    digest = _digest(design)
    if digest == known:
        return Prepared(digest)
    backend.documents.put(design_key(digest), design.to_json().encode(), "application/json")
    return Prepared(digest, backend.renderer.compile(digest) if used else ())


def complete(design: Design, run: CourseRun, *, backend: Backend) -> Design:
    """A design with the parts from the run and the bucket: title, organization, and the customer's template.

    Raises BadRequest `unknown-template`, `bad-template`, and as `checked_text` does for a text that cannot be printed.
    """
    _require_printed_texts(design)
    own = None if design.template in templates.names() else read_template(design.template, backend.documents)
    return with_run(replace(design, own_template=own), run, backend.site)


def _require_printed_texts(design: Design) -> None:
    """Staff type these texts, and they are printed on one line each. A signatory may have a name alone."""
    if design.title is not None:
        checked_text("title", design.title)
    for number, signatory in enumerate(design.signatories):
        checked_text(f"signatories.{number}.name", signatory.name)
        for field in ("title", "organization"):
            if text := getattr(signatory, field).strip():
                checked_text(f"signatories.{number}.{field}", text)


def with_run(design: Design, run: CourseRun, site: Site) -> Design:
    """The design with the values from the run's settings.

    A field that the design does not ask for is left out: a change of the run's dates makes no other design of it.
    """
    asked = design.names_asked_for()
    return replace(
        design,
        course_title=run.title,
        organization=run.organization,
        fields=tuple(sorted((name, value) for name, value in of_run(run, site).items() if name in asked)),
        learners_fields=tuple(name for name in of_learners(run) if name in asked),
    )


def address_warning(backend: Backend) -> tuple[str, ...]:
    """A warning if certificates would print an address that ends with the stack: they print this address for life."""
    if backend.has_lasting_address:
        return ()
    return (
        f"Certificates print the address {backend.base_url}, which ends with this stack. "
        "Set DomainName or PublicBaseUrl before the first issue.",
    )


def replace_design(
    run: CourseRun, design: Design, *, active: bool, by: str, backend: Backend, now: datetime
) -> tuple[CourseRun, tuple[DesignFlaw, ...]]:
    """Give a run another design: the run, and warnings of the design.

    Raises as `complete` and `store_design` do, PreconditionFailed `changed-meanwhile`.
    """
    design = complete(design, run, backend=backend)
    known = run.design_digest if run.design_active else None
    prepared = store_design(design, backend=backend, known=known, used=active)
    changed = replace(
        run,
        design_digest=prepared.digest,
        design_active=active,
        version=run.version + 1,
        saved_by=by,
        saved_at=now,
    )
    try:
        backend.runs.replace(changed, version_read=run.version)
    except Raced as race:
        raise PreconditionFailed("changed-meanwhile", "The run was changed meanwhile. Try again.") from race
    return changed, prepared.warnings


def keep_design(design: Design, *, backend: Backend) -> str:
    """Store a complete design for a sample, and return its digest. Raises DesignFailed with the fault."""
    digest = _digest(design)
    backend.documents.put(design_key(digest), design.to_json().encode(), "application/json")
    return digest


def _digest(design: Design) -> str:
    """Raises DesignFailed if the design names something that does not exist."""
    try:
        return design.digest()
    except RenderingError as error:
        raise DesignFailed(str(error), error.flaws) from error
