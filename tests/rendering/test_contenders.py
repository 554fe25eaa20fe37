"""The benchmark compares with WeasyPrint as its documentation uses it: both ways must make the whole certificate."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench import contenders
from tests.bench.contenders import Make
from tests.rendering.making import certificate, fields, text


@pytest.mark.parametrize("way", [contenders.weasyprint_naive, contenders.weasyprint_shared])
def test_a_way_of_weasyprint_makes_pages_with_the_same_words(way: Callable[[], Make]) -> None:
    make = way()
    for name in ("Zoë Ångström", "Łukasz Wiśniewski"):
        assert sorted(text(make(fields(name))).split()) == sorted(text(certificate(name)).split())
