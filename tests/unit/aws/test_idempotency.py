"""A call with an Idempotency-Key: its answer is kept for a day and given again."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import idempotency
from certificates.aws.table import TABLE_NAME
from certificates.errors import BadRequest, Conflict, Throttled
from tests.unit.aws.services import refusal

CONTEXT: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 8_000)


class Table:
    """Keeps the items of calls, and knows the condition that Powertools writes under."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.names: set[str] = set()
        self.meta = SimpleNamespace(events=SimpleNamespace(register=lambda *how: None))
        self.failure: Exception | None = None

    def _key(self, call: dict[str, Any]) -> tuple[str, str]:
        self.names.add(call["TableName"])
        keys = call.get("Key") or call["Item"]
        return keys["pk"]["S"], keys["sk"]["S"]

    def put_item(self, **call: Any) -> None:
        if self.failure is not None:
            raise self.failure
        key = self._key(call)
        if key in self.items:
            error = refusal("ConditionalCheckFailedException")
            error.response["Item"] = self.items[key]  # type: ignore[typeddict-unknown-key]
            raise error
        self.items[key] = call["Item"]

    def update_item(self, **call: Any) -> None:
        names, values = call["ExpressionAttributeNames"], call["ExpressionAttributeValues"]
        pairs = (pair.split(" = ") for pair in call["UpdateExpression"].removeprefix("SET ").split(", "))
        self.items[self._key(call)].update({names[name]: values[value] for name, value in pairs})

    def delete_item(self, **call: Any) -> None:
        del self.items[self._key(call)]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    made = Table()
    monkeypatch.setattr(idempotency, "dynamodb", lambda: made)
    return made


def once(run: Any, *, caller: str = "zoe", key: str = "k", target: str = "POST /a", body: str = "{}") -> Any:
    return idempotency.once(caller, key, target, body, run, CONTEXT)


def test_a_repeated_call_gets_the_first_answer(table: Table) -> None:
    runs: list[int] = []

    def run() -> dict[str, Any]:
        runs.append(len(runs))
        return {"status": 200 + len(runs)}

    assert [once(run), once(run)] == [{"status": 201}] * 2
    for other in ({"caller": "ada"}, {"key": "l"}, {"target": "POST /b"}):
        once(run, **other)
    assert len(runs) == 4
    assert table.names == {TABLE_NAME}
    assert [pk for pk, _ in table.items] == ["IDEMPOTENCY#zoe", "IDEMPOTENCY#ada", *["IDEMPOTENCY#zoe"] * 2]
    first = next(iter(table.items.values()))
    assert abs(int(first["expires_at"]["N"]) - time.time() - 24 * 3600) < 600
    assert abs(int(first["in_progress_expiration"]["N"]) / 1000 - time.time() - 8) < 600


def test_the_same_key_with_another_body_is_refused(table: Table) -> None:
    once(dict)
    with pytest.raises(BadRequest) as refused:
        once(dict, body="[]")
    assert refused.value.reason == "idempotency-key-reused"
    assert refused.value.message == "This Idempotency-Key came with another body before."


def test_a_call_waits_for_the_first_one_to_end(table: Table) -> None:
    def run() -> dict[str, Any]:
        with pytest.raises(Conflict) as refused:
            once(dict)
        assert refused.value.reason == "in-progress"
        assert refused.value.message == "The first call with this Idempotency-Key is still running."
        return {}

    assert once(run) == {}


def test_a_call_that_failed_may_be_repeated(table: Table) -> None:
    def fail() -> dict[str, Any]:
        raise Conflict("no", "No.")

    with pytest.raises(Conflict):
        once(fail)
    assert once(lambda: {"status": 200}) == {"status": 200}


@pytest.mark.parametrize(("failure", "raised"), [(Throttled("dynamodb.PutItem"), Throttled), (OSError("no"), None)])
def test_a_throttled_table_is_told_apart_from_other_failures(
    table: Table, failure: Exception, raised: type[Exception] | None
) -> None:
    table.failure = failure
    expected = raised or idempotency.IdempotencyPersistenceLayerError
    with pytest.raises(expected) as told:
        once(dict)
    assert (told.value if raised else told.value.__cause__) is failure
