"""The standing of a learner's certificate for staff: one symbol, one word, and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from certificates.http.language import Language
from certificates.pages.wording import N_, REASONS, translator, words
from certificates.rules.days import zone_of
from certificates.rules.eligibility import Reason, decide
from certificates.rules.model import Facts, Outcome
from certificates.rules.predicates import is_downloadable, is_enrolled_actively, is_excepted, is_imported, is_passing
from certificates.rules.standing import Standing, standing_of
from certificates.rules.validity import has_expired


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a standing in every list and filter: symbol, tone and word."""

    symbol: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class Shown:
    symbol: str
    tone: str
    word: str
    second: str
    has_document: bool


LOOKS: Mapping[Standing, Look] = MappingProxyType(
    {
        Standing.ISSUED: Look("issued", "accent", N_("Issued")),
        Standing.NO_CERTIFICATE: Look("none", "quiet", N_("No certificate yet")),
        Standing.NOT_PASSING: Look("notpassing", "quiet", N_("Not passing")),
        Standing.IDENTITY_MISSING: Look("identity", "", N_("Identity missing")),
        Standing.WITHDRAWN: Look("withdrawn", "caution", N_("Withdrawn")),
        Standing.INVALIDATED: Look("invalidated", "danger", N_("Invalidated")),
        Standing.MODE_WITHOUT_CERTIFICATE: Look("info", "quiet", N_("Track without certificate")),
        Standing.FAILED: Look("triangle", "danger", N_("Failed")),
    }
)


def shown_standing(facts: Facts, language: Language) -> Shown:
    standing = standing_of(facts)
    look = LOOKS[standing]
    word = translator(language)(look.word)
    has_document = is_downloadable(facts) and not is_imported(facts)
    return Shown(look.symbol, look.tone, word, _second(standing, facts, language), has_document)


def _second(standing: Standing, facts: Facts, language: Language) -> str:
    """The second line: since when, or why."""
    _, certificate = translator(language), facts.certificate
    match standing:
        case Standing.INVALIDATED if facts.invalidation is not None:
            return language.day(facts.invalidation.invalidated_at, zone_of(facts.run, facts.site))
        case Standing.FAILED:
            return _("The last attempt broke. Regenerate the group “Failed”.")
        case Standing.ISSUED if certificate is not None and certificate.issued_on is not None:
            issued = language.day(certificate.issued_on)
            if is_imported(facts):
                return _("by the LMS itself, %(day)s") % {"day": issued}
            again = _("%(day)s, revision %(revision)s") % {"day": issued, "revision": certificate.revision}
            since = again if certificate.revision > 1 else issued
            if has_expired(certificate, facts.run, facts.site, facts.now):
                return _("%(issued)s; expired") % {"issued": since}
            return since
        case Standing.IDENTITY_MISSING:
            return _("Decided anew once it is verified")
        case Standing.WITHDRAWN:
            return words(REASONS, "not-passing", language)
        case Standing.NO_CERTIFICATE:
            if not is_enrolled_actively(facts):
                return words(REASONS, Reason.NOT_ENROLLED.value, language)
            decision = decide(facts)
            if decision.outcome is not Outcome.ISSUED:
                return words(REASONS, decision.reason.value, language)
            return _("Passing; not generated yet") if is_passing(facts) else _("Excepted; not generated yet")
        case Standing.NOT_PASSING if not is_excepted(facts):
            return _("%(needed)s needed") % {"needed": language.grade(facts.run.passing_grade)}
    return ""
