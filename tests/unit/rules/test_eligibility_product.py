"""Every combination of facts, compared with the contract, which is written here again as plain conditions."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from certificates.rules.eligibility import TABLE, decide, decide_regeneration
from certificates.rules.model import Facts, Status
from tests.unit.rules.made import CCX_ID, CLOSED, COURSE_ID, INVALIDATION, facts

STATUSES = (None, *Status)
MODES = (None, "audit", "honor", "verified", "no-id-professional")
INVALIDATIONS = (None, CLOSED, INVALIDATION)
BOTH = (False, True)

AXES = (
    INVALIDATIONS,
    MODES,
    BOTH,  # honor carries a certificate here
    BOTH,  # a coach's copy
    BOTH,  # beta tester
    BOTH,  # on the exception list
    BOTH,  # passing
    BOTH,  # identity check demanded
    BOTH,  # identity verified
    STATUSES,
    ("audit", "verified"),  # the mode under which the certificate was issued
    BOTH,  # the design is active
)

Expected = tuple[str, str, str | None]


def prose(f: Facts, *, regenerate: bool) -> Expected:
    """Outcome, reason and the status to write. Uses only the fields of the model, and nothing else of the package."""
    recorded = f.certificate.status.value if f.certificate else None

    def changed(status: str) -> str | None:
        return status if status != recorded else None

    if f.invalidation and f.invalidation.active:
        return "refused", "invalidated", changed("unavailable") if recorded else None
    mode = f.enrollment.mode if f.enrollment else None
    if mode is None:
        return "refused", "not-enrolled", None
    if mode == "audit" or (mode == "honor" and f.site.modes_without_certificate):
        return "refused", "mode-not-eligible", None
    irregular = f.run.course_id.startswith("ccx") or (f.enrollment and f.enrollment.beta_tester)
    if irregular and not f.exception:
        return "refused", "not-a-regular-learner", None
    passing = bool(f.enrollment and f.enrollment.grade and f.enrollment.grade >= f.run.passing_grade)
    if not passing and not f.exception and not (regenerate and recorded == "downloadable"):
        if recorded is None or recorded == "downloadable":
            return "refused", "not-passing", None
        return "refused", "not-passing", changed("notpassing")
    unidentified = f.site.identity_required and mode == "verified" and not f.learner.identity_verified
    if unidentified and recorded != "downloadable":
        return "refused", "identity-missing", changed("unverified")
    if not regenerate and f.certificate and recorded == "downloadable" and f.certificate.mode != "audit":
        return "kept", "already-issued", None
    return ("issued", "issued", "downloadable") if f.run.design_active else ("refused", "no-active-design", None)


def combinations() -> list[Facts]:
    return [
        facts(
            invalidation=invalidation,
            enrollment={"mode": mode, "beta_tester": beta},
            run={"course_id": CCX_ID if derived else COURSE_ID, "design_active": design},
            site={
                "identity_required": demanded,
                "modes_without_certificate": frozenset() if honor else frozenset({"honor"}),
            },
            learner={"identity_verified": verified},
            exception=exception,
            passing=passing,
            status=status,
            mode_issued=issued,
        )
        for (
            invalidation,
            mode,
            honor,
            derived,
            beta,
            exception,
            passing,
            demanded,
            verified,
            status,
            issued,
            design,
        ) in product(*AXES)
    ]


@pytest.mark.slow
def test_every_combination_of_facts_is_decided_as_the_contract_reads():
    cases = combinations()
    seen: Counter[str] = Counter()
    for given in cases:
        for table, regenerate in ((decide, False), (decide_regeneration, True)):
            decision = table(given)
            assert (decision.outcome, decision.reason, decision.status) == prose(given, regenerate=regenerate), given
        seen[decide(given).reason] += 1
    assert len(cases) == 38_400
    assert set(seen) == {row.reason for row in TABLE} | {"no-active-design"}
