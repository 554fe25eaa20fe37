"""The letter to course staff about a job: one for all of its learners. It is in English, as all mails to staff."""

from __future__ import annotations

from certificates.notices.letters import Letter, Phrase
from certificates.rules.jobs import Job, JobKind, JobState
from certificates.rules.model import CourseRun

_KINDS = {
    JobKind.BULK: "Bulk issuance",
    JobKind.REGENERATE: "Regeneration",
    JobKind.EXCEPTIONS: "Exception certificates",
}


def letter_of_job(job: Job, run: CourseRun, address: str, site_name: str) -> Letter:
    """`address` is the page of the job."""
    kind, outcomes = _KINDS[job.selection.kind], job.outcomes
    ended = "was cancelled" if job.state is JobState.CANCELLED else "has finished"
    subject = f"{outcomes['issued']:,} certificates issued in {{course}}"
    counts = (("issued", outcomes["issued"]), ("kept as they were", outcomes["kept"]))
    lines = [
        Phrase(f"{kind} in {{course}} {ended}.", {"course": run.title}),
        *(Phrase(f"{count:,} {words}") for words, count in counts),
        *(Phrase("{count} refused: {reason}", {"count": f"{count:,}", "reason": why}) for why, count in _refused(job)),
    ]
    if outcomes["failed"]:
        lines.append(Phrase(f"{outcomes['failed']:,} failed. The job's page lists them."))
    by = Phrase("Started by {who} at {at} UTC.", {"who": job.started_by, "at": f"{job.started_at:%Y-%m-%d %H:%M}"})
    return Letter(
        language="en",
        direction="ltr",
        subject=Phrase(subject, {"course": run.title}),
        opening=(*lines, by),
        main=Phrase("See the job", address=address),
        footer=(
            Phrase(
                "{site} sends one such mail for each job, to the contact in the run's settings.", {"site": site_name}
            ),
        ),
    )


def _refused(job: Job) -> list[tuple[str, int]]:
    """Each reason in words and its number of learners, the most frequent first."""
    found = [(reason.replace("-", " "), count) for reason, count in job.refused.items()]
    return sorted(found, key=lambda each: (-each[1], each[0]))
