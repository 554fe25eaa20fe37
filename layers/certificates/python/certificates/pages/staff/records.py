"""Tab *Records*: the LMS's two files, sent and loaded."""

from __future__ import annotations

from certificates.errors import Refusal
from certificates.pages.answers import Page
from certificates.pages.staff.lms import lms_panel
from certificates.pages.staff.run_page import show
from certificates.pages.staff.uploads import MAX_MEGABYTES, shown_upload, shown_uploads, upload_form
from certificates.pages.visit import Visit
from certificates.pages.wording import N_
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
