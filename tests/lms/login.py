"""The sign-in page of the LMS, where you pick a person. Passwords are not part of these tests."""

from __future__ import annotations

import html

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt

from tests.lms.world import WORLD


@csrf_exempt
def login_page(request: HttpRequest) -> HttpResponse:
    following = request.POST.get("next") or request.GET.get("next") or "/login"
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = "/login"
    if request.method == "POST":
        user, _ = get_user_model().objects.get_or_create(username=WORLD.people[request.POST["username"]].username)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponseRedirect(following)
    buttons = "".join(
        f'<p><button name="username" value="{html.escape(person.username)}">'
        f"{html.escape(person.name or person.username)}{' (global staff)' if person.is_staff else ''}</button></p>"
        for person in WORLD.people.values()
    )
    return HttpResponse(
        f'<!DOCTYPE html><html lang="en"><title>Sign in to the LMS</title><h1>Sign in to the LMS</h1>'
        f'<form method="post"><input type="hidden" name="next" value="{html.escape(following)}">{buttons}</form></html>'
    )
