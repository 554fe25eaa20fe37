"""Entries of status lists: none is claimed twice, and each bit agrees with its certificate. Also with crashes at every
call, with races, and with many claims at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest
from botocore.client import BaseClient

from certificates import runtime
from certificates.aws import status_lists
from certificates.credentials.status_lists import sign_all
from certificates.forgetting.forget import start_forgetting
from certificates.invalidate import invalidate, revalidate
from certificates.request import request_certificate
from certificates.runtime import making
from certificates.trust import status_list as standard
from certificates.trust.status_list import decoded, is_set
from tests import cheap_backend, killing, moto_cloud
from tests.jobs import BULK, NOW, few_shards, start, work
from tests.people import COURSE, enroll, make_run

LEARNERS = ("1", "2", "3")


@moto_cloud.prepared
def who_pass(built: Any) -> None:
    """A run that has ended, and learners who pass in it."""
    backend = cheap_backend.cheap(built)
    make_run(backend, end=NOW - timedelta(hours=1))
    for user_id in LEARNERS:
        enroll(backend, user_id, f"user{user_id}", grade="0.9")


@contextmanager
def world() -> Iterator[Any]:
    with few_shards(1), who_pass() as (built, _):
        yield replace(cheap_backend.cheap(built), gives_credentials=True)


def certificates() -> list[dict[str, Any]]:
    return [item for (_, sk), item in moto_cloud.items().items() if sk == "CERTIFICATE"]


def place(item: dict[str, Any]) -> tuple[str, int]:
    return item["status_list"]["S"], int(item["status_index"]["N"])


def published(backend: Any, list_id: str) -> bytes:
    document = json.loads(backend.credentials.lists.published(list_id).document)
    return decoded(document["credentialSubject"]["encodedList"])


def require_true(backend: Any) -> None:
    """Every certificate has its own entry, and its bit is set exactly if it is not valid."""
    sign_all(backend.credentials.lists, now=NOW)
    found = certificates()
    assert len({place(item) for item in found}) == len(found) == len(LEARNERS)
    for item in found:
        list_id, index = place(item)
        assert is_set(published(backend, list_id), index) is (item["status"]["S"] != "downloadable")


def everything(backend: Any) -> None:
    """Do everything to certificates, also where it was done already."""
    for user_id in LEARNERS:
        request_certificate(COURSE, f"user{user_id}", backend=backend, now=NOW)
    for user_id in LEARNERS[:2]:
        with killing.done_already():
            invalidate(COURSE, f"user{user_id}", "", by="ines", backend=backend, now=NOW)
    with killing.done_already():
        revalidate(COURSE, "1", by="ines", backend=backend, now=NOW)


def bulk(backend: Any) -> None:
    with killing.done_already():
        start(backend, BULK)
    work(backend)


@pytest.mark.parametrize("act", [everything, bulk])
def test_an_entry_is_claimed_once_and_its_bit_is_right_whenever_the_process_dies(act: Callable[[Any], None]) -> None:
    assert killing.at_every_call(world, act, require_true) > 10


def test_the_last_places_of_a_list_and_the_first_of_the_next_are_given_out_once(
    backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_lists, "SEQUENCES", 1)
    monkeypatch.setattr(standard, "LIST_SIZE", 64)
    monkeypatch.setattr(standard, "index_of", lambda position, seed: position)
    taken = [entry for _ in range(30) for entry in backend.credentials.lists.claim(7, NOW)]
    assert len(set(taken)) == len(taken) == 210
    assert max(entry.index for entry in taken) < 64
    assert sorted({entry.list_id for entry in taken}) == ["0-1", "0-2", "0-3", "0-4"]
    assert set(backend.credentials.lists.list_ids()) == {"0-1", "0-2", "0-3", "0-4"}


def test_a_new_secret_of_the_deployment_gives_no_place_out_twice(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_lists, "SEQUENCES", 1)
    taken = backend.credentials.lists.claim(2000, NOW)
    monkeypatch.setenv("VERIFY_SECRET", "a new one")
    runtime.backend.cache_clear()
    making.credentials_at.cache_clear()
    taken += runtime.backend().credentials.lists.claim(2000, NOW)
    assert len(set(taken)) == 4000
    assert {entry.list_id for entry in taken} == {"0-1"}


def test_concurrent_claims_get_different_entries(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_lists, "SEQUENCES", 1)
    answering, real = Lock(), BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: Any, operation: str, values: Any) -> Any:
        # DynamoDB adds to a number of an item in one step. moto takes several.
        with answering:
            return real(client, operation, values)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    lists = backend.credentials.lists
    with ThreadPoolExecutor(16) as pool:
        blocks = list(pool.map(lambda number: lists.claim(number % 5, NOW), range(200)))
    taken = [entry for block in blocks for entry in block]
    assert len(set(taken)) == len(taken) == sum(number % 5 for number in range(200))


def test_a_hundred_thousand_claim_entries_in_as_many_calls_as_there_are_batches(backend: Any) -> None:
    lists = backend.credentials.lists
    lists.claim(1, NOW)
    with killing.calls() as made:
        taken = [entry for _ in range(200) for entry in lists.claim(500, NOW)]
    assert len(set(taken)) == 100_000
    assert len(made) <= 200 + 3 * status_lists.SEQUENCES * 2


def test_a_signature_of_older_bits_does_not_undo_a_revocation(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(backend)
    enroll(backend, "1", "zoe", grade="0.9")
    held = request_certificate(COURSE, "zoe", backend=backend, now=NOW).certificate
    lists = backend.credentials.lists
    real = type(lists)._bits
    overtaken: list[bool] = []

    def bits(list_id: str) -> Iterator[Any]:
        found = list(real(list_id))
        if not overtaken:
            overtaken.append(True)
            invalidate(COURSE, "zoe", "", by="ines", backend=backend, now=NOW)
            lists.sign(list_id, NOW)
        return iter(found)

    monkeypatch.setattr(type(lists), "_bits", staticmethod(bits))
    lists.sign(held.status_list, NOW)
    assert overtaken
    assert is_set(published(backend, held.status_list), held.status_index)


def test_two_functions_that_need_the_first_keys_make_one_pair(backend: Any) -> None:
    from certificates.aws.signing_keys import SigningKeyStore

    stores = [SigningKeyStore(backend.credentials.keys.sealing_key) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda store: store.current(NOW).p256, stores))
    assert len(set(keys)) == 1
    assert len(backend.credentials.keys.public()) == 2


def test_a_warm_function_signs_with_new_keys_within_minutes_of_a_rotation(backend: Any) -> None:
    from certificates.aws.signing_keys import KEPT, SigningKeyStore

    warm, other = (SigningKeyStore(backend.credentials.keys.sealing_key) for _ in range(2))
    before = warm.current(NOW).p256
    other.rotate(NOW)
    assert warm.current(NOW + KEPT / 2).p256 == before
    with killing.calls() as made:
        assert warm.current(NOW + KEPT).p256 == other.current(NOW).p256 != before
    assert sum("Decrypt" in call for call in made) == 2
    retired = [key for key in other.public() if key.retired_on]
    assert [key.retired_on for key in retired] == [NOW.date().isoformat()] * 2


def test_a_list_of_an_address_that_was_left_keeps_its_address(backend: Any) -> None:
    from certificates.aws.status_lists import StatusListStore

    lists = backend.credentials.lists
    entries = [lists.claim(1, NOW)[0] for _ in range(20)]
    moved = StatusListStore("https://new.example", lists.keys)
    later = [moved.claim(1, NOW)[0] for _ in range(20)]
    sign_all(moved, now=NOW + timedelta(hours=1))
    assert not {entry.list_id for entry in entries} & {entry.list_id for entry in later}
    assert '"id":"https://certificates.example/status/' in moved.published(entries[0].list_id).document
    assert '"id":"https://new.example/status/' in moved.published(later[0].list_id).document


def test_forgetting_a_learner_revokes_the_credential_and_removes_it_with_the_document(backend: Any) -> None:
    make_run(backend)
    enroll(backend, "1", "zoe", grade="0.9")
    held = request_certificate(COURSE, "zoe", backend=backend, now=NOW).certificate
    start_forgetting("1", by="root", out_of_time=lambda: False, function="none", backend=backend, now=NOW)
    backend.credentials.lists.sign(held.status_list, NOW)
    assert is_set(published(backend, held.status_list), held.status_index)
    assert moto_cloud.objects("certificates/") == []
