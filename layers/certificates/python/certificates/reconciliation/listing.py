"""A whole run as the LMS has it, put together from the pages that were kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from certificates.aws.stage import Stage
from certificates.lms_api.values import LmsAccount, LmsIdentity
from certificates.rules.reconciliation import Phase, Reconciliation


@dataclass(frozen=True, slots=True, kw_only=True)
class RunListing:
    """By username: mode and activity, grade and verdict, accounts, identities. `order` is who is compared, in order.

    `missing` are learners by id whom no listing names: with their account as it is now, None where it is gone.
    `holders` have a certificate of the LMS's own; None where it does not list them.
    Until all pages have come it is not `whole`: enrollments and grades alone are there.
    """

    enrollments: dict[str, tuple[str, bool]]
    grades: dict[str, tuple[Decimal, bool]]
    beta_testers: frozenset[str] | None
    holders: frozenset[str] | None
    accounts: dict[str, LmsAccount]
    identities: dict[str, LmsIdentity]
    missing: dict[str, LmsAccount | None]
    order: tuple[str, ...]
    whole: bool

    @classmethod
    def load(cls, at: Reconciliation, stage: Stage, *, whole: bool) -> RunListing:
        """Rows of a listing that come twice, as rows do that are added meanwhile, count once: the last one."""

        def rows(name: str) -> list[list[object]]:
            return stage.pages(at, name, stage.get(at, f"{name}/pages"))

        enrollments = {str(name): (str(mode), bool(active)) for name, mode, active in rows("enrollments")}
        grades = {str(name): (Decimal(str(percent)), bool(passed)) for name, percent, passed in rows("grades")}
        listed = stage.get(at, f"{Phase.HOLDERS.value}/pages")
        holders = None
        if listed is not None:
            holders = frozenset(str(name) for (name,) in stage.pages(at, Phase.HOLDERS.value, listed))
        if not whole:
            return cls(
                enrollments=enrollments,
                grades=grades,
                beta_testers=None,
                holders=holders,
                accounts={},
                identities={},
                missing={},
                order=(),
                whole=False,
            )
        beta = stage.get(at, "beta-testers")
        missing = {
            str(user_id): LmsAccount(str(user_id), str(username), str(email), str(name), True) if username else None
            for user_id, username, email, name in rows("missing")
        }
        # Whoever is missing under an old name and listed under a new one is compared under the new one.
        gone = [user_id for user_id, now in missing.items() if now is None or now.username not in enrollments]
        accounts = {now.username: now for now in missing.values() if now is not None}
        accounts |= {
            str(username): LmsAccount(str(user_id), str(username), str(email), str(name), True)
            for username, user_id, email, name in rows("accounts")
        }
        return cls(
            enrollments=enrollments,
            grades=grades,
            beta_testers=None if beta is None else frozenset(beta),
            holders=holders,
            accounts=accounts,
            identities={
                str(username): LmsIdentity(bool(verified), datetime.fromisoformat(str(until)) if until else None)
                for username, verified, until in rows("identities")
            },
            missing=missing,
            order=(*sorted(enrollments), *(f"{MISSING_MARK}{user_id}" for user_id in sorted(gone))),
            whole=True,
        )


MISSING_MARK = "\0"
"""Before the id of a learner whom no listing names: no username holds it."""
