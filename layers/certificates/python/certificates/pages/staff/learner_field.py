"""A form for one learner: faults of the name are shown at its field."""

from __future__ import annotations

from certificates.errors import AMBIGUOUS_LEARNER, Refusal
from certificates.pages.wording import N_
from certificates.rules.exception_checks import CheckReason

LEARNER_LABELS = {"learner": N_("Username or e-mail")}


def faults_of_learner(refusal: Refusal | None) -> dict[str, Refusal]:
    """The refusal by its field, if the named learner is the reason."""
    about_learner = refusal is not None and refusal.reason in {*CheckReason, AMBIGUOUS_LEARNER}
    return {"learner": refusal} if refusal is not None and about_learner else {}
