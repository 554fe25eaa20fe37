"""The list of revoked credentials, bit by bit as in the standard."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.trust.status_list import LIST_SIZE, bits, decoded, encoded, index_of, is_set, secured_list
from tests.unit.trust.awards import BASE, DID, KEYS, NOW

# W3C Bitstring Status List 1.0, example 2: a list without a set bit.
NOTHING_SET = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def test_index_0_is_the_most_significant_bit_of_the_first_byte() -> None:
    assert bits([0])[0] == 0b1000_0000
    assert bits([5, 15])[:2] == bytes([0b0000_0100, 0b0000_0001])
    assert bits([LIST_SIZE - 1])[-1] == 1


@pytest.mark.slow
@given(st.sets(st.integers(0, LIST_SIZE - 1), max_size=50))
def test_a_list_reads_back_with_exactly_its_set_bits(revoked: set[int]) -> None:
    content = decoded(encoded(bits(revoked)))
    assert len(content) == LIST_SIZE // 8
    assert {index for index in range(LIST_SIZE) if content[index // 8] and is_set(content, index)} == revoked


@pytest.mark.parametrize("size", [LIST_SIZE, 2 * LIST_SIZE, 8 * LIST_SIZE])
def test_lists_of_any_length_keep_both_states(size: int) -> None:
    content = decoded(encoded(bits([0, size - 1], size)))
    assert (is_set(content, 0), is_set(content, 1), is_set(content, size - 1)) == (True, False, True)


def test_an_index_beyond_the_list_is_refused() -> None:
    with pytest.raises(IndexError):
        bits([LIST_SIZE])


def test_the_standard_s_example_reads_as_nothing_set() -> None:
    assert decoded(NOTHING_SET) == bits([])


def test_indexes_are_all_of_a_list_each_once_and_in_no_order() -> None:
    given_out = [index_of(position, "a seed") for position in range(LIST_SIZE)]
    assert sorted(given_out) == list(range(LIST_SIZE))
    neighbours = sum(abs(one - next_one) == 1 for one, next_one in itertools.pairwise(given_out))
    assert neighbours < 20
    assert [index_of(position, "another") for position in range(50)] != given_out[:50]


def test_a_list_says_how_long_it_may_be_kept_and_when_it_ends() -> None:
    document = json.loads(secured_list("1-1", bits([5]), base_url=BASE, keys=KEYS, now=NOW).document)
    subject = document["credentialSubject"]
    assert document["id"] == f"{BASE}/status/1-1"
    assert document["issuer"] == DID
    assert (document["validFrom"], document["validUntil"]) == ("2026-11-24T08:03:05Z", "2026-11-26T08:03:05Z")
    assert (subject["type"], subject["statusPurpose"], subject["ttl"]) == ("BitstringStatusList", "revocation", 300_000)
    assert is_set(decoded(subject["encodedList"]), 5)
