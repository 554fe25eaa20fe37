"""Posts of the LMS's webhooks plug-in: hints to read a learner again. Their content is never trusted. The plug-in sends
no header and signs nothing, so it can only show the key in the path. A wrong key gets the answer of an unknown page.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from certificates.errors import NotFound
from certificates.messages.lms import LearnerToReadAgain
from certificates.pages.answers import Page
from certificates.pages.routes import Pages
from certificates.pages.visit import Visit
from certificates.rules.course_id import parse_course_id

pages = Pages()

MAX_HINT_BYTES = 64 * 1024


@pages.page("POST /lms/hints/{key}", signed_in=False, from_anywhere=True)
def receive_hint(visit: Visit) -> Page:
    """Always 204: the LMS waits for the answer, but does not read it."""
    backend = visit.backend
    if backend.lms is None or backend.reconciling is None:
        raise _unknown()
    key = backend.lms.secrets.secret().hints_key
    if not key or not hmac.compare_digest(key.encode(), visit.path("key").encode(errors="replace")):
        raise _unknown()
    for hint in hinted(_body(visit.event)):
        backend.reconciling.queue.send(hint._replace(news_at=visit.now))
    return Page(204)


def hinted(body: Any) -> list[LearnerToReadAgain]:
    """The learner and the run of a post; empty for a post of another kind. The post's one argument is under the dotted
    path of a class, and has `user` and `course`, or a `user_id`.
    """
    arguments = [value for name, value in body.items() if name != "event_metadata"] if isinstance(body, Mapping) else []
    found = []
    for event in arguments:
        if not isinstance(event, Mapping):
            continue
        course, user = event.get("course"), event.get("user")
        named = course.get("course_key") if isinstance(course, Mapping) else event.get("course_key")
        course_id = parse_course_id(named) if isinstance(named, str) else None
        user_id = user.get("id") if isinstance(user, Mapping) else event.get("user_id")
        if course_id is not None and isinstance(user_id, int) and not isinstance(user_id, bool) and user_id > 0:
            found.append(LearnerToReadAgain(course_id, str(user_id), None))
    return found


def _body(event: Mapping[str, Any]) -> Any:
    text = str(event.get("body") or "")
    raw = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode(errors="surrogatepass")
    if len(raw) > MAX_HINT_BYTES:
        return None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _unknown() -> NotFound:
    return NotFound("unknown-page", "There is no such page.")
