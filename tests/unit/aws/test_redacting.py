"""Writes that remove a forgotten learner from the items of the table, one kind of item after another."""

from __future__ import annotations

from typing import Any

import pytest

from certificates.aws.redaction import is_running_call, redaction
from certificates.aws.table import TABLE_NAME
from certificates.rules.forgotten import FORGOTTEN_LEARNER
from certificates.rules.traces import Traces

MARA = Traces.of(["mara.ilves"], ["mara@example.org", "Mara Ilves"])


def item(pk: str, sk: str, **attributes: Any) -> dict[str, Any]:
    values = {name: {"S": value} if isinstance(value, str) else value for name, value in attributes.items()}
    return {"pk": {"S": pk}, "sk": {"S": sk}, **values}


def key(raw: dict[str, Any]) -> dict[str, Any]:
    return {"TableName": TABLE_NAME, "Key": {"pk": raw["pk"], "sk": raw["sk"]}}


@pytest.mark.parametrize(
    ("raw", "attribute", "was"),
    [
        (item("IDEMPOTENCY#mara.ilves", "1", data="{}"), "data", {"S": "{}"}),
        (item("IDEMPOTENCY#ines", "1", data='{"name": "Mara Ilves"}'), "data", {"S": '{"name": "Mara Ilves"}'}),
        (item("IDEMPOTENCY#ines", "1", data="mara.ilves"), "data", {"S": "mara.ilves"}),
        (item("SESSION#digest", "SESSION", username="mara.ilves"), "username", {"S": "mara.ilves"}),
        (item("STAFF#mara.ilves", "COURSE-RUN#course"), "pk", {"S": "STAFF#mara.ilves"}),
    ],
)
def test_calls_sessions_and_rights_of_the_learner_are_removed(
    raw: dict[str, Any], attribute: str, was: dict[str, str]
) -> None:
    assert redaction(raw, "7", MARA) == {
        "Delete": {
            **key(raw),
            "ConditionExpression": "#0 = :was0",
            "ExpressionAttributeNames": {"#0": attribute},
            "ExpressionAttributeValues": {":was0": was},
        }
    }


def test_a_call_without_an_answer_is_removed_unless_one_comes_meanwhile() -> None:
    raw = item("IDEMPOTENCY#mara.ilves", "1")
    assert redaction(raw, "7", MARA) == {
        "Delete": {
            **key(raw),
            "ConditionExpression": "attribute_not_exists(#0)",
            "ExpressionAttributeNames": {"#0": "data"},
        }
    }


@pytest.mark.parametrize("sk", ["MAIL#issued#000001", "MAIL#job#j1"])
def test_mails_to_the_learner_are_removed_in_the_state_that_was_read(sk: str) -> None:
    raw = item("RUN#course#7", sk, state="sent")
    assert redaction(raw, "7", MARA) == {
        "Delete": {
            **key(raw),
            "ConditionExpression": "#0 = :was0",
            "ExpressionAttributeNames": {"#0": "state"},
            "ExpressionAttributeValues": {":was0": {"S": "sent"}},
        }
    }


MENTION = {"note": "by Mara Ilves", "actor": "mara.ilves"}


@pytest.mark.parametrize(
    "raw",
    [
        *(item(f"COURSE-RUN#{sk}", sk, **MENTION) for sk in ("DESIGN", "PROFILE", "FORGETTING", "JOB-RUNNING")),
        *(item(f"{kind}#someone", "POINTER", **MENTION) for kind in ("USERNAME", "EMAIL", "FORGOTTEN")),
        item("IDEMPOTENCY#ines", "1", data="{}", **MENTION),
        item("IDEMPOTENCY#ines", "1"),
        item("SESSION#digest", "SESSION", username="ines", **MENTION),
        item("STAFF#ines", "COURSE-RUN#course", **MENTION),
        item("STAFF#mara.ilves-2", "COURSE-RUN#course"),
        item("RUN#course#17", "MAIL#issued#000001", state="sent"),
        item("WEBHOOK#w1", "DELIVERY#1", user_id="8", learner="{}"),
        item("COURSE-RUN#course", "UPLOAD#1", user_id="7", name="Biology"),
        item("LEARNERS#7", "ENROLLMENT", active={"BOOL": True}),
        item("RUN#course#7", "ENROLLMENT", active={"BOOL": False}),
        item("RUN#course#7", "ENROLLMENT"),
        item("RUN#course#7", "CERTIFICATE", active={"BOOL": True}),
        item("RUN#course#8", "ENROLLMENT", active={"BOOL": True}),
        item("RUN#course#7", "CERTIFICATE", name=""),
    ],
)
def test_other_items_stay_as_they_are(raw: dict[str, Any]) -> None:
    assert redaction(raw, "7", MARA) is None


