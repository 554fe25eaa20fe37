"""Usernames, e-mails and names of a learner are found in texts as whole words, in every form, and removed."""

from __future__ import annotations

import json
import unicodedata

import pytest

from certificates.rules.traces import Traces

LI = Traces.of(["li_ning", None, " lining2 "], ["Li.Ning@example.org", 'Zoë "Z" Ning', "", "  "])


def test_blanks_and_missing_texts_are_no_traces() -> None:
    assert LI.usernames == {"li_ning", "lining2"}
    assert LI.texts == {"Li.Ning@example.org", 'Zoë "Z" Ning'}
    assert LI.all == LI.usernames | LI.texts


def test_an_actor_is_exactly_one_of_the_usernames() -> None:
    assert [LI.is_actor(value) for value in ("li_ning", "LI_NING", "li_ning ", "Li.Ning@example.org")] == [
        *(True, False, False, False)
    ]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("asked by li_ning, again", "asked by , again"),
        ("li_ning", ""),
        # A username in another case, and a part of a word, are of somebody else.
        ("LI_NING", None),
        ("li_ning2 and xli_ning", None),
        # E-mails and names are found in any case.
        ("mail to LI.NING@example.ORG.", "mail to ."),
        ('to zoë "z" ning', "to "),
        (unicodedata.normalize("NFD", 'Zoë "Z" Ning'), ""),
        ('1,"Zoë ""Z"" Ning",2', '1,"",2'),
        (json.dumps({"name": 'Zoë "Z" Ning'}), '{"name": ""}'),
        (json.dumps(json.dumps({"name": 'Zoë "Z" Ning'})), r'"{\"name\": \"\"}"'),
        ("nobody", None),
        ("", None),
    ],
)
def test_a_mention_is_found_in_every_form_and_removed(text: str, rest: str | None) -> None:
    assert LI.are_in(text) is (rest is not None)
    assert LI.without(text) == (text if rest is None else rest)


def test_an_address_that_begins_with_the_username_is_removed_whole() -> None:
    assert Traces.of(["lin"], ["lin@example.org"]).without("lin@example.org by lin") == " by "
    assert Traces.of(["lin", "lin.a"], []).without("lin.a lin") == " "


def test_texts_of_fewer_than_three_characters_are_not_looked_for_but_name_an_actor() -> None:
    short = Traces.of(["li"], ["Al"])
    assert (short.without("li and Al"), short.are_in("li and Al"), short.longest) == ("li and Al", False, 0)
    assert short.is_actor("li") is True
    assert Traces.of(["lin"], []).are_in("by lin") is True


def test_the_longest_form_is_the_name_escaped_twice() -> None:
    assert Traces.of(["ada"], []).longest == 3
    once = json.dumps(unicodedata.normalize("NFD", 'Zoë "Z" Ning'))[1:-1]
    assert Traces.of(["ada"], ['Zoë "Z" Ning']).longest == len(json.dumps(once)[1:-1])
