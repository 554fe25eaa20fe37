"""ETags: they name a content, and a caller who read this content may change it."""

from __future__ import annotations

import re

import pytest

from certificates.errors import BadRequest
from certificates.http.etags import MAX_IF_MATCH, digest_etag, etags_expected, strong
from certificates.http.parameters import IF_MATCH_OPTIONAL
from tests.unit.http.calls import request


def expected(text: str | None) -> frozenset[str] | None:
    headers = {"if-match": text} if text is not None else None
    return etags_expected(request(headers=headers, reads=(IF_MATCH_OPTIONAL,)))


def test_an_etag_names_its_parts_in_any_order() -> None:
    assert digest_etag("ada", "zoe") == digest_etag("zoe", "ada")
    assert len({digest_etag(*parts) for parts in [(), ("",), ("ada",), ("adazoe",), ("ada", "zoe"), ("1",)]}) == 6
    assert digest_etag("1", True) == digest_etag(1, "True")


def test_an_etag_stays_the_same_from_release_to_release() -> None:
    assert digest_etag("ada", "zoe") == '"8ec738d8a112ff315240f4aa55b9a7de"'


def test_an_etag_is_a_quoted_digest_of_32_digits() -> None:
    assert re.fullmatch(r'"[0-9a-f]{32}"', digest_etag("ada"))


@pytest.mark.parametrize("sent", ['"3"', 'W/"3"', ' "3" ', ' W/"3"'])
def test_an_etag_that_was_marked_as_weak_names_the_same_version(sent: str) -> None:
    assert strong(sent) == '"3"'


@pytest.mark.parametrize("text", [None, "*", " * "])
def test_without_an_etag_any_version_is_expected(text: str | None) -> None:
    assert expected(text) is None


@pytest.mark.parametrize(
    ("text", "etags"),
    [
        ('"a"', {'"a"'}),
        ('W/"a"', {'"a"'}),
        ('"a", W/"b" ,"c"', {'"a"', '"b"', '"c"'}),
        (f'"{"x" * 998}"', {f'"{"x" * 998}"'}),
    ],
)
def test_every_etag_of_the_header_is_expected(text: str, etags: set[str]) -> None:
    assert len(text) <= MAX_IF_MATCH == 1000
    assert expected(text) == etags


@pytest.mark.parametrize("text", ["", "3", '"3', '3"', '""', '"a",', '"a", b', '"', f'"{"x" * 999}"'])
def test_a_header_without_the_quotes_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        expected(text)
    assert refused.value.reason == "bad-if-match"
    assert str(refused.value) == "If-Match must have the ETag that you read, with its quotes, or *."
