"""The contract as a plain model: one run, its learners, and the effect of every act on them.

It was written from the contract's sentences, not from the product's rules: it has no tables of rows, no stored
revisions, no cloud. Statuses and reasons are the contract's words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EXEMPT_FROM_IDENTITY = {"audit", "honor", "no-id-professional"}
DOWNLOADABLE, NOTPASSING, UNAVAILABLE, UNVERIFIED = "downloadable", "notpassing", "unavailable", "unverified"


@dataclass
class Learner:
    mode: str | None = None
    active: bool = False
    beta_tester: bool = False
    passing: bool = False
    identity: bool = False
    excepted: bool = False
    invalidated: bool = False
    status: str | None = None
    revision: int = 0
    ever_issued: bool = False
    changes: int = 0

    def become(self, status: str) -> None:
        """The certificate changes: a new revision, and one more line of history."""
        self.status = status
        self.revision += 1
        self.changes += 1

    def withdraw(self) -> None:
        """The certificate is withdrawn, if there is one and its status is another."""
        wanted = UNAVAILABLE if self.invalidated else NOTPASSING
        if self.status not in {None, wanted}:
            self.become(wanted)


@dataclass
class Run:
    automatic: bool = True
    self_generation: bool = True
    design_active: bool = True
    identity_required: bool = False
    shown: bool = True
    learners: dict[str, Learner] = field(default_factory=dict)

    def decide(self, who: Learner, *, regenerate: bool = False) -> str:
        """The eligibility table: applies the first row that is true, and returns the reason."""
        if who.invalidated:
            if who.status not in {None, UNAVAILABLE}:
                who.become(UNAVAILABLE)
            return "invalidated"
        if who.mode is None:
            return "not-enrolled"
        if who.mode == "audit":
            return "mode-not-eligible"
        if who.beta_tester and not who.excepted:
            return "not-a-regular-learner"
        kept_whatever_the_grade = regenerate and who.status == DOWNLOADABLE
        if not (who.passing or who.excepted or kept_whatever_the_grade):
            if who.status in {None, DOWNLOADABLE, NOTPASSING}:
                return "not-passing"
            return self._write(who, NOTPASSING, "not-passing")
        unidentified = self.identity_required and who.mode not in EXEMPT_FROM_IDENTITY and not who.identity
        if unidentified and who.status != DOWNLOADABLE:
            if who.status == UNVERIFIED:
                return "identity-missing"
            return self._write(who, UNVERIFIED, "identity-missing")
        if who.status == DOWNLOADABLE and not regenerate:
            return "already-issued"
        reason = self._write(who, DOWNLOADABLE, "issued")
        if reason == "issued":
            who.ever_issued = True
        return reason

    def _write(self, who: Learner, status: str, reason: str) -> str:
        if status == DOWNLOADABLE and not self.design_active:
            return "no-active-design"
        who.become(status)
        return reason

    def request(self, who: Learner) -> str:
        if not self.self_generation:
            return "self-generation-off"
        return self.decide(who) if self.shown else "not-yet-available"

    def bulk(self) -> None:
        for who in self.learners.values():
            if who.active:
                self.decide(who)

    def regenerate(self, groups: set[str]) -> None:
        for who in self.learners.values():
            if any(self.is_in(who, group) for group in groups):
                self.decide(who, regenerate=True)

    @staticmethod
    def is_in(who: Learner, group: str) -> bool:
        if group == "received":
            return who.status == DOWNLOADABLE
        if group == "not-received":
            eligible = who.active and who.mode not in {None, "audit"}
            return eligible and who.status != DOWNLOADABLE and not who.invalidated
        if group == "identity-missing":
            return who.status == UNVERIFIED
        return who.invalidated or who.status == UNAVAILABLE

    def add_exception(self, who: Learner) -> str:
        if not who.active:
            return "not-enrolled"
        if who.invalidated:
            return "invalidated"
        if who.excepted:
            return "already-listed"
        who.excepted = True
        who.changes += 1
        if self.automatic and who.status != DOWNLOADABLE:
            self.decide(who)
        return "added"

    def remove_exception(self, who: Learner) -> str:
        if not who.excepted:
            return "not-listed"
        who.excepted = False
        who.changes += 1
        if who.passing:
            self.decide(who)
        else:
            who.withdraw()
        return "removed"

    @staticmethod
    def invalidate(who: Learner) -> str:
        if who.status is None:
            return "no-certificate"
        if who.excepted:
            return "on-exception-list"
        if who.invalidated:
            return "already-invalidated"
        if who.status != DOWNLOADABLE:
            return "not-downloadable"
        who.invalidated = True
        who.become(UNAVAILABLE)
        return "done"

    def revalidate(self, who: Learner) -> str:
        if who.status is None:
            return "no-certificate"
        if not who.invalidated:
            return "not-invalidated"
        who.invalidated = False
        who.changes += 1
        return self.decide(who)

    def graded(self, who: Learner, passing: bool) -> None:
        who.passing = passing
        if not passing:
            if not who.excepted:
                who.withdraw()
        elif self.automatic and who.status != DOWNLOADABLE:
            self.decide(who)

    def enrolled(self, who: Learner, mode: str) -> None:
        who.mode, who.active = mode, True
        if self.automatic and who.status != DOWNLOADABLE and mode != "audit":
            self.decide(who)

    def identified(self, who: Learner) -> None:
        who.identity = True
        if self.automatic and who.status != DOWNLOADABLE:
            self.decide(who)

    def public_answer(self, who: Learner) -> str:
        if not who.ever_issued:
            return "unknown-certificate"
        if who.invalidated:
            return "invalidated"
        if not self.shown:
            return "not-yet-available"
        return "valid" if who.status == DOWNLOADABLE else "withdrawn"
