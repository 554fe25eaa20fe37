"""The parts of a style sheet that WeasyPrint ignores, with the line. WeasyPrint only logs them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from . import assets
from .native import weasyprint

_PLACE = re.compile(r" at (\d+):\d+")
_SELECTOR = re.compile(r"selector,? '(.*)'$", re.DOTALL)


class Mistake(NamedTuple):
    line: int
    message: str


def mistakes(css: str) -> tuple[Mistake, ...]:
    with _logged() as messages:
        weasyprint().CSS(string=css, base_url=assets.BASE_URL, url_fetcher=assets.fetcher({}))
    return tuple(_mistake(message, css) for message in messages if not message.startswith(_OF_FILES))


# Logged for every address, because nothing can be fetched here. `linting` checks addresses itself.
_OF_FILES = ("Failed to load", "Font-face", "Error:")


def _mistake(message: str, css: str) -> Mistake:
    place = _PLACE.search(message)
    if place:
        return Mistake(int(place[1]), _on_one_line(_PLACE.sub("", message, count=1)))
    selector = _SELECTOR.search(message)
    start = css.find(selector[1]) if selector else -1
    return Mistake(css.count("\n", 0, max(start, 0)) + 1, _on_one_line(message))


def _on_one_line(message: str) -> str:
    return " ".join(message.split()).replace(" `,", "`,")


@contextmanager
def _logged() -> Iterator[list[str]]:
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield messages
    finally:
        logger.removeHandler(handler)
