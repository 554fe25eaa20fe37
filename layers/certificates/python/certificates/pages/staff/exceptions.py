"""Tab *Exceptions*: one by one, by file, and the certificates for who is on the list."""

from __future__ import annotations

from certificates.errors import Refusal
from certificates.exception_list.entries import add_exception, remove_exception
from certificates.http.cursors import cursor_of
from certificates.lists.csv_of_lists import exceptions_report
from certificates.lists.learners import list_exceptions
from certificates.pages.answers import Page, found
from certificates.pages.site import Pages, Visit
from certificates.pages.staff.paging import A_PAGE, place_in_list
from certificates.pages.staff.run_page import back_to_tab, run_of, show
from certificates.pages.staff.uploads import MAX_MEGABYTES, shown_upload, upload_form
from certificates.rules.model import CourseRun
from certificates.uploads.forms import UploadKind

pages = Pages()


def show_exceptions(visit: Visit, run: CourseRun, refusal: Refusal | None = None, form: object = None) -> Page:
    listed = list_exceptions(run.course_id, limit=A_PAGE, after=place_in_list(visit))
    return show(
        visit,
        run,
        "exceptions",
        refusal=refusal,
        listed=listed.items,
        next_cursor=cursor_of(listed.next_after),
        upload=shown_upload(visit, run, UploadKind.EXCEPTIONS),
        form=form,
        max_megabytes=MAX_MEGABYTES[UploadKind.EXCEPTIONS],
        removing=visit.query("remove"),
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
            case _:
                return show_exceptions(visit, run, form=upload_form(visit, run, UploadKind.EXCEPTIONS))
    except Refusal as refusal:
        return show_exceptions(visit, run, refusal)


@pages.page("GET /teach/{course_id}/exceptions.csv")
def download_exceptions(visit: Visit) -> Page:
    run = run_of(visit)
    return found(exceptions_report(run.course_id, backend=visit.backend, now=visit.now))
