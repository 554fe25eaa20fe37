"""The language and the direction of texts."""

from __future__ import annotations

RIGHT_TO_LEFT = frozenset({"ar", "he"})
"""Languages of designs that are written from right to left."""


def text_language(text: str, language: str, learners: str = "") -> str:
    """The language of a text, which chooses the regional forms of Han characters: from its own script, else the
    learner's language, else the course's.
    """
    if max(text, default="") < "\u0600":
        return language
    # Kana, and ideograph variants of registered Japanese names.
    if any("\u3040" <= char <= "\u30ff" or "\U000e0100" <= char <= "\U000e01ef" for char in text):
        return "ja"
    if any("\uac00" <= char <= "\ud7a3" for char in text):
        return "ko"
    if any(
        "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U000323af"
        for char in text
    ):
        return next((known for known in (learners, language) if known.split("-")[0] in ("zh", "ja", "ko")), "zh")
    if learners.split("-")[0] == "ur" and any("\u0600" <= char <= "\u06ff" for char in text):
        return learners
    return language
