"""How staff see where a learner's certificate stands: one symbol, one word, and why."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.pages.languages import Language
from certificates.pages.wording import REASONS, translator, words
from certificates.rules.model import Facts, Outcome, Status
from certificates.rules.predicates import (
    has_earned,
    is_excepted,
    is_invalidated,
    is_mode_eligible,
    is_passing,
)


@dataclass(frozen=True, slots=True)
class Standing:
    symbol: str
    tone: str
    word: str
    second: str = ""


def standing(facts: Facts, language: Language) -> Standing:
    _, held = translator(language), facts.certificate
    if is_invalidated(facts) and facts.invalidation is not None:
        return Standing("invalidated", "danger", _("Invalidated"), language.day(facts.invalidation.invalidated_at))
    last = facts.last_attempt
    if last is not None and last.outcome is Outcome.FAILED:
        return Standing("triangle", "danger", _("Failed"), _("The last attempt broke. Regenerate the group “Failed”."))
    if held is not None and held.status is Status.DOWNLOADABLE:
        issued = language.day(held.issued_on) if held.issued_on else ""
        again = _("%(day)s, revision %(revision)s") % {"day": issued, "revision": held.revision}
        return Standing("issued", "accent", _("Issued"), again if held.revision > 1 else issued)
    if held is not None and held.status is Status.UNVERIFIED:
        return Standing("identity", "", _("Identity missing"), _("Decided anew once it is verified"))
    if held is not None and held.issued_on is not None:
        return Standing("withdrawn", "caution", _("Withdrawn"), words(REASONS, "not-passing", language))
    if not is_mode_eligible(facts):
        return Standing("info", "quiet", _("Track without certificate"))
    if has_earned(facts):
        why = _("Passing; no certificate yet") if is_passing(facts) else _("Excepted; not generated yet")
        return Standing("none", "quiet", _("No certificate yet"), why)
    needed = _("%(needed)s needed") % {"needed": language.grade(facts.run.passing_grade)}
    return Standing("notpassing", "quiet", _("Not passing"), needed if not is_excepted(facts) else "")
