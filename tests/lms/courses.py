"""Views of the LMS about course runs: enrollments, grades, the course itself, certificates, its team."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from tests.lms.answers import (
    detail,
    developer,
    for_people,
    forbidden,
    hidden_or_forbidden,
    page,
    said,
    throttled,
)
from tests.lms.middleware import is_course_key
from tests.lms.oauth import BASE
from tests.lms.world import WORLD, Enrollment, Grade, Person, Run

STAFF = ("staff", "instructor", "limited_staff")
BEHIND_THE_PROXY = "http://lms:8000"


# ---------------------------------------------------------------- enrollments


def listed(enrollment: Enrollment) -> dict[str, Any]:
    return {
        "created": enrollment.created,
        "mode": enrollment.mode,
        "is_active": enrollment.is_active,
        "user": enrollment.username,
        "course_id": enrollment.course_id,
    }


@for_people
@throttled(developer_errors=True)
def enrollments(request: HttpRequest, asking: Person) -> HttpResponse:
    """Pages of always 100, with learners who left."""
    if not (asking.is_staff or (not WORLD.switches.course_staff_refused and WORLD.roles_of(asking.username))):
        return forbidden()
    course_id, names = request.GET.get("course_id"), request.GET.get("username")
    if course_id and not is_course_key(course_id):
        return said({"field_errors": {"course_id": f"'{course_id}' is not a valid course key."}}, 400)
    runs = [course_id] if course_id else list(WORLD.of_run)
    found = [each for run in runs for each in WORLD.of_run.get(run, {}).values()]
    if names:
        found = [each for each in found if each.username in names.split(",")]
    found.sort(key=lambda each: each.created)
    size = WORLD.switches.enrollments_a_page
    return _page_of([listed(each) for each in _from(request, found, size)], request, len(found), size)


def _offset(request: HttpRequest) -> int:
    """The position of a cursor. An unknown cursor means the beginning."""
    cursor = request.GET.get("cursor")
    return int(base64.urlsafe_b64decode(cursor).removeprefix(b"o=")) if cursor else 0


def _from(request: HttpRequest, every: Sequence[Any], size: int) -> Sequence[Any]:
    return every[_offset(request) : _offset(request) + size]


def _page_of(results: list[Any], request: HttpRequest, total: int, size: int) -> HttpResponse:
    end = _offset(request) + size
    base = BEHIND_THE_PROXY if WORLD.switches.foreign_next else BASE["url"]
    kept = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    cursor = base64.urlsafe_b64encode(f"o={end}".encode()).decode()
    following = f"{base}{request.path}?{urlencode([('cursor', cursor), *kept])}" if end < total else None
    return said({"next": following, "previous": None, "results": results})


def course_details(run: Run) -> dict[str, Any]:
    """The name as the course team wrote it. The list of courses has another form."""
    return {
        "course_id": run.course_id,
        "course_name": run.name,
        "enrollment_start": None,
        "enrollment_end": None,
        "course_start": run.start,
        "course_end": run.end,
        "invite_only": False,
        "pacing_type": "Self Paced" if run.pacing == "self" else "Instructor Paced",
        "course_modes": run.modes,
    }


@for_people
@throttled()
def one_enrollment(request: HttpRequest, asking: Person, course_id: str, username: str = "") -> HttpResponse:
    person = WORLD.person(username) if username else asking
    if person is not asking and not asking.is_staff:
        return hidden_or_forbidden()
    enrollment = WORLD.enrollment(person.username, course_id) if person else None
    if enrollment is None:
        if not WORLD.switches.empty_when_never_enrolled:
            return detail("Not found.", 404)
        empty = HttpResponse(b"", status=200)
        del empty["Content-Type"]
        return empty
    of_learner = {"created": enrollment.created, "mode": enrollment.mode, "is_active": enrollment.is_active}
    return said({**of_learner, "user": enrollment.username, "course_details": course_details(WORLD.runs[course_id])})


# ---------------------------------------------------------------- grades


def graded(username: str, course_id: str) -> dict[str, Any]:
    """A learner without a grade has 0; the address is always empty here."""
    grade = WORLD.grades.get((username, course_id), Grade(username, course_id))
    failing = None if WORLD.switches.letter_grade_null else ""
    return {
        "username": username,
        "email": "",
        "course_id": course_id,
        "passed": bool(grade.letter),
        "percent": grade.percent,
        "letter_grade": grade.letter or failing,
    }


@for_people
def grades(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    username = request.GET.get("username")
    if not is_course_key(course_id):
        return developer("The provided course key cannot be parsed.", 404, "invalid_course_key")
    own = username is not None and username.lower() == asking.username.lower()
    staff = not WORLD.switches.course_staff_refused and WORLD.is_staff_of(asking, course_id, *STAFF)
    if not (asking.is_staff or own or staff):
        return forbidden()
    if course_id not in WORLD.runs:
        return developer("The course does not exist.", 404, "course_does_not_exist")
    if username is not None:
        person = WORLD.person(username)
        if person is None:
            return developer("The user matching the requested username does not exist.", 404, "user_does_not_exist")
        if WORLD.enrollment(person.username, course_id) is None:
            return developer("The user is not enrolled in this course.", 404, "user_not_enrolled")
        return said([graded(person.username, course_id)])
    size = int(request.GET.get("page_size", 50))
    if size == 0:
        return page("Server Error (500)", 500) if WORLD.switches.zero_page_size_breaks else said({"results": []})
    active = [each.username for each in WORLD.of_run.get(course_id, {}).values() if each.is_active]
    here = [name for name in _from(request, active, size) if name not in WORLD.switches.grades_leave_out]
    return _page_of([graded(name, course_id) for name in here], request, len(active), size)


@for_people
def grading_info(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    run = WORLD.runs.get(course_id)
    if run is None or not WORLD.is_staff_of(asking, course_id, "staff", "instructor"):
        return forbidden() if run else HttpResponse(status=404)
    return said(
        {
            "grade_cutoffs": run.cutoffs,
            "assignment_types": {},
            "subsections": [],
            "grades_frozen": False,
            "can_see_bulk_management": False,
        }
    )


# ---------------------------------------------------------------- the course


@for_people
def course(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    run = WORLD.runs.get(course_id)
    if run is None or (run.hidden and request.GET.get("username") != asking.username):
        return developer("Course not found.", 404)
    name = html.escape(run.name, quote=False).replace("&amp;", "&") if WORLD.switches.escaped_course_name else run.name
    return said(
        {
            "id": run.course_id,
            "course_id": run.course_id,
            "name": name,
            "number": run.number,
            "org": run.org,
            "start": run.start,
            "end": run.end,
            "enrollment_start": None,
            "enrollment_end": None,
            "pacing": run.pacing,
            "short_description": "",
            "media": {},
            "start_display": run.start,
            "start_type": "timestamp" if run.start else "empty",
            "effort": None,
            "mobile_available": False,
            "hidden": run.hidden,
            "invitation_only": False,
        }
    )


@for_people
def modes(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    if not asking.is_staff:
        return forbidden()
    run = WORLD.runs.get(course_id)
    return said([{"course_id": course_id, "mode_slug": mode["slug"]} for mode in run.modes]) if run else said([])


@for_people
def studio_details(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    run = WORLD.runs.get(course_id)
    if run is None or not WORLD.is_staff_of(asking, course_id, "staff", "instructor"):
        return forbidden()
    return said(
        {
            "course_id": run.number,
            "org": run.org,
            "run": course_id.rpartition("+")[2],
            "title": run.name,
            "start_date": run.start,
            "end_date": run.end,
            "self_paced": run.pacing == "self",
            "certificate_available_date": run.available_on,
            "certificates_display_behavior": run.display,
            "language": "en",
        }
    )


# ---------------------------------------------------------------- certificates and the team


@for_people
def certificate(request: HttpRequest, asking: Person, username: str, course_id: str) -> HttpResponse:
    if username != asking.username and not asking.is_staff:
        return forbidden()
    if course_id not in WORLD.runs:
        return said({"message": "course_id is not valid", "error_code": "course_id_not_valid"}, 404)
    held = WORLD.certificates.get((username, course_id))
    if held is None:
        return said({"message": "no certificate", "error_code": "no_certificate_for_user"}, 404)
    return said(
        {
            "username": username,
            "course_id": course_id,
            "certificate_type": held.mode,
            "created_date": held.created,
            "status": held.status,
            "is_passing": held.status == "downloadable",
            "download_url": f"/certificates/{held.uuid}" if held.status == "downloadable" else None,
            "grade": held.grade,
        }
    )


def _beta(course_id: str) -> set[str]:
    return {role.username for role in WORLD.roles if role.role == "beta_testers" and role.course_id == course_id}


@csrf_exempt
@for_people
def role_members(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    """Before Sumac it accepts only a session."""
    if WORLD.switches.release == "redwood":
        return HttpResponse("Unauthorized", status=401)
    if not WORLD.is_staff_of(asking, course_id, "instructor", "staff"):
        return HttpResponse(status=403)
    people = [WORLD.people[name] for name in sorted(_beta(course_id)) if name in WORLD.people]
    rows = [{"username": p.username, "email": p.email, "first_name": "", "last_name": ""} for p in people]
    return said({"course_id": course_id, request.POST["rolename"]: rows})


@for_people
def issued_certificates(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    """The learners with a certificate, without id, day and grade. Since Verawood."""
    if WORLD.switches.release == "redwood":
        return HttpResponse(status=404)
    if not (asking.is_staff or WORLD.is_staff_of(asking, course_id, "data_researcher")):
        return forbidden()
    received = sorted(
        username
        for (username, of_run), held in WORLD.certificates.items()
        if of_run == course_id and held.status == "downloadable" and username in WORLD.people
    )
    here, number, pages, _ = _numbered(request, received)
    enrolled = WORLD.of_run.get(course_id, {})
    rows = [
        {
            "username": name,
            "email": WORLD.people[name].email,
            "enrollment_track": enrolled[name].mode if name in enrolled else None,
            "certificate_status": "downloadable",
            "special_case": None,
            "exception_granted": None,
            "exception_notes": None,
            "invalidated_by": None,
            "invalidation_date": None,
        }
        for name in here
    ]
    return said(
        {
            "count": len(received),
            "num_pages": pages,
            "current_page": number,
            "next": f"{BEHIND_THE_PROXY}{request.path}?filter=received&page={number + 1}" if number < pages else None,
            "previous": None,
            "results": rows,
        }
    )


def _numbered(request: HttpRequest, names: Sequence[str]) -> tuple[Sequence[str], int, int, int]:
    """The names of a page, its number, the number of pages, and the position of its first name. A page has at most a
    hundred names.
    """
    size = min(int(request.GET.get("page_size", 10)), WORLD.switches.most_a_numbered_page)
    number = int(request.GET.get("page", 1))
    start = (number - 1) * size
    return names[start : start + size], number, -(-len(names) // size), start


@for_people
def roster(request: HttpRequest, asking: Person, course_id: str) -> HttpResponse:
    """The instructor interface, version 2, of Verawood."""
    if WORLD.switches.release == "redwood":
        return HttpResponse(status=404)
    if not WORLD.is_staff_of(asking, course_id, *STAFF):
        return forbidden()
    beta = _beta(course_id)
    search = request.GET.get("search", "")
    active = sorted(
        each.username for each in WORLD.of_run.get(course_id, {}).values() if each.is_active and search in each.username
    )
    here, number, pages, start = _numbered(request, active)
    rows = [
        {
            "username": name,
            "full_name": WORLD.people[name].name,
            "email": WORLD.people[name].email,
            "mode": WORLD.of_run[course_id][name].mode,
            "is_beta_tester": name in beta,
        }
        for name in here
        if name in WORLD.people
    ]
    return said(
        {
            "course_id": course_id,
            "count": len(active),
            "num_pages": pages,
            "current_page": number,
            "start": start,
            "next": f"{BASE['url']}{request.path}?page={number + 1}" if number < pages else None,
            "previous": None,
            "results": rows,
        }
    )
