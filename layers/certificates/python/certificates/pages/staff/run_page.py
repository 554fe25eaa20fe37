"""The common part of a run's pages: the door, the run, its tabs, and the message of a refused form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from certificates import runtime
from certificates.access import require_staff
from certificates.errors import Refusal
from certificates.http.answers import status_of
from certificates.lists.kept_counts import recent_counts
from certificates.lookup import read_run
from certificates.pages.answers import Page, see_other
from certificates.pages.staff.typed_settings import time_in_zone
from certificates.pages.visit import Visit
from certificates.pages.wording import N_, refusal_sentence
from certificates.rules.days import zone_of
from certificates.rules.jobs import Job
from certificates.rules.model import CourseRun
from certificates.runtime import webhooks

TABS = {
    "learners": N_("Learners"),
    "exceptions": N_("Exceptions"),
    "generate": N_("Generate and regenerate"),
    "invalidations": N_("Invalidations"),
    "records": N_("Records"),
    "design": N_("Design"),
    "mails": N_("Mails"),
    "settings": N_("Settings"),
    "webhooks": N_("Webhooks"),
}


def shown_tabs() -> dict[str, str]:
    """The tabs by name. The tabs of mails and webhooks exist only if the operator switched them on."""
    switches = {"mails": "MAIL_FROM", "webhooks": "WEBHOOK_QUEUE_URL"}
    return {name: label for name, label in TABS.items() if name not in switches or runtime.setting(switches[name])}


def run_of(visit: Visit) -> CourseRun:
    """The run in the path, for its staff. Raises NotFound `malformed-course-id`, NotAllowed `not-course-staff`."""
    course_id = visit.course_id
    require_staff(visit.person.caller, course_id, visit.backend.runs)
    return read_run(course_id, backend=visit.backend)


def tab_address(run: CourseRun, tab: str, rest: str = "") -> str:
    return f"/teach/{quote(run.course_id, safe='')}/{tab}{rest}"


def show(
    visit: Visit,
    run: CourseRun,
    tab: str,
    *,
    refusal: Refusal | None = None,
    faults: Mapping[str, Refusal] | None = None,
    changed_at: datetime | None = None,
    **context: Any,
) -> Page:
    """A tab. After a refusal, it has the message at the top, and the typed values stay.

    `faults` are the form's faults by the id of the field: each is shown there, and the top has a link to it.
    The counts of the run are not older than `changed_at`, nor than the last form.
    """
    running = running_job(visit, run) if tab in {"generate", "exceptions"} else None
    done = visit.query("done")
    changed_at = visit.now if done else changed_at
    counts, counted_at = recent_counts(run.course_id, changed_at=changed_at, backend=visit.backend, now=visit.now)
    template = context.pop("template", f"staff/{tab}.html")
    status = context.pop("status", None) or (status_of(refusal) if refusal else 200)
    zone = zone_of(run, visit.backend.site)
    return visit.show(
        template,
        status,
        stores=(visit.backend.documents.origin(),),
        run=run,
        zone=zone,
        in_zone=partial(time_in_zone, zone=zone, language=visit.language),
        tab=tab,
        tabs=shown_tabs(),
        here=tab_address(run, tab),
        refusal=refusal,
        refused=refusal_sentence(visit, refusal) if refusal else "",
        faults={name: refusal_sentence(visit, fault) for name, fault in (faults or {}).items()},
        done=done,
        running=running,
        counts=counts,
        counted_at=counted_at,
        webhook_has_ended=tab in {"learners", "webhooks"} and _webhook_has_ended(run),
        has_public_address=bool(runtime.setting("PUBLIC_BASE_URL")),
        of_tabs={
            "learners": counts.learners,
            "exceptions": counts.exceptions,
            "invalidations": counts.invalidations,
        },
        **context,
    )


def running_job(visit: Visit, run: CourseRun) -> Job | None:
    """The job that runs in this run: no other can begin until its end."""
    return visit.backend.jobs.running_in([run.course_id]).get(run.course_id)


def _webhook_has_ended(run: CourseRun) -> bool:
    """Whether the product ended a webhook of this run: staff see this on the first page."""
    means = webhooks.managing()
    return means is not None and any(each.ended_by is not None for each in means.store.webhooks(run.course_id))


def back_to_tab(run: CourseRun, tab: str, *, done: str) -> Page:
    """Go back to the tab after a form, with a message."""
    return see_other(tab_address(run, tab, f"?done={done}"))
