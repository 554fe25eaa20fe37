"""Groups of learners for jobs: each group is a question about one learner's facts; several groups are their union."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from certificates.errors import BadRequest
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.model import Facts, Outcome, Status
from certificates.rules.predicates import (
    carries_username,
    has_status,
    is_downloadable,
    is_enrolled_actively,
    is_excepted,
    is_invalidated,
    is_mode_eligible,
)


class Group(StrEnum):
    """The groups of a regeneration."""

    RECEIVED = "received"
    NOT_RECEIVED = "not-received"
    IDENTITY_MISSING = "identity-missing"
    INVALIDATED = "invalidated"
    FAILED = "failed"
    NAME_MISSING = "name-missing"


class Scope(StrEnum):
    """The scopes of a generation of exception certificates."""

    WITHOUT_CERTIFICATE = "without-certificate"
    ALL = "all"


def _has_not_received(facts: Facts) -> bool:
    """The stored status plays no part: a `notpassing` certificate excludes nobody."""
    return (
        is_enrolled_actively(facts)
        and is_mode_eligible(facts)
        and not is_downloadable(facts)
        and not is_invalidated(facts)
    )


def _has_failed(facts: Facts) -> bool:
    return facts.last_attempt is not None and facts.last_attempt.outcome is Outcome.FAILED


def _is_listed(facts: Facts) -> bool:
    return is_excepted(facts) and is_enrolled_actively(facts)


GROUPS: Mapping[Group, Callable[[Facts], bool]] = MappingProxyType(
    {
        Group.RECEIVED: is_downloadable,
        Group.NOT_RECEIVED: _has_not_received,
        Group.IDENTITY_MISSING: lambda facts: has_status(facts, Status.UNVERIFIED),
        # An `unavailable` certificate without an invalidation counts too; the decision separates the two.
        Group.INVALIDATED: lambda facts: is_invalidated(facts) or has_status(facts, Status.UNAVAILABLE),
        Group.FAILED: _has_failed,
        Group.NAME_MISSING: carries_username,
    }
)

SCOPES: Mapping[Scope, Callable[[Facts], bool]] = MappingProxyType(
    {
        Scope.WITHOUT_CERTIFICATE: lambda facts: _is_listed(facts) and not is_downloadable(facts),
        Scope.ALL: _is_listed,
    }
)


def is_in_bulk_issue(facts: Facts) -> bool:
    """Every actively enrolled learner, whatever status is stored."""
    return is_enrolled_actively(facts)


def is_in_any(groups: Iterable[Group], facts: Facts) -> bool:
    """Whether a regeneration of these groups selects the learner. A learner in several groups counts once."""
    return any(GROUPS[group](facts) for group in groups)


def groups_of(facts: Facts) -> frozenset[Group]:
    """The groups that count this learner; the sum of the groups' counts may exceed the number of learners."""
    return frozenset(group for group, holds in GROUPS.items() if holds(facts))


def parse_groups(names: Iterable[str]) -> frozenset[Group]:
    """Raises BadRequest `no-groups` or `unknown-group`, with the unknown names and the known ones."""
    chosen = frozenset(names)
    if not chosen:
        raise BadRequest("no-groups", flaw(FlawId.NO_GROUPS, choices=tuple(Group)), field="groups")
    unknown = sorted(chosen - set(Group))
    if unknown:
        raise BadRequest(
            "unknown-group",
            flaw(FlawId.UNKNOWN_GROUP, unknown=unknown, choices=tuple(Group)),
            field="groups",
            unknown=unknown,
        )
    return frozenset(Group(name) for name in chosen)


def parse_scope(name: str | None) -> Scope:
    """Raises BadRequest `unknown-scope`, also when the scope is missing."""
    try:
        return Scope(name or "")
    except ValueError:
        raise BadRequest("unknown-scope", flaw(FlawId.UNKNOWN_SCOPE, choices=tuple(Scope)), field="scope") from None
