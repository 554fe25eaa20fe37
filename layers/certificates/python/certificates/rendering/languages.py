"""The language and the direction of texts."""

from __future__ import annotations

import re

RIGHT_TO_LEFT = frozenset({"ar", "he"})
"""Languages of designs that are written from right to left."""


def text_language(text: str, language: str, learners: str = "") -> str:
    """The language of a text, which chooses the regional forms of Han characters: from its own script, else the
    learner's language, else the course's.
    """
    if text.isascii() or max(text) < "\u0600":
        return language
    if _OF_JAPANESE.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    if _HAN.search(text):
        return next((known for known in (learners, language) if known.split("-")[0] in ("zh", "ja", "ko")), "zh")
    if learners.split("-")[0] == "ur" and _ARABIC.search(text):
        return learners
    return language


# Kana, and ideograph variants of registered Japanese names.
_OF_JAPANESE = re.compile("[\u3040-\u30ff\U000e0100-\U000e01ef]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_ARABIC = re.compile("[\u0600-\u06ff]")
