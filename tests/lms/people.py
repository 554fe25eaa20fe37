"""Views of the LMS about people: the caller, accounts, roles, identity, names."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from tests.lms.answers import detail, for_people, forbidden, hidden_or_forbidden, missing, said, throttled
from tests.lms.world import WORLD, Person

RETIRED = "retired__user_"
PICTURE = {"has_image": False, **{f"image_url_{size}": "…" for size in ("full", "large", "medium", "small")}}


def account(person: Person) -> dict[str, Any]:
    """The full view, for the person and for global staff."""
    name = person.verified_name
    shown = name["verified_name"] if name and name["use_verified_name_for_certs"] else None
    return {
        "username": person.username,
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "is_active": person.is_active,
        "verified_name": shown,
        "pending_name_change": None,
        "date_joined": person.date_joined,
        "last_login": person.last_login,
        "country": None,
        "bio": None,
        "gender": None,
        "goals": None,
        "level_of_education": None,
        "year_of_birth": None,
        "mailing_address": None,
        "state": None,
        "language_proficiencies": person.language_proficiencies,
        "social_links": [],
        "extended_profile": [],
        "course_certificates": None,
        "time_zone": None,
        "phone_number": None,
        "secondary_email": None,
        "secondary_email_enabled": None,
        "requires_parental_consent": False,
        "account_privacy": "private",
        "profile_image": PICTURE,
    }


def seen_by(asking: Person, person: Person) -> dict[str, Any]:
    if asking.is_staff or asking is person:
        return account(person)
    return {"account_privacy": "private", "profile_image": PICTURE, "username": person.username}


@for_people
def me(request: HttpRequest, asking: Person) -> HttpResponse:
    return said({"username": asking.username})


@for_people
def one_account(request: HttpRequest, asking: Person, username: str) -> HttpResponse:
    person = WORLD.person(username)
    return said(seen_by(asking, person)) if person else missing()


@for_people
def accounts(request: HttpRequest, asking: Person) -> HttpResponse:
    asked = request.GET
    if "username" in asked:
        names = asked["username"].strip(",").split(",")
        found = [person for name in names if (person := WORLD.person(name))]
        if len(found) < len(names) and not WORLD.switches.accounts_leave_out_unknown:
            return missing()
        return said([seen_by(asking, person) for person in found]) if found else missing()
    if not asking.is_staff:
        return forbidden()
    if "email" in asked:
        return _listed([each for each in WORLD.people.values() if each.email.lower() == asked["email"].lower()])
    if not asked.get("lms_user_id", "").isdigit():
        return HttpResponse(status=400)
    return _listed([each for each in WORLD.people.values() if each.id == int(asked["lms_user_id"])])


def _listed(found: list[Person]) -> HttpResponse:
    return said([account(person) for person in found]) if found else missing()


@csrf_exempt
@for_people
def search_emails(request: HttpRequest, asking: Person) -> HttpResponse:
    if not asking.is_staff:
        return HttpResponse(status=404)
    wanted = {email.lower() for email in json.loads(request.body)["emails"]}
    found = [person for person in WORLD.people.values() if person.email.lower() in wanted]
    return said([{"email": person.email, "id": person.id, "username": person.username} for person in found])


@for_people
def preferences(request: HttpRequest, asking: Person, username: str) -> HttpResponse:
    person = WORLD.person(username)
    if person is None or not (asking.is_staff or asking is person):
        return HttpResponse(status=404)
    return said(person.preferences)


@for_people
def verification_status(request: HttpRequest, asking: Person, username: str) -> HttpResponse:
    person = WORLD.person(username)
    if person is None or not (asking.is_staff or asking is person):
        return hidden_or_forbidden()
    if person.verification is None:
        never = {"is_verified": False, "status": "none", "expiration_datetime": ""}
        return missing() if WORLD.switches.no_verification_is_404 else said(never)
    return said(person.verification)


@for_people
def verified_name(request: HttpRequest, asking: Person) -> HttpResponse:
    if not WORLD.switches.name_affirmation:
        return HttpResponse(status=404)
    username = request.GET.get("username", asking.username)
    if username != asking.username and not asking.is_staff:
        return forbidden()
    person = WORLD.person(username)
    return said(person.verified_name) if person and person.verified_name else missing()


@for_people
@throttled()
def roles(request: HttpRequest, asking: Person) -> HttpResponse:
    everywhere = "None" if WORLD.switches.role_none_text else None
    held = [
        {"org": role.org, "course_id": role.course_id or everywhere, "role": role.role}
        for role in WORLD.roles_of(asking.username)
    ]
    if wanted := request.GET.get("course_id"):
        held = [role for role in held if role["course_id"] == wanted]
    return said({"roles": held, "is_staff": asking.is_staff})


@for_people
def retirement_queue(request: HttpRequest, asking: Person) -> HttpResponse:
    return detail("You do not have permission to perform this action.", 403)
