"""Tab *Generate and regenerate*: first a dry run, then the job and its progress."""

from __future__ import annotations

from certificates.errors import Conflict, NotFound, Refusal
from certificates.jobs.changed_names import changed_names
from certificates.jobs.managing import cancel_job, list_jobs, read_job, results_link
from certificates.jobs.starting import start_job
from certificates.pages.answers import Page, found, see_other
from certificates.pages.forms import no_such_button
from certificates.pages.languages import translations
from certificates.pages.routes import Pages
from certificates.pages.staff.plan import PLAN_LABELS, faults_of_plan, plan_issuance, typed_plan
from certificates.pages.staff.questions import Question, ask
from certificates.pages.staff.run_page import run_of, show, tab_address
from certificates.pages.visit import Visit
from certificates.pages.wording import N_
from certificates.reconciliation.starting import reading_for
from certificates.rules.bulk_issuance import issuance_due
from certificates.rules.groups import Group, Scope, parse_groups, parse_scope
from certificates.rules.jobs import Job, JobKind, JobState, Selection
from certificates.rules.model import CourseRun

pages = Pages()

JOBS_SHOWN = 20

GROUP_NAMES = {
    Group.RECEIVED: (
        N_("Already received"),
        N_(
            "A new revision: today’s name, grade and design. Same id, same issue date. A grade that has dropped takes "
            "nothing away."
        ),
    ),
    Group.NOT_RECEIVED: (
        N_("Not received"),
        N_("Enrolled in a track with certificates, none issued, not invalidated. Decided anew."),
    ),
    Group.IDENTITY_MISSING: (
        N_("Identity missing"),
        N_("Issued only where the identity has been verified since."),
    ),
    Group.INVALIDATED: (
        N_("Invalidated"),
        N_("Decided anew; while the invalidation stands, nothing is issued."),
    ),
    Group.FAILED: (N_("Failed"), N_("The last attempt broke. Tried again.")),
    Group.NAME_MISSING: (
        N_("Name missing"),
        N_("The certificate carries the username. It takes the name that is known since."),
    ),
}

SCOPE_NAMES = {
    Scope.WITHOUT_CERTIFICATE: N_("All users on the Exception list who do not yet have a certificate"),
    Scope.ALL: N_("All users on the Exception list"),
}


def show_generate(visit: Visit, run: CourseRun, refusal: Refusal | None = None) -> Page:
    """The counts of groups are at most a minute old, and newer than the last job. A dry run counts again."""
    jobs = list_jobs(run.course_id, limit=JOBS_SHOWN, after=None, backend=visit.backend).items
    return show(
        visit,
        run,
        "generate",
        refusal=refusal,
        changed_at=max((job.finished_at for job in jobs if job.finished_at), default=None),
        groups=GROUP_NAMES,
        scopes=SCOPE_NAMES,
        chosen=set(visit.form.get("group", ())),
        jobs=jobs,
        due=issuance_due(run),
        faults=faults_of_plan(refusal),
        labels=PLAN_LABELS,
        plan=typed_plan(visit, run),
    )


def start_generation(visit: Visit, run: CourseRun) -> Page:
    """Start the dry run, or the job after a dry run. A bulk issue at a date is a setting of the run."""
    try:
        if visit.typed("kind") == "bulk" and visit.typed("when") == "at":
            return plan_issuance(visit, run)
        selection = _selection(visit)
        dry_run = visit.typed("really") != "yes"
        by = visit.person.username
        job = start_job(run.course_id, selection, dry_run=dry_run, by=by, backend=visit.backend, now=visit.now)
    except Refusal as refusal:
        return show_generate(visit, run, refusal)
    return see_other(tab_address(run, "jobs", f"/{job.job_id}"))


@pages.page("GET /teach/{course_id}/jobs/{job_id}")
def show_job(visit: Visit) -> Page:
    run = run_of(visit)
    job = read_job(run.course_id, visit.path("job_id"), backend=visit.backend)
    if visit.query("cancel") and job.state is JobState.RUNNING:
        return ask(visit, run, "generate", _about_cancelling(visit, run, job))
    return _show_job(visit, run, job)


@pages.page("POST /teach/{course_id}/jobs/{job_id}")
def cancel(visit: Visit) -> Page:
    """Cancel a job: issued certificates stay, and no other learner is decided on."""
    run = run_of(visit)
    try:
        job = cancel_job(run.course_id, visit.path("job_id"), backend=visit.backend, now=visit.now)
    except NotFound:
        raise
    except Conflict as refusal:
        return _show_job(visit, run, read_job(run.course_id, visit.path("job_id"), backend=visit.backend), refusal)
    return see_other(tab_address(run, "jobs", f"/{job.job_id}"))


@pages.page("GET /teach/{course_id}/jobs/{job_id}/results.csv")
def download_results(visit: Visit) -> Page:
    run = run_of(visit)
    return found(results_link(run.course_id, visit.path("job_id"), backend=visit.backend))


def _about_cancelling(visit: Visit, run: CourseRun, job: Job) -> Question:
    texts, number, here = (
        translations(visit.language.tag),
        visit.language.number,
        tab_address(run, "jobs", f"/{job.job_id}"),
    )
    _, total = texts.gettext, job.total or job.done
    title = texts.ngettext(
        "Cancel at %(done)s of %(total)s learner?", "Cancel at %(done)s of %(total)s learners?", total
    )
    return Question(
        title=title % {"done": number(job.done), "total": number(total)},
        effects=(
            _("The certificates that are issued by then stay."),
            _("Nothing is decided about the others. A new job takes them again."),
        ),
        action=here,
        back=here,
        keep=_("Let it go on"),
        verb=_("Cancel this job"),
    )


def _show_job(visit: Visit, run: CourseRun, job: Job, refusal: Refusal | None = None) -> Page:
    return show(
        visit,
        run,
        "generate",
        template="staff/job.html",
        refusal=refusal,
        changed_at=job.finished_at,
        job=job,
        changed=changed_names(job, backend=visit.backend),
        sends_mail=visit.backend.site.sends_mail,
        groups=GROUP_NAMES,
        scopes=SCOPE_NAMES,
        reading=reading_for(job, backend=visit.backend),
    )


def _selection(visit: Visit) -> Selection:
    """Raises BadRequest `no-groups`, `unknown-group`, `unknown-scope`, `unknown-choice`."""
    match visit.typed("kind"):
        case "regenerate":
            return Selection(kind=JobKind.REGENERATE, groups=parse_groups(visit.form.get("group", ())))
        case "exceptions":
            return Selection(kind=JobKind.EXCEPTIONS, scope=parse_scope(visit.typed("scope")))
        case "bulk" if visit.typed("when") in {"", "now"}:
            return Selection(kind=JobKind.BULK)
    raise no_such_button()
