"""The pointer items by which a learner is found: one by username, exactly, one by e-mail, whatever its case.

A pointer belongs to one learner. Where two claim it (an e-mail handed from one account to another, told out of order),
the one whose account was reported later has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from certificates.aws.learner_store import email_key, username_key
from certificates.aws.reads import Key, get_items
from certificates.aws.record_parts import Raw, time
from certificates.aws.table import Item
from certificates.rules.lms_report import Report

Action = dict[str, Any]
"""One entry of TransactWriteItems."""

_FREE_OR_MINE = "attribute_not_exists(pk) OR user_id = :me"


def claimed(report: Report, recorded: Raw | None) -> list[Key]:
    """The pointers that the report's account has and the recorded one has not."""
    return [key for key in _keys_of(report) if key not in _keys_in(recorded)]


def abandoned(report: Report, recorded: Raw | None) -> list[Key]:
    """The pointers that the recorded account has and the report's has no more."""
    return [key for key in _keys_in(recorded) if key not in _keys_of(report)]


def hopeful_actions(report: Report, recorded: Raw | None) -> Iterator[Action]:
    """Take and give back pointers without looking: they fail where another learner holds one."""
    for key in claimed(report, recorded):
        yield _put(report, key, _FREE_OR_MINE, report.user_id)
    for key in abandoned(report, recorded):
        yield _delete(report, key, _FREE_OR_MINE)


def careful_actions(report: Report, recorded: Raw | None) -> Iterator[Action]:
    """The same, having looked who holds them; each holds only while that is still so."""
    claims, leaves = claimed(report, recorded), abandoned(report, recorded)
    held = {key: item["user_id"]["S"] for key, item in get_items([*claims, *leaves]).items()}
    of_others: dict[str, list[Key]] = {}
    for key in claims:
        holder = held.get(key)
        if holder is None:
            yield _put(report, key, "attribute_not_exists(pk)", None)
        elif holder != report.user_id:
            of_others.setdefault(holder, []).append(key)
    for holder, keys in of_others.items():
        yield from _take_over(report, keys, holder)
    for key in leaves:
        if held.get(key) == report.user_id:
            yield _delete(report, key, "user_id = :me")


def _take_over(report: Report, keys: list[Key], holder: str) -> Iterator[Action]:
    """Take pointers from their holder, but for those that are still the holder's by a later word."""
    profile = get_items([(f"LEARNER#{holder}", "PROFILE")]).get((f"LEARNER#{holder}", "PROFILE"))
    said_at = (profile or {}).get("profiled_at")
    kept = _keys_in(profile) if said_at is not None and said_at["S"] > time(report)["S"] else []
    taken = [key for key in keys if key not in kept]
    for key in taken:
        yield _put(report, key, "user_id = :me", holder)
    if taken and profile is not None and said_at is not None:
        # Once for both: a transaction has one entry for an item.
        yield {
            "ConditionCheck": {
                "TableName": Item.Meta.table_name,
                "Key": {"pk": profile["pk"], "sk": profile["sk"]},
                "ConditionExpression": "profiled_at = :at",
                "ExpressionAttributeValues": {":at": said_at},
            }
        }


def _keys_of(report: Report) -> list[Key]:
    account = report.account
    return [] if account is None else [username_key(account.username), email_key(account.email)]


def _keys_in(recorded: Raw | None) -> list[Key]:
    if recorded is None or "username" not in recorded:
        return []
    return [username_key(recorded["username"]["S"]), email_key(recorded["email"]["S"])]


def _put(report: Report, key: Key, condition: str, holder: str | None) -> Action:
    put: Action = {
        "TableName": Item.Meta.table_name,
        "Item": {"pk": {"S": key[0]}, "sk": {"S": key[1]}, "user_id": {"S": report.user_id}},
        "ConditionExpression": condition,
    }
    return {"Put": put if holder is None else {**put, "ExpressionAttributeValues": {":me": {"S": holder}}}}


def _delete(report: Report, key: Key, condition: str) -> Action:
    return {
        "Delete": {
            "TableName": Item.Meta.table_name,
            "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":me": {"S": report.user_id}},
        }
    }
