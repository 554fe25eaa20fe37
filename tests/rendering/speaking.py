"""The texts of a certificate for a screen reader: its structure, in order, with roles and languages."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

import pikepdf

_GROUPS = {"Document", "Part", "Div", "NonStruct", "Sect", "Art"}


class Said(NamedTuple):
    role: str  # of the innermost element with a meaning: P, H1, Figure, Link
    text: str
    language: str


def said(pdf: bytes) -> list[Said]:
    with pikepdf.open(BytesIO(pdf)) as document:
        texts = _texts(document.pages[0])
        root = document.Root
        return list(_said(root.StructTreeRoot.K[0], texts, "", str(root.Lang)))


def paragraphs(pdf: bytes) -> list[Said]:
    """The spoken texts, one for each element with a block's role."""
    with pikepdf.open(BytesIO(pdf)) as document:
        texts = _texts(document.pages[0])
        root = document.Root
        return list(_blocks(root.StructTreeRoot.K[0], texts, str(root.Lang)))


def _blocks(element: Any, texts: dict[int, str], language: str) -> Iterator[Said]:
    language = str(element.get("/Lang", language))
    kind = str(element.S).removeprefix("/")
    inside = [kid for kid in element.K if not isinstance(kid, int) and "/S" in kid]
    if kind not in _GROUPS and not any(str(kid.S) != "/Span" for kid in inside):
        parts = list(_said(element, texts, kind, language))
        if parts:
            languages = {part.language for part in parts}
            yield Said(kind, "".join(part.text for part in parts), languages.pop() if len(languages) == 1 else "")
        return
    for kid in inside:
        yield from _blocks(kid, texts, language)


def _said(element: Any, texts: dict[int, str], role: str, language: str) -> Iterator[Said]:
    language = str(element.get("/Lang", language))
    kind = str(element.S).removeprefix("/")
    role = role if kind == "Span" else kind
    told = element.get("/ActualText", element.get("/Alt"))
    if told is not None:
        yield Said(role, str(told), language)
        return
    for kid in element.K:
        if isinstance(kid, int):
            if texts[kid].strip():
                yield Said(role, texts[kid], language)
        elif "/S" in kid:
            yield from _said(kid, texts, role, language)


def _texts(page: pikepdf.Page) -> dict[int, str]:
    """The text of each marked content, from the fonts' own maps or from its replacement text."""
    texts: dict[int, str] = {}
    open_marks: list[tuple[int, bool] | None] = []
    meanings: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        kind = str(operator)
        if kind == "BDC" and "/MCID" in operands[1]:
            number = int(operands[1]["/MCID"])
            actual = operands[1].get("/ActualText")
            texts[number] = "" if actual is None else str(actual)
            open_marks.append((number, actual is None))
        elif kind in ("BDC", "BMC"):
            open_marks.append(None)
        elif kind == "EMC":
            open_marks.pop()
        elif kind == "Tf":
            meanings = _meanings(page.Resources.Font[str(operands[0])])
        elif kind in ("Tj", "TJ") and open_marks and open_marks[-1] and open_marks[-1][1]:
            for part in operands[0] if kind == "TJ" else operands:
                if isinstance(part, pikepdf.String):
                    codes = bytes(part)
                    shown = (int.from_bytes(codes[place : place + 2], "big") for place in range(0, len(codes), 2))
                    texts[open_marks[-1][0]] += "".join(meanings[code] for code in shown)
    return texts


def _meanings(font: Any) -> dict[int, str]:
    found = {}
    for line in font.ToUnicode.read_bytes().decode().splitlines():
        parts = line.replace("><", "> <").split()
        if len(parts) == 2 and all(part.startswith("<") for part in parts):
            found[int(parts[0].strip("<>"), 16)] = bytes.fromhex(parts[1].strip("<>")).decode("utf-16-be")
    return found
