"""A form for one learner and a note: faults are shown at their field."""

from __future__ import annotations

from certificates.errors import AMBIGUOUS_LEARNER, Refusal
from certificates.pages.wording import N_
from certificates.rules.exception_checks import CheckReason

LEARNER_LABELS = {"learner": N_("Username or e-mail"), "note": N_("Note")}


def faults_of_learner(refusal: Refusal | None) -> dict[str, Refusal]:
    """The refusal by its field, if the named learner or the note is the reason."""
    if refusal is None:
        return {}
    if refusal.values.get("field") == "note":
        return {"note": refusal}
    return {"learner": refusal} if refusal.reason in {*CheckReason, AMBIGUOUS_LEARNER} else {}
