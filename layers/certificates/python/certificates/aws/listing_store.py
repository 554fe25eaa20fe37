"""The items of a run, listed through the index `by_shard`. The index is eventually consistent: read an item again
before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.condition import Condition

from certificates.aws.certificate_items import in_run
from certificates.aws.item_model import ByShard
from certificates.aws.learner_store import LearnerStore
from certificates.aws.names import NameFits, with_learner
from certificates.aws.reads import get_items, key_of, query, query_page, text
from certificates.aws.table import SHARDS, Key, RawItem, shard_key, shard_of
from certificates.errors import BadRequest
from certificates.rules.model import CourseRun, Facts, Learner, Site

_SHARD_NAMES = frozenset(f"{shard:02d}" for shard in range(SHARDS))
KEY_ATTRIBUTES = ("pk", "sk", "course_id", "user_id", "shard_entry")

_COUNTED = (
    *("mode", "active", "beta_tester", "grade", "graded_at", "verdict", "verdict_at", "verdict_grade"),
    *("status", "revision", "issued_on", "name_missing", "modified_at", "outcome", "attempted_at", "attempted_in"),
    *("attempted_print", "fields", "imported_at"),
)
"""The attributes that counts need; others are not fetched."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of the listing, with its keys and the requested attributes."""

    raw: RawItem

    @property
    def user_id(self) -> str:
        return text(self.raw, "user_id")

    def text(self, attribute: str) -> str:
        """A requested text, "" if the item has none."""
        return str(self.raw.get(attribute, {}).get("S", ""))

    @property
    def key(self) -> Key:
        return key_of(self.raw)

    @property
    def place(self) -> str:
        """The position in the listing, to go on after it."""
        return f"{shard_of(self.user_id):02d}/{text(self.raw, 'shard_entry')}"


class ListingStore:
    def walk(
        self,
        course_id: str,
        kind: str,
        *,
        after: str | None = None,
        attributes: Iterable[str] = (),
        page_size: int = 1000,
    ) -> Iterator[Listed]:
        """Every item of this kind in the run, shard by shard, `after` the position of an item. Raises BadRequest
        `bad-cursor` for a position of another list.
        """
        start, entry = place_in(after, f"{kind}#") if after else (0, "")
        return self._shards(course_id, kind, start, entry, attributes, page_size)

    def _shards(
        self, course_id: str, kind: str, start: int, entry: str, attributes: Iterable[str], page_size: int
    ) -> Iterator[Listed]:
        for shard in range(start, SHARDS):
            beyond = entry if shard == start else ""
            yield from self.shard(course_id, shard, kind, after=beyond, attributes=attributes, page_size=page_size)

    def shard(
        self,
        course_id: str,
        shard: int,
        kind: str = "",
        *,
        after: str = "",
        attributes: Iterable[str] = (),
        page_size: int = 1000,
    ) -> Iterator[Listed]:
        """The items of one shard, of one kind or (`kind` empty) of all kinds, sorted by kind, then by learner."""
        where = ByShard.shard == shard_key(course_id, shard)
        if kind:
            where &= _entries(kind, after)
        found = query(where, index=ByShard, attributes=(*KEY_ATTRIBUTES, *attributes), page_size=page_size)
        yield from map(Listed, found)

    def page(
        self, course_id: str, shard: int, kind: str, *, after: str | None, limit: int
    ) -> tuple[list[str], str | None]:
        """Ids of up to `limit` learners of a shard, `after` a learner, and the last id: None when none follow."""
        where = (ByShard.shard == shard_key(course_id, shard)) & _entries(kind, f"{kind}#{after}" if after else "")
        found, more = query_page(where, index=ByShard, attributes=["user_id"], limit=limit)
        user_ids = [text(raw, "user_id") for raw in found]
        return user_ids, user_ids[-1] if more else None

    def facts_of_shard(self, run: CourseRun, shard: int, *, site: Site, now: datetime) -> Iterator[Facts]:
        """The facts of the learners of one shard that the listing has: enough for counts. `learner` has only the id."""
        of_learner: dict[str, dict[str, RawItem]] = {}
        for entry in self.shard(run.course_id, shard, attributes=_COUNTED):
            of_learner.setdefault(entry.user_id, {})[entry.key[1]] = entry.raw
        for user_id, parts in of_learner.items():
            learner = Learner(user_id=user_id, username="", email="", name="")
            yield Facts(run=run, learner=learner, now=now, site=site, **in_run(parts))

    def named(self, listed: Iterable[Facts], name_fits: NameFits | None = None) -> Iterator[Facts]:
        """The listing's facts with the learners' profiles. Learners without a profile are left out. `name_fits`: see
        `names.of_print`.
        """
        facts_of = {facts.learner.user_id: facts for facts in listed}
        for learner in LearnerStore().learners(facts_of).values():
            yield with_learner(facts_of[learner.user_id], learner, name_fits)

    def current(self, keys: Iterable[Key]) -> Mapping[Key, RawItem]:
        """The present items by key. Missing items are left out."""
        return get_items(keys)


def place_in(text: str, prefix: str) -> tuple[int, str]:
    """The shard and the entry of a position, `<shard>/<entry>`, in a list whose entries begin with `prefix`.

    Positions come back from clients. Raises BadRequest `bad-cursor` for the position of another list: the table refuses
    a range that ends before it begins.
    """
    shard, _, entry = text.partition("/")
    if shard not in _SHARD_NAMES or not entry.startswith(prefix):
        raise BadRequest("bad-cursor", "This cursor is not from an answer of this list.")
    return int(shard), entry


def _entries(kind: str, after: str) -> Condition:
    """The entries of one kind, `after` an entry. "$" follows "#", so every entry of the kind is between the two."""
    return ByShard.shard_entry.between(after + "\0" if after else f"{kind}#", f"{kind}$")
