"""Tab *Exceptions*: add learners one by one or by file, and issue certificates for learners on the list."""

from __future__ import annotations

from certificates.errors import Refusal
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.exception_list.taking_back import take_back
from certificates.lists.csv_of_lists import exceptions_report
from certificates.lists.entries import list_exceptions
from certificates.lookup import gather
from certificates.pages.answers import Page, found
from certificates.pages.forms import no_such_button
from certificates.pages.languages import translations
from certificates.pages.routes import Pages
from certificates.pages.staff.learner_field import LEARNER_LABELS, faults_of_learner
from certificates.pages.staff.paging import A_PAGE, foot_of, place_in_list
from certificates.pages.staff.questions import Question, ask, name_in
from certificates.pages.staff.run_page import back_to_tab, run_of, show, tab_address
from certificates.pages.staff.uploads import MAX_MEGABYTES, shown_upload, shown_uploads, upload_form
from certificates.pages.visit import Visit
from certificates.pages.wording import translator
from certificates.rules.model import CourseRun
from certificates.rules.predicates import is_downloadable, is_passing
from certificates.uploads.forms import UploadKind, read_upload

pages = Pages()


def show_exceptions(visit: Visit, run: CourseRun, refusal: Refusal | None = None, form: object = None) -> Page:
    """The tab; with `remove` or `take-back` in the address, the question before the action."""
    if visit.query("remove") and refusal is None:
        return ask(visit, run, "exceptions", _about_removal(visit, run, visit.query("remove")))
    if visit.query("take-back") and refusal is None:
        return ask(visit, run, "exceptions", _about_file(visit, run, visit.query("take-back")))
    upload = shown_upload(visit, run, UploadKind.EXCEPTIONS)
    listed = list_exceptions(run.course_id, limit=A_PAGE, after=place_in_list(visit), backend=visit.backend)
    return show(
        visit,
        run,
        "exceptions",
        refusal=refusal,
        faults=faults_of_learner(refusal) if "learner" in visit.form else {},
        labels=LEARNER_LABELS,
        listed=listed.items,
        foot=foot_of(visit, len(listed.items), listed.next_after),
        upload=upload,
        changed_at=upload.upload.finished_at if upload else None,
        uploads=shown_uploads(visit, run, UploadKind.EXCEPTIONS),
        form=form,
        max_megabytes=MAX_MEGABYTES[UploadKind.EXCEPTIONS],
    )


def change_exceptions(visit: Visit, run: CourseRun) -> Page:
    by = visit.person.username
    try:
        match visit.typed("action"):
            case "add":
                learner, note = visit.typed("learner"), visit.typed("note")
                add_exception(run.course_id, learner, note, by=by, backend=visit.backend, now=visit.now)
                return back_to_tab(run, "exceptions", done="added")
            case "remove":
                remove_exception(run.course_id, visit.typed("user_id"), by=by, backend=visit.backend, now=visit.now)
                return back_to_tab(run, "exceptions", done="removed")
            case "take-back":
                outcome = take_back(
                    run.course_id, visit.typed("upload_id"), by=by, backend=visit.backend, now=visit.now
                )
                return back_to_tab(run, "exceptions", done="taken-back-in-part" if outcome.more else "taken-back")
            case "upload":
                return show_exceptions(visit, run, form=upload_form(visit, run, UploadKind.EXCEPTIONS))
            case _:
                raise no_such_button()
    except Refusal as refusal:
        return show_exceptions(visit, run, refusal)


def _about_removal(visit: Visit, run: CourseRun, user_id: str) -> Question:
    """Raises NotFound `unknown-learner`."""
    _, here = translator(visit.language), tab_address(run, "exceptions")
    facts = gather(run.course_id, user_id, backend=visit.backend, now=visit.now)
    passing = is_passing(facts)
    lost = _("The learner does not pass: a certificate that was issued is withdrawn.")
    held = (
        _("The learner passes and keeps the certificate.")
        if is_downloadable(facts)
        else _("The learner passes, and needs no exception for a certificate.")
    )
    return Question(
        title=_("Remove %(name)s from the Exception list?") % {"name": name_in(facts.learner, visit.language)},
        losses=() if passing else (lost,),
        effects=(*([held] if passing else []), _("Removing issues nothing.")),
        facts=((_("Note"), facts.exception.note if facts.exception else ""),),
        action=here,
        fields={"action": "remove", "user_id": user_id},
        back=here,
        keep=_("Keep on List"),
        verb=_("Remove from List"),
        destructive=not passing,
    )


def _about_file(visit: Visit, run: CourseRun, upload_id: str) -> Question:
    """Raises NotFound `unknown-upload`."""
    translations_of, here = translations(visit.language.tag), tab_address(run, "exceptions")
    _ = translations_of.gettext
    upload = read_upload(run.course_id, upload_id, UploadKind.EXCEPTIONS, backend=visit.backend)
    title = translations_of.ngettext(
        "Remove the %(num)s learner whom this file added?",
        "Remove the %(num)s learners whom this file added?",
        upload.applied,
    )
    return Question(
        title=title % {"num": visit.language.number(upload.applied)},
        losses=(_("Whoever passes keeps the certificate; all others lose it."),),
        effects=(_("Learners whom somebody has listed again since stay on the list."),),
        facts=((_("File"), upload.own_name or _("A file without a name")), (_("Sent by"), upload.uploaded_by)),
        action=here,
        fields={"action": "take-back", "upload_id": upload_id},
        back=here,
        keep=_("Keep them on the list"),
        verb=_("Take back this upload"),
    )


@pages.page("GET /teach/{course_id}/exceptions.csv")
def download_exceptions(visit: Visit) -> Page:
    run = run_of(visit)
    return found(exceptions_report(run.course_id, backend=visit.backend, now=visit.now))
