"""The pages of course staff, and the tabs of a run by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from certificates.errors import NotFound
from certificates.pages.answers import Page, see_other
from certificates.pages.routes import Pages
from certificates.pages.staff import (
    design,
    exceptions,
    generate,
    history,
    invalidations,
    learners,
    lms,
    mails,
    records,
    runs,
    sample_files,
    settings,
    webhooks,
)
from certificates.pages.staff.run_page import run_of, tab_address
from certificates.pages.visit import Visit
from certificates.rules.model import CourseRun

Tab = Callable[[Visit, CourseRun], Page]

SHOWN: Mapping[str, Tab] = {
    "learners": learners.show_learners,
    "exceptions": exceptions.show_exceptions,
    "generate": generate.show_generate,
    "invalidations": invalidations.show_invalidations,
    "records": records.show_records,
    "design": design.show_design,
    "mails": mails.show_mails,
    "settings": settings.show_settings,
    "webhooks": webhooks.show_webhooks,
}
CHANGED: Mapping[str, Tab] = {
    "exceptions": exceptions.change_exceptions,
    "generate": generate.start_generation,
    "invalidations": invalidations.change_invalidations,
    "records": records.send_records,
    "design": design.change_design,
    "mails": mails.change_mails,
    "settings": settings.save_settings,
    "webhooks": webhooks.change_webhooks,
}
"""The actions of a tab's form."""

tabs = Pages()


@tabs.page("GET /teach/{course_id}")
def first_tab(visit: Visit) -> Page:
    return see_other(tab_address(run_of(visit), "learners"))


@tabs.page("GET /teach/{course_id}/{tab}", "POST /teach/{course_id}/{tab}")
def show_tab(visit: Visit) -> Page:
    if visit.method == "POST" and visit.path("tab") == "sync":
        return lms.sync_run_on_page(visit)
    if visit.method == "POST" and visit.path("tab") == "reconciliation":
        return records.begin_reading(visit)
    if visit.method == "GET" and visit.path("tab") == "sample.png":
        return design.show_sample(visit)
    run = run_of(visit)
    if visit.method == "GET" and visit.path("tab") in sample_files.SAMPLE_FILES:
        return sample_files.download_sample(visit.path("tab"))
    tab = (CHANGED if visit.method == "POST" else SHOWN).get(visit.path("tab"))
    if tab is None:
        raise NotFound("unknown-page", "There is no such page.")
    return tab(visit, run)


pages = Pages(
    runs.pages,
    tabs,
    learners.pages,
    history.pages,
    exceptions.pages,
    generate.pages,
    invalidations.pages,
    mails.pages,
)