def test_one_write_removes_what_names_the_learner_and_empties_what_every_item_has() -> None:
    raw = item("RUN#course#7", "CERTIFICATE", name="Mara Ilves", note="ill", actor="mara.ilves", added_by="ines")
    assert redaction(raw, "7", MARA) == {
        "Update": {
            **key(raw),
            "ConditionExpression": "#0 = :was0 AND #1 = :was1 AND #2 = :was2",
            "UpdateExpression": "SET #0 = :now0, #2 = :now2 REMOVE #1",
            "ExpressionAttributeNames": {"#0": "name", "#1": "note", "#2": "actor"},
            "ExpressionAttributeValues": {
                ":was0": {"S": "Mara Ilves"},
                ":now0": {"S": ""},
                ":was1": {"S": "ill"},
                ":was2": {"S": "mara.ilves"},
                ":now2": {"S": FORGOTTEN_LEARNER},
            },
        }
    }


def test_two_texts_of_the_learner_s_own_are_removed_together() -> None:
    raw = item("RUN#course#7", "EXCEPTION", note="ill", attempted_print="a")
    written = redaction(raw, "7", MARA)
    assert written is not None
    assert written["Update"]["UpdateExpression"] == "REMOVE #0, #1"


def test_the_enrollment_of_the_learner_ends() -> None:
    raw = item("RUN#course#7", "ENROLLMENT", active={"BOOL": True})
    assert redaction(raw, "7", MARA) == {
        "Update": {
            **key(raw),
            "ConditionExpression": "#0 = :was0",
            "UpdateExpression": "SET #0 = :now0",
            "ExpressionAttributeNames": {"#0": "active"},
            "ExpressionAttributeValues": {":was0": {"BOOL": True}, ":now0": {"BOOL": False}},
        }
    }


def test_settings_lose_the_learner_even_after_words_that_stay() -> None:
    raw = item("COURSE-RUN#course", "SETTINGS", note="by Mara Ilves", saved_by="mara.ilves")
    written = redaction(raw, "7", MARA)
    assert written is not None
    assert written["Update"]["ExpressionAttributeValues"] == {
        ":was0": {"S": "mara.ilves"},
        ":now0": {"S": FORGOTTEN_LEARNER},
    }


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ({"S": "by Mara Ilves"}, {"S": "by "}),
        ({"SS": ["ines", "mara.ilves"]}, {"SS": ["ines"]}),
        ({"L": [{"S": "Mara Ilves"}, {"N": "7"}]}, {"L": [{"S": ""}, {"N": "7"}]}),
        ({"M": {"said": {"S": "Mara Ilves"}, "line": {"N": "7"}}}, {"M": {"said": {"S": ""}, "line": {"N": "7"}}}),
    ],
)
def test_mentions_go_out_of_values_of_every_kind(value: dict[str, Any], after: dict[str, Any]) -> None:
    written = redaction(item("COURSE-RUN#course", "UPLOAD#1", errors=value), "7", MARA)
    assert written is not None
    assert written["Update"]["ExpressionAttributeValues"] == {":was0": value, ":now0": after}


def test_a_set_of_the_learner_alone_is_removed() -> None:
    written = redaction(item("COURSE-RUN#course", "JOB#1", usernames={"SS": ["mara.ilves"]}), "7", MARA)
    assert written is not None
    assert written["Update"]["UpdateExpression"] == "REMOVE #0"


@pytest.mark.parametrize(
    ("raw", "runs"),
    [
        (item("IDEMPOTENCY#mara.ilves", "1", status="INPROGRESS"), True),
        (item("IDEMPOTENCY#mara.ilves", "1", status="COMPLETED"), False),
        (item("IDEMPOTENCY#mara.ilves", "1"), False),
        (item("IDEMPOTENCY#ines", "1", status="INPROGRESS"), False),
        (item("STAFF#mara.ilves", "1", status="INPROGRESS"), False),
    ],
)
def test_a_call_of_the_learner_without_an_answer_still_runs(raw: dict[str, Any], runs: bool) -> None:
    assert is_running_call(raw, MARA) is runs
