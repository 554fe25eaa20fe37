"""The pointer items by which a learner is found: one by username, exactly, one by e-mail, whatever its case.

A username belongs to one learner. Where two claim it (a username handed from one account to another, told out of
order), the learner whose account was reported later has it. An e-mail address may belong to several learners: its
pointer then names `user_id` and `more_user_ids`, and whoever is looked for by that address is ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from certificates.aws.learner_store import email_key, holders, username_key
from certificates.aws.reads import Key, get_items
from certificates.aws.record_parts import Raw, time
from certificates.aws.table import Item
from certificates.rules.lms_report import Report

Action = dict[str, Any]
"""One entry of TransactWriteItems."""

_FREE_OR_MINE = "attribute_not_exists(pk) OR (user_id = :me AND attribute_not_exists(more_user_ids))"


def claimed(report: Report, recorded: Raw | None) -> list[Key]:
    """The pointers that the report's account has and the recorded one has not."""
    return [key for key in _keys_of(report, recorded) if key not in _keys_in(recorded)]


def abandoned(report: Report, recorded: Raw | None) -> list[Key]:
    """The pointers that the recorded account has and the report's has no more."""
    return [key for key in _keys_in(recorded) if key not in _keys_of(report, recorded)]


def hopeful_actions(report: Report, recorded: Raw | None) -> Iterator[Action]:
    """Take and give back pointers without looking: they fail where another learner holds one."""
    me = {":me": {"S": report.user_id}}
    for key in claimed(report, recorded):
        yield _put(report, key, _FREE_OR_MINE, me)
    for key in abandoned(report, recorded):
        yield _delete(key, _FREE_OR_MINE, me)


def careful_actions(report: Report, recorded: Raw | None) -> Iterator[Action]:
    """The same, having looked who holds them; each holds only while that is still so."""
    claims, leaves = claimed(report, recorded), abandoned(report, recorded)
    held = get_items([*claims, *leaves])
    others = _profiles(report, [held[key] for key in claims if key in held])
    # The LMS gives a username to one account: whoever else has it by an older word has lost the account.
    rivals = {user_id for user_id, profile in others.items() if _has_username(profile, report)}
    later = {user_id for user_id in rivals if _is_later(others[user_id], report)}
    for key in claims:
        if key not in held:
            yield _put(report, key, "attribute_not_exists(pk)", {})
        elif report.user_id not in holders(held[key]) and later.isdisjoint(holders(held[key])):
            kept = [user_id for user_id in holders(held[key]) if _is_shared(key) and user_id not in rivals]
            yield _change(key, held[key], [*kept, report.user_id])
    for user_id in rivals:
        yield from _while_said(others[user_id])
    for key in leaves:
        if key in held and report.user_id in (holding := holders(held[key])):
            yield _change(key, held[key], [user_id for user_id in holding if user_id != report.user_id])


def _profiles(report: Report, pointers: list[Raw]) -> dict[str, Raw]:
    """The profiles of the other learners whom these pointers name."""
    user_ids = {user_id for pointer in pointers for user_id in holders(pointer)} - {report.user_id}
    found = get_items((f"LEARNER#{user_id}", "PROFILE") for user_id in sorted(user_ids))
    return {item["user_id"]["S"]: item for item in found.values()}


def _has_username(profile: Raw, report: Report) -> bool:
    return report.account is not None and profile.get("username") == {"S": report.account.username}


def _is_later(profile: Raw, report: Report) -> bool:
    said_at = profile.get("profiled_at")
    return said_at is not None and bool(said_at["S"] > time(report)["S"])


def _while_said(profile: Raw) -> Iterator[Action]:
    """The transaction holds only while nothing newer is said about the other learner's account."""
    if "profiled_at" in profile:
        yield {
            "ConditionCheck": {
                "TableName": Item.Meta.table_name,
                "Key": {"pk": profile["pk"], "sk": profile["sk"]},
                "ConditionExpression": "profiled_at = :at",
                "ExpressionAttributeValues": {":at": profile["profiled_at"]},
            }
        }


def _is_shared(key: Key) -> bool:
    return key[0].startswith("EMAIL#")


def _keys_of(report: Report, recorded: Raw | None) -> list[Key]:
    """The pointers of the report's account: a report that says nothing of an e-mail leaves the recorded one."""
    account = report.account
    if account is None:
        return []
    email = account.email
    if email is None:
        email = (recorded or {}).get("email", {}).get("S", "")
    return _keys(account.username, email)


def _keys_in(recorded: Raw | None) -> list[Key]:
    if recorded is None or "username" not in recorded:
        return []
    return _keys(recorded["username"]["S"], recorded.get("email", {}).get("S", ""))


def _keys(username: str, email: str) -> list[Key]:
    """Learners without an e-mail have one pointer: an empty address is nobody's."""
    return [username_key(username), email_key(email)] if email.strip() else [username_key(username)]


def _put(report: Report, key: Key, condition: str, values: Raw) -> Action:
    put: Action = {
        "TableName": Item.Meta.table_name,
        "Item": {"pk": {"S": key[0]}, "sk": {"S": key[1]}, "user_id": {"S": report.user_id}},
        "ConditionExpression": condition,
    }
    return {"Put": {**put, "ExpressionAttributeValues": values} if values else put}


def _change(key: Key, pointer: Raw, to: list[str]) -> Action:
    """Have a pointer name these learners, while it names those of `pointer`."""
    condition, values = "user_id = :me", {":me": pointer["user_id"]}
    if "more_user_ids" in pointer:
        condition, values = f"{condition} AND more_user_ids = :more", {**values, ":more": pointer["more_user_ids"]}
    else:
        condition = f"{condition} AND attribute_not_exists(more_user_ids)"
    if not to:
        return _delete(key, condition, values)
    item: Raw = {"pk": {"S": key[0]}, "sk": {"S": key[1]}, "user_id": {"S": to[0]}}
    if to[1:]:
        item["more_user_ids"] = {"SS": to[1:]}
    put = {"TableName": Item.Meta.table_name, "Item": item, "ConditionExpression": condition}
    return {"Put": {**put, "ExpressionAttributeValues": values}}


def _delete(key: Key, condition: str, values: Raw) -> Action:
    return {
        "Delete": {
            "TableName": Item.Meta.table_name,
            "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }
