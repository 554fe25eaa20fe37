"""A whole run of the LMS, joined from the stored pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from certificates.aws.stage import Stage
from certificates.lms_api.values import LmsAccount, LmsIdentity
from certificates.rules.reconciliation import Phase, Reconciliation


@dataclass(frozen=True, slots=True, kw_only=True)
class RunListing:
    """By username: mode and activity, grade and verdict, accounts, identities.

    `order` are the learners to compare, in order. `missing` are learners by id who are in no listing, with their
    present account, None without one. `holders` have a certificate of the LMS; None if the LMS does not list them.
    `whole` is false until all pages are stored: until then, only enrollments and grades are there.
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
        """If a row comes twice, because rows were added in the meantime, the last one counts."""

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
        # A learner who is missing under an old username and listed under a new one is compared under the new one.
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
"""Comes before the id of a learner who is in no listing. No username contains it."""
