"""What a run holds, listed through the index `by_shard`: eventually consistent, so read what is shown once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certificates.aws import items
from certificates.aws.items import RawItem
from certificates.aws.reads import Key, get_items
from certificates.aws.table import SHARDS, Item, dynamodb, shard_key, shard_of
from certificates.rules.model import CourseRun, Facts, Learner, Site

KEY_ATTRIBUTES = ("pk", "sk", "course_id", "user_id", "shard_entry")

_COUNTED = (
    *("mode", "active", "beta_tester", "grade", "graded_at", "verdict", "verdict_at", "verdict_grade"),
    *("status", "revision", "name_missing", "modified_at", "outcome", "attempted_at", "attempted_in"),
)
"""What counting asks of the items of a learner; the rest of them is not fetched."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of the listing, with its keys and the attributes that were asked for."""

    raw: RawItem

    @property
    def user_id(self) -> str:
        return str(self.raw["user_id"]["S"])

    @property
    def key(self) -> Key:
        return self.raw["pk"]["S"], self.raw["sk"]["S"]

    @property
    def place(self) -> str:
        """Where it stands in the listing, to go on after it."""
        return f"{shard_of(self.user_id):02d}/{self.raw['shard_entry']['S']}"


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
        """Every item of this kind in the run, shard by shard, `after` the place of one of them."""
        first, _, entry = (after or "").partition("/")
        start = int(first) if first.isdigit() else 0
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
        """The items of one shard, of one kind or (`kind` empty) of all kinds, kind after kind, each by learner."""
        # Every name by a placeholder: `shard` and `active` are among DynamoDB's reserved words.
        wanted = {f"#{number}": name for number, name in enumerate([*KEY_ATTRIBUTES, *attributes])}
        values: dict[str, Any] = {":shard": {"S": shard_key(course_id, shard)}}
        names, condition = {"#shard": "shard"}, "#shard = :shard"
        if kind:
            # "$" follows "#": between the two lies every entry of the kind.
            values |= {":from": {"S": after + "\0" if after else f"{kind}#"}, ":to": {"S": f"{kind}$"}}
            names["#entry"] = "shard_entry"
            condition += " AND #entry BETWEEN :from AND :to"
        pages = (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=Item.Meta.table_name,
                IndexName="by_shard",
                KeyConditionExpression=condition,
                ProjectionExpression=", ".join(wanted),
                ExpressionAttributeNames={**wanted, **names},
                ExpressionAttributeValues=values,
                PaginationConfig={"PageSize": page_size},
            )
        )
        for page in pages:
            yield from map(Listed, page["Items"])

    def page(
        self, course_id: str, shard: int, kind: str, *, after: str | None, limit: int
    ) -> tuple[list[str], str | None]:
        """Ids of up to `limit` learners of a shard, `after` one of them, and the last one: None when none follow."""
        found = dynamodb().query(
            TableName=Item.Meta.table_name,
            IndexName="by_shard",
            KeyConditionExpression="#shard = :shard AND shard_entry BETWEEN :from AND :to",
            ProjectionExpression="user_id",
            ExpressionAttributeNames={"#shard": "shard"},
            ExpressionAttributeValues={
                ":shard": {"S": shard_key(course_id, shard)},
                ":from": {"S": f"{kind}#{after}\0" if after is not None else f"{kind}#"},
                ":to": {"S": f"{kind}$"},
            },
            Limit=limit,
        )
        user_ids = [entry["user_id"]["S"] for entry in found["Items"]]
        return user_ids, user_ids[-1] if "LastEvaluatedKey" in found else None

    def facts_of_shard(self, run: CourseRun, shard: int, *, site: Site, now: datetime) -> Iterator[Facts]:
        """What the listing itself tells of the learners of one shard: enough to count them by.

        Who they are it does not tell: `learner` has the id alone.
        """
        of_learner: dict[str, dict[str, RawItem]] = {}
        for entry in self.shard(run.course_id, shard, attributes=_COUNTED):
            of_learner.setdefault(entry.user_id, {})[entry.raw["sk"]["S"]] = entry.raw
        for user_id, parts in of_learner.items():
            learner = Learner(user_id=user_id, username="", email="", name="")
            yield Facts(run=run, learner=learner, now=now, site=site, **items.in_run(parts))

    def current(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """The items as they are now, by key; those that are gone are left out."""
        return get_items(keys)

    def learners(self, user_ids: Iterable[str]) -> dict[str, Learner]:
        """Who these learners are, by id; those nobody knows are left out."""
        found = get_items((f"LEARNER#{user_id}", "PROFILE") for user_id in user_ids)
        return {person.user_id: person for person in map(items.learner, found.values())}
