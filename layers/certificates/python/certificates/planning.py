"""Makes a plan from a decision: documents to render and items to write. Pure: one learner and a batch use the same
code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from certificates.change import Change
from certificates.content import award_of, document_key, fields_of, verify_uuid_of
from certificates.rendering.fields import Fields
from certificates.rules.days import day_of
from certificates.rules.eligibility import Decision
from certificates.rules.further_fields import of_certificate
from certificates.rules.history import ChangeKind, HistoryEntry, Trigger
from certificates.rules.model import Certificate, Facts, Outcome, Status
from certificates.trust.credential import Award
from certificates.trust.status_list import StatusEntry

_MARKED = {
    Status.NOTPASSING: ChangeKind.MARKED_NOTPASSING,
    Status.UNAVAILABLE: ChangeKind.MARKED_UNAVAILABLE,
    Status.UNVERIFIED: ChangeKind.MARKED_UNVERIFIED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The cause of a decision: `actor` is a username, `lms` or `schedule`; `job` is the job that decides."""

    trigger: Trigger
    actor: str
    job: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`change` None: nothing to write. `fields` not None: render them first, under `change.certificate.document`, with
    the credential of `award` if it is set.

    `obsolete` is the document that nothing names after the change.
    """

    change: Change | None = None
    fields: Fields | None = None
    award: Award | None = None
    obsolete: str | None = None


def has_credential(facts: Facts, decision: Decision) -> bool:
    """Whether a certificate issued by this decision has a credential, if the site issues credentials."""
    return decision.outcome is Outcome.ISSUED and facts.run.credential


def entry_of(certificate: Certificate | None) -> StatusEntry | None:
    """The certificate's entry of a status list, for life."""
    if certificate is None or certificate.status_list is None or certificate.status_index is None:
        return None
    return StatusEntry(certificate.status_list, certificate.status_index)


def plan(
    facts: Facts,
    decision: Decision,
    cause: Cause,
    *,
    secret: bytes,
    base_url: str,
    entry: StatusEntry | None = None,
) -> Plan:
    """The plan for a decision. The plan is empty if nothing changes. `entry` is the status list entry of the new
    revision's credential; None: no credential.
    """
    before = facts.certificate
    if decision.outcome is Outcome.ISSUED:
        after = _issued(facts, cause, entry, secret)
        fields = fields_of(after, base_url)
        award = award_of(after, facts, entry, secret=secret, base_url=base_url) if entry else None
        after = replace(after, document=document_key(after, fields, award))
        kind = ChangeKind.REGENERATED if before and before.status is Status.DOWNLOADABLE else ChangeKind.ISSUED
        return _plan(facts, decision, cause, after, kind, fields, award)
    if decision.status is None or (before is not None and before.status is decision.status):
        return Plan()
    after = replace(_marked(facts, decision.status, secret), job=cause.job)
    return _plan(facts, decision, cause, after, _MARKED[decision.status])


def begun_by(planned: Plan, facts: Facts, entry: HistoryEntry, **parts: Any) -> Plan:
    """The plan with an act of staff before it, in the same transaction: `parts` are those of a Change. So a crash never
    leaves a changed exception or invalidation without its decision.
    """
    if planned.change is not None:
        return replace(planned, change=replace(planned.change, first=entry, **parts))
    change = Change(
        course_id=facts.run.course_id,
        user_id=facts.learner.user_id,
        history=entry,
        revision_read=facts.certificate.revision if facts.certificate else 0,
        **parts,
    )
    return Plan(change=change)


def _plan(
    facts: Facts,
    decision: Decision,
    cause: Cause,
    after: Certificate,
    kind: ChangeKind,
    fields: Fields | None = None,
    award: Award | None = None,
) -> Plan:
    before = facts.certificate
    renamed = name_change(facts, after)
    entry = HistoryEntry(
        at=facts.now,
        actor=cause.actor,
        trigger=cause.trigger,
        change=kind,
        reason=decision.reason.value,
        name_before=renamed and renamed[0],
        name_after=renamed and renamed[1],
        job_id=cause.job,
    )
    change = Change(
        course_id=facts.run.course_id,
        user_id=facts.learner.user_id,
        history=entry,
        revision_read=before.revision if before else 0,
        certificate=after,
        revoked=revocation(before, after),
        excepted=_depends_on_exception(facts, after),
        graded=facts.enrollment if kind is ChangeKind.ISSUED and facts.exception is None else None,
    )
    return Plan(change=change, fields=fields, award=award, obsolete=before.document if before else None)


def revocation(before: Certificate | None, after: Certificate) -> bool | None:
    """Whether the certificate's credential is revoked now. None: no change. Only a downloadable certificate has a
    credential that is not revoked.
    """
    if before is None or before.status_list is None:
        return None
    was, now_is = before.status is Status.DOWNLOADABLE, after.status is Status.DOWNLOADABLE
    return None if was is now_is else not now_is


def name_change(facts: Facts, after: Certificate | None) -> tuple[str, str] | None:
    """The old and the new name, if the name on an issued certificate changes."""
    before = facts.certificate
    if before is None or after is None or not before.name or before.name == after.name:
        return None
    return before.name, after.name


def _depends_on_exception(facts: Facts, after: Certificate) -> bool | None:
    """The condition on the exception: if it was the reason to issue, it must still exist; if the learner was found not
    passing, there must still be none."""
    if facts.exception is not None:
        return True
    return False if after.status is Status.NOTPASSING else None


def _issued(facts: Facts, cause: Cause, entry: StatusEntry | None, secret: bytes) -> Certificate:
    run, learner, before = facts.run, facts.learner, facts.certificate
    enrollment, name = facts.enrollment, learner.printed_name
    for_life = entry or entry_of(before)
    issued_on = before.issued_on if before and before.issued_on else day_of(facts.now, facts.run, facts.site)
    return Certificate(
        verify_uuid=before.verify_uuid if before else verify_uuid_of(secret, run.course_id, learner.user_id),
        course_id=run.course_id,
        user_id=learner.user_id,
        status=Status.DOWNLOADABLE,
        revision=(before.revision if before else 0) + 1,
        mode=(enrollment.mode if enrollment else None) or "",
        name=name,
        name_missing=not learner.has_printable_name,
        name_before=(before.name or None) if before and before.name != name else None,
        course_title=run.title,
        organization=run.organization,
        grade=enrollment.grade if enrollment else None,
        design_digest=run.design_digest,
        issued_on=issued_on,
        modified_at=facts.now,
        fields=of_certificate(run, enrollment, issued_on),
        language=learner.language,
        status_list=for_life.list_id if for_life else None,
        status_index=for_life.index if for_life else None,
        without_credential=True if for_life and not entry else None,
        job=cause.job,
    )


def _marked(facts: Facts, status: Status, secret: bytes) -> Certificate:
    before = facts.certificate
    if before is not None:
        mode = (facts.enrollment.mode if facts.enrollment else None) or before.mode
        return replace(
            before,
            status=status,
            revision=before.revision + 1,
            mode=mode,
            document=None,
            name_before=None,
            modified_at=facts.now,
        )
    return Certificate(
        verify_uuid=verify_uuid_of(secret, facts.run.course_id, facts.learner.user_id),
        course_id=facts.run.course_id,
        user_id=facts.learner.user_id,
        status=status,
        revision=1,
        mode=(facts.enrollment.mode if facts.enrollment else None) or "",
        modified_at=facts.now,
    )
