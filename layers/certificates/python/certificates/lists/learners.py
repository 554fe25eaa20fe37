"""The learners of a run as staff see them: listed, filtered and searched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice

from certificates.aws.listing_store import Listed, place_in
from certificates.aws.renderer import name_fits
from certificates.aws.table import SHARDS
from certificates.backend import Backend
from certificates.errors import BadRequest
from certificates.lists.entries import first_part, walk_list
from certificates.lookup import read_run
from certificates.paging import Slice, batched
from certificates.rules.model import CourseRun, Facts, Learner
from certificates.rules.name_warnings import awaits_certificate
from certificates.rules.predicates import is_enrolled_ever
from certificates.rules.standing import FILTERS, FILTERS_OF_NAMES

MAX_EXAMINED = 10_000
"""Learners that one search reads at most, before it answers with what it found and a cursor: half a second of reading,
and as many reads as a new table takes in a second."""

MAX_FILTERED = 20_000
"""Learners that one filter reads at most, before it answers."""

_BATCH = 500
"""Learners whose profiles a search reads at once: several calls side by side."""

_SHARDS_AT_ONCE = 4

_START = "00/ENROLLMENT#"
"""The place before the first learner of a run."""


def list_learners(
    course_id: str,
    *,
    wanted: str,
    search: str,
    limit: int,
    after: str | None,
    backend: Backend,
    now: datetime,
) -> Slice[Facts]:
    """Learners who are or were enrolled, or those that match the filter `wanted` of `rules.standing.FILTERS`. `search`
    is the beginning of a username, an e-mail or a word of the name, without case and accents. Who has exactly this
    username or e-mail comes first. A page may have fewer items than `limit`, even none, and not be the last: see
    `next_after`. Raises NotFound `unknown-course-run`, BadRequest `bad-cursor`, `unknown-status`.
    """
    is_wanted = filter_named(wanted)
    run = read_run(course_id, backend=backend)
    named = backend.learners.user_ids([search])[search] if search else ()
    first: list[Facts] = []
    if named and after is None:
        exact = backend.certificates.facts_of_many(run, named, site=backend.site, now=now)
        first = [facts for _, facts in exact if facts is not None and is_wanted(facts)]
        if first and "@" in search:
            return Slice(first)  # a whole e-mail: no other one begins with it
        if len(first) >= limit:
            return Slice(first, _START)
    if wanted and not search:
        user_ids, next_after = _filtered(run, wanted, limit, after, backend, now)
    else:
        walked = walk_list(course_id, "ENROLLMENT", after, search, backend=backend)
        listed = (entry for entry in walked if entry.user_id not in named)
        beginning = " ".join(_folded(search).split()) or search
        entries, next_after = _found(listed, beginning, limit - len(first), backend)
        user_ids = [entry.user_id for entry in entries]
    found = backend.certificates.facts_of_many(run, user_ids, site=backend.site, now=now)
    return Slice([*first, *(facts for _, facts in found if facts is not None and is_wanted(facts))], next_after)


def filter_named(wanted: str) -> Callable[[Facts], bool]:
    """The filter of this name. "": everybody who is or was enrolled. Raises BadRequest `unknown-status`."""
    if not wanted:
        return is_enrolled_ever
    if wanted not in FILTERS:
        message = f"There is no status {wanted}. Choose from {', '.join(FILTERS)}."
        raise BadRequest("unknown-status", message, field="status")
    return FILTERS[wanted]


def _filtered(
    run: CourseRun, wanted: str, limit: int, after: str | None, backend: Backend, now: datetime
) -> tuple[list[str], str | None]:
    """Ids of learners that match, shard by shard, and the place to go on after."""
    start, entry = place_in(after or "00/LEARNER#", "LEARNER#")
    found: list[str] = []
    examined = 0
    for shard, seen in _by_shard(partial(_seen, run, wanted, backend, now), range(start, SHARDS)):
        examined += len(seen)
        above = entry.removeprefix("LEARNER#") if shard == start else ""
        found += [f"{shard:02d}/LEARNER#{user_id}" for user_id, is_wanted in seen if is_wanted and user_id > above]
        if len(found) > limit:
            return [place.partition("#")[2] for place in found[:limit]], found[limit - 1]
        if examined >= MAX_FILTERED and shard + 1 < SHARDS:
            return [place.partition("#")[2] for place in found], f"{shard + 1:02d}/LEARNER#"
    return [place.partition("#")[2] for place in found], None


def _by_shard(
    read: Callable[[int], list[tuple[str, bool]]], shards: Sequence[int]
) -> Iterator[tuple[int, list[tuple[str, bool]]]]:
    """What `read` finds in each shard, in order. A few shards are read at once."""
    with ThreadPoolExecutor(_SHARDS_AT_ONCE) as pool:
        for together in batched(shards, _SHARDS_AT_ONCE):
            yield from zip(together, pool.map(read, together), strict=True)


def _seen(run: CourseRun, wanted: str, backend: Backend, now: datetime, shard: int) -> list[tuple[str, bool]]:
    """Each learner of a shard by id, and whether the filter lets the learner pass."""
    is_wanted = filter_named(wanted)
    facts_of = {
        facts.learner.user_id: facts for facts in backend.listing.facts_of_shard(run, shard, site=backend.site, now=now)
    }
    if wanted in FILTERS_OF_NAMES:
        # The listing has no profiles.
        awaiting = [facts for facts in facts_of.values() if awaits_certificate(facts)]
        named = backend.listing.named(awaiting, partial(name_fits, backend.documents))
        facts_of |= {facts.learner.user_id: facts for facts in named}
    return sorted((user_id, is_wanted(facts)) for user_id, facts in facts_of.items())


def _found(listed: Iterator[Listed], beginning: str, limit: int, backend: Backend) -> tuple[list[Listed], str | None]:
    """The first `limit` learners that match, and the place of the last learner that was read."""
    if not beginning:
        page = first_part(listed, limit)
        return page.items, page.next_after
    in_name = _name_that_has(beginning)
    found: list[Listed] = []
    examined = 0
    while batch := list(islice(listed, _BATCH)):
        learners = backend.learners.learners(entry.user_id for entry in batch)
        for entry in batch:
            learner = learners.get(entry.user_id)
            if learner is not None and _begins(learner, beginning, in_name):
                found.append(entry)
            if len(found) == limit:
                return found, entry.place
        examined += len(batch)
        if examined >= MAX_EXAMINED:
            return found, batch[-1].place
    return found, None


def _begins(learner: Learner, beginning: str, in_name: re.Pattern[str] | None) -> bool:
    return (in_name is not None and in_name.search(_in_words(learner.name)) is not None) or any(
        _folded(text).startswith(beginning) for text in (learner.username, learner.email)
    )


def _name_that_has(search: str) -> re.Pattern[str] | None:
    """Finds the search in a name of `_in_words`, at the beginning of any word: "ilves", "mara il", "pierre" in
    Jean-Pierre. A hyphen or an apostrophe may be left out, be another one, or be a blank: "obrien", "o brien".
    None: the search has no letters.
    """
    # Exactly one way to match what is between two letters: a long search takes no longer than a long name.
    letters = "".join(re.escape(letter) + _BETWEEN_LETTERS[gap] for letter, gap in _LETTER.findall(_in_words(search)))
    return re.compile(f"(?:^|[ -]){letters}") if letters else None


_LETTER = re.compile("([^ -])([ -]?)")
_BETWEEN_LETTERS = {"": "-?", "-": "[ -]?", " ": "[ -]"}


def _in_words(text: str) -> str:
    """The words, folded, with a blank between two of them, or a hyphen where there are only such signs as hyphens and
    apostrophes.
    """
    blanks_alike = " ".join(_folded(text).split())
    return _BETWEEN_WORDS.sub(lambda found: " " if " " in found[0] else "-", blanks_alike).strip(" -")


_BETWEEN_WORDS = re.compile("[-‐‑‒–—−'’‘ʼʻ`´′.,·・‧() ]+")


def _folded(text: str) -> str:
    """Without case and accents. A letter with a stroke, such as ø, becomes the letter without."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char)).translate(_STROKES)


_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
