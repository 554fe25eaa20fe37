"""Status lists in the table: each entry is claimed once, and newer bits always win."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certificates.aws import status_lists, writes
from certificates.aws.credentials import Credentials
from certificates.aws.status_lists import SignedListItem, StatusBitItem, StatusListStore, StatusSequenceItem
from certificates.aws.writes import put, update
from certificates.errors import Busy, Raced
from certificates.trust import status_list
from certificates.trust.credential import secured
from certificates.trust.securing import Secured
from certificates.trust.status_list import LIST_SIZE, StatusEntry, bits, index_of, secured_list
from tests.unit.aws.kept_items import KeptItems
from tests.unit.trust.awards import KEYS, award

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
BASE = "https://fjord.org"
asked: list[datetime] = []
SIGNING: Any = SimpleNamespace(current=lambda now: asked.append(now) or KEYS)
STORE = StatusListStore(BASE, SIGNING)
KEY = ("STATUS-SEQUENCE#2", "OPEN")
S = StatusSequenceItem


class Lists(KeptItems):
    """Claims count up as DynamoDB would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch, status_lists)
        self.claims: list[Any] = []
        self.lost = 0
        monkeypatch.setattr(writes, "updated", self._updated)
        monkeypatch.setattr(status_lists.random, "randrange", lambda most: most - 2)
        monkeypatch.setattr(status_lists.secrets, "token_hex", lambda size: "5eed" * size)

    def _updated(self, entry: Any) -> Any:
        self.claims.append(entry)
        if self.lost:
            self.lost -= 1
            raise Raced
        return sequence(taken=10).raw()


def sequence(**values: Any) -> StatusSequenceItem:
    return S(pk=KEY[0], sk=KEY[1], **{"base_url": BASE, "list_number": 3, "taken": 0, "seed": "abc"} | values)


def signed(list_id: str, revoked: list[int], version: int, base_url: str = BASE) -> SignedListItem:
    made = secured_list(list_id, bits(revoked), base_url=base_url, keys=KEYS, now=AT)
    return SignedListItem(
        pk=f"STATUS-LIST#{list_id}",
        sk="SIGNED",
        base_url=base_url,
        credential=made.document,
        jwt=made.jwt,
        signed_at=AT,
        version=version,
    )


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Lists:
    asked.clear()
    return Lists(monkeypatch)


def claim(count: int) -> Any:
    room = (S.base_url == BASE) & (S.taken <= LIST_SIZE - count)
    return update(KEY, [S.taken.add(count)], room)


def test_entries_are_claimed_in_one_write(table: Lists) -> None:
    assert STORE.claim(0, AT) == []
    assert table.claims == []
    assert STORE.claim(2, AT) == [StatusEntry("2-3", index_of(8, "abc")), StatusEntry("2-3", index_of(9, "abc"))]
    assert (table.claims, table.written) == ([claim(2)], [])


def test_the_first_claim_opens_and_signs_the_first_list(table: Lists) -> None:
    table.lost = 1
    assert len(STORE.claim(2, AT)) == 2
    opened = sequence(list_number=1, seed="5eed" * 16)
    assert table.claims == [claim(2), claim(2)]
    assert table.written == [
        [
            put(opened, S.pk.does_not_exist()),
            put(signed("2-1", [], 1), SignedListItem.pk.does_not_exist()),
        ]
    ]
    assert asked == [AT]


@pytest.mark.parametrize(
    ("found", "opens"),
    [
        (sequence(taken=LIST_SIZE - 2), False),
        (sequence(taken=LIST_SIZE - 1), True),
        (sequence(base_url="https://old.org"), True),
    ],
)
def test_the_next_list_is_opened_when_one_is_full_or_has_another_address(
    table: Lists, found: StatusSequenceItem, opens: bool
) -> None:
    table.lost = table.races = 1
    table.add(found)
    assert len(STORE.claim(2, AT)) == 2
    opened = sequence(list_number=4, seed="5eed" * 16)
    entries = [
        put(opened, S.list_number == 3),
        put(signed("2-4", [], 1), SignedListItem.pk.does_not_exist()),
    ]
    assert table.written == ([entries] if opens else [])


def test_a_claim_that_others_always_overtake_ends(table: Lists) -> None:
    table.lost = 99
    with pytest.raises(Busy, match=r"^Status lists are being opened right now\. Try again\.$"):
        STORE.claim(1, AT)
    assert len(table.claims) == 8


def test_all_lists_of_all_sequences_are_known(table: Lists) -> None:
    table.add(sequence())
    table.add(S(pk="STATUS-SEQUENCE#0", sk="OPEN", base_url=BASE, list_number=1, taken=0, seed=""))
    table.add(S(pk="STATUS-SEQUENCE#4", sk="OPEN", base_url=BASE, list_number=1, taken=0, seed=""))
    assert list(STORE.list_ids()) == ["0-1", "2-1", "2-2", "2-3"]


class Bits:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, *bits: tuple[int, bool]) -> None:
        self.asked: list[Any] = []
        items = [StatusBitItem(pk="STATUS-LIST#2-3", sk=f"BIT#{index}", revoked=revoked) for index, revoked in bits]
        monkeypatch.setattr(
            status_lists, "query", lambda where: self.asked.append(where) or [item.raw() for item in items]
        )


def test_a_list_is_signed_with_its_bits_under_its_own_address(table: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Bits(monkeypatch, (7, True), (8, False), (9, True))
    STORE.sign("2-3", AT)
    assert (table.written, found.asked, STORE.published("2-3")) == ([], [], None)
    table.add(signed("2-3", [], 4, base_url="https://old.org"))
    STORE.sign("2-3", AT)
    new = signed("2-3", [7, 9], 5, base_url="https://old.org")
    assert table.written == [put(new, SignedListItem.version == 4)]
    assert [str(where) for where in found.asked] == [
        str((StatusBitItem.pk == "STATUS-LIST#2-3") & StatusBitItem.sk.startswith("BIT#"))
    ]
    table.add(new)
    assert STORE.published("2-3") == Secured(new.credential, new.jwt)


@pytest.mark.parametrize(("races", "writes"), [(0, 1), (1, 2), (7, 8)])
def test_a_list_is_signed_again_when_its_bits_changed_meanwhile(
    table: Lists, monkeypatch: pytest.MonkeyPatch, races: int, writes: int
) -> None:
    Bits(monkeypatch)
    table.add(signed("2-3", [], 4))
    table.races = races
    STORE.sign("2-3", AT)
    assert len(table.written) == writes


def test_a_list_that_others_always_sign_is_left_to_them(table: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    Bits(monkeypatch)
    table.add(signed("2-3", [], 4))
    table.races = 99
    with pytest.raises(Busy, match=r"^The status list is being signed by others right now\. Try again\.$"):
        STORE.sign("2-3", AT)
    assert len(table.written) == 8


def test_a_certificate_carries_its_credential_in_both_forms(table: Lists) -> None:
    credentials = Credentials(SIGNING, STORE)
    assert len(list(credentials.entries(2, AT))) == 2
    both = secured(award(), KEYS)
    attached = credentials.attachments(award())
    assert [attachment.to_json()[1:3] for attachment in attached] == [
        ["application/vc", "Open Badges 3.0 credential"],
        ["application/vc+jwt", "The same credential as a JWT"],
    ]
    assert [attachment.content for attachment in attached] == [both.document.encode(), both.jwt.encode()]
    assert asked[-1] == award().valid_from
    assert status_list.LIST_SIZE == 131_072
