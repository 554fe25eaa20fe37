"""Tab *Webhooks*: addresses on the web that get changes, their secrets, and the outcome of each delivery. Global staff
also manage the webhooks of all runs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from certificates.access import require_global_staff
from certificates.errors import BadRequest, Refusal
from certificates.notices.webhook_managing import Owned, WithSecret, webhooks_of_all_runs, webhooks_of_run
from certificates.pages.answers import Page, see_other
from certificates.pages.forms import no_such_button
from certificates.pages.staff.paging import A_PAGE, foot_of, place_in_list
from certificates.pages.staff.questions import Question, ask
from certificates.pages.staff.run_page import back_to_tab, show, tab_address
from certificates.pages.visit import Visit
from certificates.pages.wording import N_, translator
from certificates.rules.model import CourseRun
from certificates.rules.webhook_addresses import MAX_ADDRESS_LENGTH
from certificates.rules.webhooks import MAX_DESCRIPTION_LENGTH, EventType, WebhookSettings, WebhookState
from certificates.runtime import webhooks

EVENT_LABELS = {
    EventType.ISSUED: N_("Issued"),
    EventType.REGENERATED: N_("Regenerated"),
    EventType.INVALIDATED: N_("Invalidated"),
    EventType.REVALIDATED: N_("Re-validated"),
    EventType.WITHDRAWN: N_("Withdrawn"),
    EventType.SHOWN: N_("Shown for the first time"),
}

FIELDS = {"url": N_("Address"), "description": N_("Description"), "event": N_("Told of")}
_FIELD_OF = {"bad-webhook-url": "url", "description-too-long": "description", "no-events": "event"}
"""By the reason of a refusal: the field that is at fault."""

SOON = timedelta(minutes=1)
"""The page follows a delivery whose next try is not further away."""

_ALL = "all"
_ID = re.compile(r"[0-9a-f]{32}")


def show_webhooks(visit: Visit, run: CourseRun, refusal: Refusal | None = None, made: WithSecret | None = None) -> Page:
    """The list, or the webhook in the address. `made` has a secret, which is shown only now."""
    chosen = made.webhook.webhook_id if made else visit.query("webhook") or visit.typed("webhook")
    if chosen:
        return _one(visit, run, chosen, refusal, made)
    everywhere = _owned(visit, run, everywhere=True).all() if visit.person.caller.global_staff else None
    return show(
        visit,
        run,
        "webhooks",
        refusal=refusal,
        listed=_owned(visit, run, everywhere=False).all(),
        everywhere=everywhere,
        made_id=uuid4().hex,
        **_form(visit, refusal, WebhookSettings(address="")),
    )


def change_webhooks(visit: Visit, run: CourseRun) -> Page:
    """The action of a button of the tab. Only the answering page shows a secret."""
    webhook_id, everywhere = visit.typed("webhook"), visit.typed("of") == _ALL
    try:
        owned = _owned(visit, run, everywhere=everywhere)
        match visit.typed("action"):
            case "create":
                new = visit.typed("new")
                if not _ID.fullmatch(new):
                    raise BadRequest("unknown-choice", "The form has no id for the webhook.")
                by = visit.person.username
                return show_webhooks(
                    visit, run, made=owned.create(_typed(visit, on=True), by=by, now=visit.now, webhook_id=new)
                )
            case "rotate":
                return show_webhooks(visit, run, made=owned.rotate(webhook_id, now=visit.now))
            case "save":
                owned.replace(webhook_id, _typed(visit, on=visit.typed("on") == "on"))
                done = "webhook-saved"
            case "test":
                owned.test(webhook_id, now=visit.now)
                done = "webhook-test"
            case "again":
                owned.send_again(webhook_id, visit.typed("delivery"), now=visit.now)
                done = "webhook-again"
            case "ask":
                return ask(visit, run, "webhooks", _about_removal(visit, run, owned, webhook_id))
            case "remove":
                owned.remove(webhook_id)
                return back_to_tab(run, "webhooks", done="webhook-removed")
            case _:
                raise no_such_button()
    except Refusal as refusal:
        return show_webhooks(visit, run, refusal)
    back = {"done": done, "webhook": webhook_id, **({"of": _ALL} if everywhere else {})}
    return see_other(tab_address(run, "webhooks", f"?{urlencode(back)}"))


def _owned(visit: Visit, run: CourseRun, *, everywhere: bool) -> Owned:
    """The webhooks of the run or of all runs. Raises NotAllowed `not-global-staff`, Conflict `webhooks-off`."""
    if not everywhere:
        return webhooks_of_run(run.course_id, means=webhooks.managing(), backend=visit.backend)
    require_global_staff(visit.person.caller)
    return webhooks_of_all_runs(means=webhooks.managing())


def _one(visit: Visit, run: CourseRun, webhook_id: str, refusal: Refusal | None, made: WithSecret | None) -> Page:
    """Raises NotFound `unknown-webhook`."""
    of = visit.query("of") or visit.typed("of")
    owned = _owned(visit, run, everywhere=of == _ALL)
    webhook = owned.one(webhook_id)
    page = owned.deliveries(webhook_id, limit=A_PAGE, after=place_in_list(visit))
    return show(
        visit,
        run,
        "webhooks",
        template="staff/webhook.html",
        refusal=refusal,
        webhook=webhook,
        of=of,
        secret=made.secret if made else "",
        deliveries=page.items,
        awaited=any(each.due_before(visit.now + SOON) for each in page.items),
        foot=foot_of(visit, len(page.items), page.next_after, {"webhook": webhook_id, "of": of}),
        **_form(visit, refusal, replace(webhook.settings, on=webhook.state is WebhookState.ON)),
    )


def _form(visit: Visit, refusal: Refusal | None, settings: WebhookSettings) -> dict[str, Any]:
    """The fields as they were typed, or else these settings. A refusal is shown at its field, if it has one."""
    typed = settings
    if "url" in visit.form:
        typed = WebhookSettings(
            address=visit.typed("url"),
            description=visit.typed("description"),
            events=frozenset(each for each in EventType if each in visit.form.get("event", ())),
            on=visit.typed("on") == "on",
        )
    at_fault = _FIELD_OF.get(refusal.reason) if refusal is not None else None
    return {
        "typed": typed,
        "events": EVENT_LABELS,
        "labels": FIELDS,
        "faults": {at_fault: refusal} if at_fault else {},
        "longest": MAX_ADDRESS_LENGTH,
        "longest_description": MAX_DESCRIPTION_LENGTH,
    }


def _typed(visit: Visit, *, on: bool) -> WebhookSettings:
    """Raises BadRequest `no-events`, `description-too-long`, `unknown-choice`."""
    chosen = set(visit.form.get("event", ()))
    if not chosen:
        raise BadRequest("no-events", "Choose one event at least.")
    if not chosen <= set(EventType):
        raise BadRequest("unknown-choice", "There is no such event.")
    description = visit.typed("description").strip()
    if len(description) > MAX_DESCRIPTION_LENGTH:
        raise BadRequest("description-too-long", f"A description has {MAX_DESCRIPTION_LENGTH} characters at most.")
    return WebhookSettings(
        address=visit.typed("url"), description=description, events=frozenset(map(EventType, chosen)), on=on
    )


def _about_removal(visit: Visit, run: CourseRun, owned: Owned, webhook_id: str) -> Question:
    """Raises NotFound `unknown-webhook`."""
    _, here, webhook = translator(visit.language), tab_address(run, "webhooks"), owned.one(webhook_id)
    return Question(
        title=_("Remove this webhook?"),
        losses=(
            _("Nothing is sent to this address any more, what waits included."),
            _("The list of its deliveries can no longer be read."),
        ),
        facts=((_("Address"), webhook.settings.address), (_("Description"), webhook.settings.description)),
        action=here,
        fields={"action": "remove", "webhook": webhook_id, "of": visit.typed("of")},
        back=here,
        keep=_("Keep the webhook"),
        verb=_("Remove the webhook"),
    )
