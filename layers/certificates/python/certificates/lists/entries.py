"""The exception list and the invalidations of a run as staff see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from certificates.aws.certificate_items import certificate_from, exception_from, invalidation_from
from certificates.backend import Backend
from certificates.paging import Slice
from certificates.rules.model import Certificate, ExceptionEntry, Invalidation, Learner

if TYPE_CHECKING:
    from certificates.aws.listing_store import Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedException:
    """`learner` None: the learner's profile was removed."""

    entry: ExceptionEntry
    learner: Learner | None
    certificate: Certificate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedInvalidation:
    invalidation: Invalidation
    learner: Learner | None


def list_exceptions(course_id: str, *, limit: int, after: str | None, backend: Backend) -> Slice[ListedException]:
    """The exception list. Raises BadRequest `bad-cursor`."""
    page = first_part(walk_list(course_id, "EXCEPTION", after, backend=backend), limit)
    keys = [entry.key for entry in page.items]
    found = backend.listing.current([*keys, *((pk, "CERTIFICATE") for pk, _ in keys)])
    learners = backend.learners.learners(entry.user_id for entry in page.items)
    shown = [
        ListedException(
            entry=(entry := exception_from(found[pk, sk])),
            learner=learners.get(entry.user_id),
            certificate=certificate_from(found[pk, "CERTIFICATE"]) if (pk, "CERTIFICATE") in found else None,
        )
        for pk, sk in keys
        if (pk, sk) in found
    ]
    return Slice(shown, page.next_after)


def list_invalidations(course_id: str, *, limit: int, after: str | None, backend: Backend) -> Slice[ListedInvalidation]:
    """All invalidations, also those that a re-validation closed. Raises BadRequest `bad-cursor`."""
    page = first_part(walk_list(course_id, "INVALIDATION", after, backend=backend), limit)
    found = backend.listing.current(entry.key for entry in page.items)
    learners = backend.learners.learners(entry.user_id for entry in page.items)
    shown = [
        ListedInvalidation(invalidation=invalidation_from(found[entry.key]), learner=learners.get(entry.user_id))
        for entry in page.items
        if entry.key in found
    ]
    return Slice(shown, page.next_after)


def walk_list(course_id: str, kind: str, after: str | None, search: str = "", *, backend: Backend) -> Iterator[Listed]:
    """Every entry of this kind, `after` the position of one. Raises BadRequest `bad-cursor`."""
    return backend.listing.walk(course_id, kind, after=after, page_size=1000 if search else 201)


def first_part(listed: Iterator[Listed], limit: int) -> Slice[Listed]:
    """The first `limit` entries, and the position of the last one if others follow."""
    shown = list(islice(listed, limit + 1))
    return Slice(shown[:limit], shown[limit - 1].place if len(shown) > limit else None)
