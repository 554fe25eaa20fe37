"""Items after a learner is forgotten. Every attribute is listed: it may identify a person, or it never does."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

import certificates.aws
from certificates.aws.item_model import Item
from certificates.aws.redaction import ACTORS, CALLERS, FREE_TEXTS, OWN, redaction
from certificates.rules.traces import Traces

NAMES_NOBODY = {
    *("pk", "sk", "shard", "shard_entry", "verify_uuid", "holder", "kind", "course_id", "user_id", "job_id", "form"),
    *("mode", "active", "enrolled_at", "beta_tester", "beta_tester_at", "grade", "graded_at", "same_grade_since"),
    *("verdict", "verdict_at", "verdict_grade", "verdict_grade_at", "outcome", "reason", "attempted_at"),
    *("attempted_in", "status", "revision", "course_title", "organization", "design_digest", "document", "issued_on"),
    *("modified_at", "job", "name_missing", "added_at", "origin", "invalidated_at", "revalidated_at", "at", "trigger"),
    *(
        "imported_at",
        "counted",
        "counted_at",
        "since",
        "passing",
        "asked_at",
        "read_at",
        "reconciliation_id",
        "progress",
    ),
    *("change", "profiled_at", "named_at", "spare_named_at", "identity_verified", "identity_expires_at"),
    *("identity_at", "forgotten_at", "settings", "design_active", "version", "upload_id", "file_kind", "state"),
    *("created_at", "finished_at", "reported_at", "etag", "cursor", "size", "next_row", "total", "rows", "applied"),
    *("unchanged", "rejected", "report_parts", "report_key", "taken_back_at", "job_kind", "groups", "scope", "dry_run"),
    *("started_at", "scheduled_for", "sent_at", "moved_at", "parts", "more_user_ids", "global_staff", "expires_at"),
    *(
        "status_list",
        "status_index",
        "without_credential",
        "revoked",
        "base_url",
        "list_number",
        "taken",
        "credential",
        "jwt",
        "signed_at",
    ),
    *(
        "sealed",
        "public_keys",
        "seed",
        "language",
        "language_at",
        "fields_at",
        "tokens",
        "rights",
        "rights_read_at",
        "renewing_until",
        "shown_at",
        "mark",
        "marked_at",
    ),
    *("address", "event_types", "is_on", "sealed_before", "both_until", "ended_by", "ended_at", "failing_since"),
    "failed_at",
    *("unanswered", "resting_until", "message_id", "event_type", "occurred_at", "event", "series", "tried"),
    *("in_hand_until", "next_try_at", "opted_out_at", "opted_out_by", "mail_kind", "told_revision", "claimed_at"),
    "heard_at",
}
"""Ids, times, states, counts, and the words of a run itself."""

OF_THE_PROFILE = {
    "username",
    "email",
    "name",
    "spare_name",
    "texts",
    "bounced_email",
    "former_usernames",
    "former_texts",
}
"""Emptied, or removed, with the profile, the session and the marker that hold them."""


def every_attribute() -> set[str]:
    """The attributes of all items of the product. Tests of the table have items of their own."""
    for module in iter_modules(certificates.aws.__path__):
        import_module(f"certificates.aws.{module.name}")
    models, found = [Item], set[str]()
    while models:
        model = models.pop()
        models += model.__subclasses__()
        found |= set(model.get_attributes()) if model.__module__.startswith("certificates.") else set()
    return found


def test_every_attribute_is_listed_as_one_that_may_name_a_person_or_not() -> None:
    known = NAMES_NOBODY | OF_THE_PROFILE | OWN | ACTORS | FREE_TEXTS
    assert every_attribute() - known == set(), "add these to aws/redaction.py, or here where they never name anybody"


MARA = Traces.of(["mara.ilves"], ["mara@example.org", "Mara Ilves", "Jo"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mara Ilves asked", " asked"),
        ("MARA ILVES asked", " asked"),
        ("see mara.ilves.", "see ."),
        ("see Mara.Ilves.", "see Mara.Ilves."),  # a username is one in its own case alone
        ("(Mara@Example.org)", "()"),
        ("tamara.ilves and mara.ilvesson", "tamara.ilves and mara.ilvesson"),
        ("Jo Johnson", "Jo Johnson"),  # too short to be looked for
    ],
)
def test_mentions_go_as_words_of_their_own(text: str, left: str) -> None:
    assert MARA.without(text) == left
    assert MARA.are_in(text) is (text != left)


@pytest.mark.parametrize("name", ["Zoë Ångström", "Зоя Ли", '"Bo" O\'Hara'])
def test_a_name_is_found_in_the_forms_of_json_and_csv(name: str) -> None:
    import csv
    import io
    import json
    import unicodedata

    cells = io.StringIO()
    csv.writer(cells).writerow([name, 1])
    written = [name, cells.getvalue(), json.dumps({"name": name}), json.dumps(json.dumps({"name": name}))]
    written += [unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name)]
    assert all(Traces.of([], [name]).are_in(text) for text in written)


def test_an_empty_search_text_matches_nobody() -> None:
    nobody = Traces.of([None, "", " "], [None])
    assert not nobody.are_in("anything")
    assert nobody.without("anything") == "anything"


def item(pk: str, sk: str, **attributes: Any) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **{name: {"S": value} for name, value in attributes.items()}}


def test_an_item_without_the_learner_stays_unchanged() -> None:
    others = item("RUN#course#5102", "EXCEPTION", note="excused", added_by="ines")
    assert redaction(others, "5101", MARA) is None


def test_settings_keep_their_words_and_lose_who_saved_them() -> None:
    assert redaction(item("COURSE-RUN#course", "SETTINGS", note="by Mara Ilves"), "5101", MARA) is None
    saved = item("COURSE-RUN#course", "SETTINGS", note="by Mara Ilves", saved_by="mara.ilves")
    written = redaction(saved, "5101", MARA)
    assert written is not None
    assert set(written["Update"]["ExpressionAttributeNames"].values()) == {"saved_by"}


def test_the_name_of_an_uploaded_file_keeps_no_mention_of_the_learner() -> None:
    upload = item("UPLOADS#course", "1", chosen_name="Mara Ilves.csv", uploaded_by="ines")
    written = redaction(upload, "5101", MARA)
    assert written is not None
    assert written["Update"]["ExpressionAttributeValues"][":now0"] == {"S": ".csv"}


def test_a_note_about_the_learner_is_always_removed() -> None:
    written = redaction(item("RUN#course#5101", "EXCEPTION", note="was ill", added_by="ines"), "5101", MARA)
    assert written is not None
    assert written["Update"]["UpdateExpression"] == "REMOVE #0"
    assert written["Update"]["ConditionExpression"] == "#0 = :was0"


@pytest.mark.parametrize("beginning", CALLERS)
def test_items_of_only_the_learner_are_removed_whole(beginning: str) -> None:
    attribute = CALLERS[beginning]
    values = {} if attribute == "pk" else {attribute: "mara.ilves"}
    written = redaction(item(f"{beginning}#mara.ilves", "1", **values), "5101", MARA)
    assert written is not None
    assert "Delete" in written


def test_a_delivery_to_a_webhook_keeps_its_ids_and_loses_the_learner_s_data() -> None:
    about = item("WEBHOOK#1", "DELIVERY#1", user_id="5101", learner='{"name": "Mara Ilves"}', event='{"id": "1"}')
    written = redaction(about, "5101", MARA)
    assert written is not None
    assert written["Update"]["UpdateExpression"] == "REMOVE #0"
    assert written["Update"]["ExpressionAttributeNames"] == {"#0": "learner"}
    assert redaction({**about, "user_id": {"S": "5102"}}, "5101", MARA) is None


def test_stored_answers_of_receivers_lose_mentions_of_the_learner() -> None:
    answered = item("WEBHOOK#1", "DELIVERY#1", user_id="5102", tries='[{"said": "thanks, Mara Ilves"}]')
    written = redaction(answered, "5101", MARA)
    assert written is not None
    assert written["Update"]["ExpressionAttributeValues"][":now0"] == {"S": '[{"said": "thanks, "}]'}
