"""From the rows of a file to updates of learners: finds the learners of rows without ids, and undoes what a spreadsheet
does to usernames like numbers and days: it writes `0042` as `42`, `219e01` as `2.19E+03`, and `sept2` as `2-Sep`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from certificates.backend import Backend
from certificates.errors import AMBIGUOUS_LEARNER, BadRequest
from certificates.lms.records_file import ByName, ReadRow, RowError
from certificates.rules.files import FileReason
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.identifiers import may_be_rewritten, padded, written_as, zeros_lost
from certificates.rules.lms_update import LmsUpdate

UserIds = Mapping[str, tuple[str, ...]]


def resolved(batch: Sequence[ReadRow], backend: Backend) -> Iterator[tuple[int, LmsUpdate | RowError]]:
    """The update of each row, with the learner's id: from the row, or found by username or e-mail."""
    named = [name for row in batch if isinstance(row.outcome, ByName) for name in row.outcome.identifiers]
    asked = dict.fromkeys(each for name in named for each in (name, *padded(name)))
    user_ids = backend.learners.user_ids(asked) if asked else {}
    usernames = _stored_usernames(batch, backend)
    for row in batch:
        if isinstance(row.outcome, ByName):
            yield row.number, _of_learner(row.number, row.outcome, user_ids)
        elif isinstance(row.outcome, LmsUpdate):
            yield row.number, _as_stored(row.outcome, usernames)
        else:
            yield row.number, row.outcome


def require_own_usernames(shared: Mapping[str, Mapping[str, int]], backend: Backend) -> None:
    """Check that the stored usernames distinguish learners who have the same username in a file. `shared` has their
    rows.

    Raises BadRequest `usernames-changed` if they do not: one of these learners would see the other's certificate.
    """
    known = backend.learners.learners({user_id for rows in shared.values() for user_id in rows}) if shared else {}
    for username, rows in shared.items():
        stored = [known[user_id].username if user_id in known else "" for user_id in rows]
        own = [each if written_as(each, username) else username for each in stored]
        if len(set(own)) < len(own):
            first, second = sorted(rows.values())[:2]
            shared_by = flaw(FlawId.USERNAME_SHARED, first=first, second=second, username=username)
            raise BadRequest(FileReason.USERNAMES_CHANGED.value, shared_by, row=second)


def _of_learner(row: int, named: ByName, user_ids: UserIds) -> LmsUpdate | RowError:
    """The update of the learner whom the row names, or why there is none. Nobody is chosen silently."""
    first = named.identifiers[0]
    found = [user_ids[name] for name in named.identifiers if user_ids[name]]
    if not found:
        return RowError(row, first, "unknown-learner", flaw(FlawId.ROW_FITS_NOBODY))
    ids = [user_id for user_id in found[0] if all(user_id in others for others in found)]
    alike = [name for name in padded(first) if user_ids[name]]
    if not ids:
        several = dict.fromkeys(user_id for others in found for user_id in others)
        return RowError(row, first, AMBIGUOUS_LEARNER, flaw(FlawId.ROW_NAMES_TWO_LEARNERS, ids=tuple(several)))
    if len(ids) > 1:
        return RowError(row, first, AMBIGUOUS_LEARNER, flaw(FlawId.ROW_FITS_SEVERAL_LEARNERS, ids=tuple(ids)))
    if alike and len(found) == 1:
        return RowError(row, first, AMBIGUOUS_LEARNER, zeros_lost(first, alike))
    return replace(named.update, user_id=ids[0])


def _stored_usernames(batch: Sequence[ReadRow], backend: Backend) -> Mapping[str, str]:
    """By id, the stored usernames of learners whose usernames in these rows may come from a spreadsheet."""
    doubtful = {
        update.user_id
        for row in batch
        if isinstance(update := row.outcome, LmsUpdate) and update.account and may_be_rewritten(update.account.username)
    }
    found = backend.learners.learners(doubtful) if doubtful else {}
    return {user_id: learner.username for user_id, learner in found.items()}


def _as_stored(update: LmsUpdate, usernames: Mapping[str, str]) -> LmsUpdate:
    """The update with the stored username, if a spreadsheet would write that username as the row has it. Otherwise the
    learner would lose the username, or take that of another learner, whose username is this number.
    """
    known, account = usernames.get(update.user_id, ""), update.account
    if account is None or not written_as(known, account.username):
        return update
    return replace(update, account=replace(account, username=known))
