"""The certificate on the web: valid, expired, issued by the LMS, or one of four refusals; and a field for its id."""

from __future__ import annotations

from typing import Any

from certificates.errors import NotFound
from certificates.pages.answers import Page, found
from certificates.pages.routes import Pages
from certificates.pages.visit import Visit
from certificates.pages.visit import site as site_settings
from certificates.pages.wording import track, translator
from certificates.rendering.directions import apart
from certificates.rules.linkedin import linkedin
from certificates.rules.validity import Validity
from certificates.shown_text import shown
from certificates.verify import ID_LENGTH, Verification, canonical, id_in, is_verify_uuid, verify

pages = Pages()
checking = Pages()


@pages.page(
    "GET /certificates/{verify_uuid}",
    "HEAD /certificates/{verify_uuid}",
    "GET /certificates/{proxy+}",
    "HEAD /certificates/{proxy+}",
    signed_in=False,
)
def show_certificate(visit: Visit) -> Page:
    typed = visit.path("verify_uuid") or visit.path("proxy")
    verify_uuid = canonical(typed)
    if is_verify_uuid(verify_uuid) and verify_uuid != typed:
        return found(f"/certificates/{verify_uuid}")
    try:
        standing = verify(verify_uuid, backend=visit.backend, now=visit.now)
    except NotFound as refusal:
        if refusal.reason == "not-yet-available":
            return _not_shown_yet(visit, verify_uuid, refusal)
        return _unknown(visit, typed)
    if not standing.names_holder:
        return _refused(visit, standing)
    held = standing.certificate
    if standing.imported_on is not None:
        return visit.show(
            "certificate_imported.html",
            held=held,
            imported_on=standing.imported_on,
            track=track(held.mode, visit.language),
        )
    return visit.show(
        "certificate_shown.html",
        held=held,
        name=shown(held.name) or held.name,
        expires_on=standing.expires_on,
        expired=standing.has_expired,
        track=track(held.mode, visit.language),
        page_url=visit.backend.page_link(held.verify_uuid),
        linkedin=linkedin(held, visit.backend.page_link(held.verify_uuid), site_settings().linkedin_id),
    )


@checking.page("GET /verify", signed_in=False)
def look_up(visit: Visit) -> Page:
    """Without an id, the field for one; with an id, its page. For a wrong id, the page says what is wrong."""
    typed = visit.query("id")
    if not typed:
        return visit.show("verify.html")
    verify_uuid = id_in(typed)
    return found(f"/certificates/{verify_uuid}") if verify_uuid else _unknown(visit, typed)


def _refused(visit: Visit, standing: Verification) -> Page:
    """The page of a refusal. It has no name and no certificate."""
    _ = translator(visit.language)
    common: dict[str, Any] = {"verify_uuid": standing.certificate.verify_uuid, "yours": True, "since_label": _("Since")}
    if standing.validity is Validity.INVALIDATED and standing.invalidated_on is not None:
        day = visit.language.day(standing.invalidated_on)
        text = _(
            "%(organization)s invalidated it on %(day)s. It is no longer valid, and nothing of it is shown here. "
            "A paper or PDF with this id should not be accepted."
        )
        return visit.show(
            "certificate_refused.html",
            title=_("This certificate was invalidated."),
            sentence=text
            % {"organization": apart(standing.certificate.organization, visit.language.direction), "day": day},
            state=_("Invalidated"),
            symbol="invalidated",
            tone="danger",
            since=standing.invalidated_on,
            **common,
        )
    return visit.show(
        "certificate_refused.html",
        title=_("This certificate was withdrawn."),
        sentence=_("The id is real, and the certificate is not valid at present. This page does not say why."),
        state=_("Withdrawn"),
        symbol="withdrawn",
        tone="caution",
        since=None,
        **common,
    )


def _not_shown_yet(visit: Visit, verify_uuid: str, refusal: NotFound) -> Page:
    _ = translator(visit.language)
    due = refusal.values.get("available_on")
    return visit.show(
        "certificate_refused.html",
        404,
        title=_("Not available yet."),
        sentence=_("This id will have a page. Certificates of its course are not shown before their day."),
        state=_("Not shown yet"),
        symbol="clock",
        tone="quiet",
        since=due,
        since_label=_("Shown on"),
        verify_uuid=verify_uuid,
        yours=False,
    )


def _unknown(visit: Visit, typed: str) -> Page:
    return visit.show("certificate_unknown.html", 404, typed=typed[:200], fault=_fault(visit, canonical(typed)))


def _fault(visit: Visit, verify_uuid: str) -> str:
    """The fault of a text that is no id, or the message that the id is unknown."""
    _ = translator(visit.language)
    strange = sorted({char for char in verify_uuid if char not in "0123456789abcdef"})
    if strange:
        text = _("An id has digits and the letters a to f alone. This is none of them: %(characters)s")
        return text % {"characters": " ".join(strange[:5])}
    if len(verify_uuid) != ID_LENGTH:
        text = _("An id has 32 characters: digits and the letters a to f. This has %(count)s.")
        return text % {"count": visit.language.number(len(verify_uuid))}
    return _("The id is well formed, and %(site)s has no certificate under it.") % {
        "site": apart(site_settings().name, visit.language.direction)
    }
