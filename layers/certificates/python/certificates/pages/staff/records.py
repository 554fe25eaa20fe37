"""Tab *Records*: the LMS's two files, and the button that reads all learners from the LMS."""

from __future__ import annotations

from certificates.errors import Conflict, Refusal
from certificates.pages.answers import Page
from certificates.pages.staff.lms import lms_panel
from certificates.pages.staff.run_page import back_to_tab, run_of, show
from certificates.pages.staff.uploads import MAX_MEGABYTES, shown_upload, shown_uploads, upload_form
from certificates.pages.visit import Visit
from certificates.pages.wording import N_
from certificates.reconciliation.starting import begin_reconciliation
from certificates.rules.model import CourseRun
from certificates.uploads.forms import UploadKind

FILE_KINDS = {"grade-report": N_("Grade report"), "learner-profile": N_("Learner profiles")}


def show_records(visit: Visit, run: CourseRun, refusal: Refusal | None = None, form: object = None) -> Page:
    upload = shown_upload(visit, run, UploadKind.RECORDS)
    return show(
        visit,
        run,
        "records",
        refusal=refusal,
        changed_at=upload.upload.finished_at if upload else None,
        upload=upload,
        uploads=shown_uploads(visit, run, UploadKind.RECORDS),
        file_kinds=FILE_KINDS,
        form=form,
        lms=lms_panel(visit, run),
        max_megabytes=MAX_MEGABYTES[UploadKind.RECORDS],
    )


def send_records(visit: Visit, run: CourseRun) -> Page:
    return show_records(visit, run, form=upload_form(visit, run, UploadKind.RECORDS))


def begin_reading(visit: Visit) -> Page:
    """The button that reads all learners of the run from the LMS."""
    run = run_of(visit)
    try:
        begin_reconciliation(
            run.course_id,
            by=visit.person.username,
            backend=visit.backend,
            now=visit.now,
            accepts_shrinking=visit.typed("accepts_shrinking") == "on",
        )
    except Conflict as refusal:
        return show_records(visit, run, refusal)
    return back_to_tab(run, "records", done="reading")
