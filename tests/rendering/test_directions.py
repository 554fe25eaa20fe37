"""The directions of texts, compared with FriBidi, which Pango uses."""

from __future__ import annotations

import ctypes
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.rendering import directions
from certificates.shown_text import shown


@cache
def fribidi() -> Any:
    return ctypes.CDLL(str(Path(os.environ["CERTIFICATES_NATIVE_LIBS"], "libfribidi.so.0")))


def levels_of_fribidi(text: str, direction: str) -> list[int]:
    count = len(text)
    codes = (ctypes.c_uint32 * count)(*map(ord, text))
    types, brackets = (ctypes.c_uint32 * count)(), (ctypes.c_uint32 * count)()
    levels = (ctypes.c_int8 * count)()
    # FRIBIDI_PAR_LTR and FRIBIDI_PAR_RTL.
    base = ctypes.c_uint32(0x0110 if direction == "ltr" else 0x0111)
    fribidi().fribidi_get_bidi_types(codes, count, types)
    fribidi().fribidi_get_bracket_types(codes, count, types, brackets)
    assert fribidi().fribidi_get_par_embedding_levels_ex(types, brackets, count, ctypes.byref(base), levels)
    return list(levels)


TEXTS = [
    "50% محمد",
    "Introduction to C++",
    "سارة خالد (Sara Khaled)",
    "M.L. King, Jr.",
    "Amara Okafor, Ph.D.",
    "יעל כהן־לוי (MIT) 3.14, 5%",
    "محمد ١٢٣/٤٥ - 67:89",
    "علی‌رضا [a (ب) c]",
    "Course (مقدمة في C++)",
    "محمّد $50 +10",
]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_runs_as_fribidi_has_it(text: str, direction: str) -> None:
    assert directions.levels(text, direction) == levels_of_fribidi(text, direction)


LETTERS = "ab אב جم ١٢ 12 %$+-.,:/ ()[]{}«»\"'! \u064e\u0301"


DIGIT_IN_A_WORD = re.compile(r"[^\W\d_]\w*\d|\d\w*[^\W\d_]|\d[\u0300-\u036f\u064b-\u065f]")


def balanced(text: str) -> bool:
    waiting = []
    for char in text:
        if char in "([{":
            waiting.append(")]}"["([{".index(char)])
        elif char in ")]}" and (not waiting or waiting.pop() != char):
            return False
    return not waiting


@settings(max_examples=2000, derandomize=True, database=None)
@given(
    text=st.text(alphabet=st.sampled_from(LETTERS), min_size=1, max_size=24), direction=st.sampled_from(["ltr", "rtl"])
)
def test_any_text_runs_as_fribidi_has_it(text: str, direction: str) -> None:
    # FriBidi does not find a pair after a bracket without a partner. Here, digits at a letter stay with its word.
    if (line := shown(text)) and balanced(line) and not DIGIT_IN_A_WORD.search(line):
        assert directions.levels(line, direction) == levels_of_fribidi(line, direction)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("50% محمد", "rtl"),
        ("(Sara) سارة", "ltr"),
        ("2026", "page"),
        ("C++", "ltr"),
        ("«יעל»", "rtl"),
    ],
)
def test_the_first_letter_says_which_way_a_text_runs(text: str, direction: str) -> None:
    assert directions.base(text, "page") == direction


@pytest.mark.parametrize(
    ("text", "direction", "said"),
    [
        ("C++", "rtl", "\u2068C++\u2069"),
        ("C++", "ltr", "C++"),
        ("سارة", "ltr", "\u2068سارة\u2069"),
        ("50% محمد", "rtl", "50% محمد"),
        ("2026", "rtl", "2026"),
    ],
)
def test_marks_are_around_a_text_of_the_other_direction(text: str, direction: str, said: str) -> None:
    assert directions.apart(text, direction) == said
