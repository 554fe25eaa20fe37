"""Course runs: their settings and their course staff."""

from __future__ import annotations

from collections.abc import Iterable

from pynamodb.attributes import UnicodeSetAttribute

from certificates.access import Caller
from certificates.aws import writes
from certificates.aws.item_model import ByKind, Item
from certificates.aws.reads import get_items, key_of, query
from certificates.aws.run_items import CourseRunItem, run_from, run_item
from certificates.aws.table import run_key, settings_key, staff_key
from certificates.errors import Raced
from certificates.paging import Slice
from certificates.rules.model import CourseRun


class StaffItem(Item):
    """On the run: `usernames` of its course staff. On a person: one item for each run they may manage."""

    usernames = UnicodeSetAttribute(null=True)


class RunStore:
    def run(self, course_id: str) -> CourseRun | None:
        found = get_items([settings_key(course_id)])
        return next(map(run_from, found.values()), None)

    def runs_by_id(self, course_ids: Iterable[str]) -> dict[str, CourseRun]:
        found = get_items(settings_key(course_id) for course_id in course_ids)
        return {run.course_id: run for run in map(run_from, found.values())}

    def replace(self, run: CourseRun, *, version_read: int) -> None:
        """Write the settings. Raises Raced when they are no longer at `version_read` (0: there were none)."""
        unchanged = CourseRunItem.version == version_read if version_read else CourseRunItem.pk.does_not_exist()
        writes.write_one(writes.put(run_item(run), unchanged))

    def all_runs(self, *, limit: int, after: str | None) -> Slice[CourseRun]:
        """Every run by course id, `after` a run."""
        every = ByKind.kind == "course-run"
        listed = query(every & (ByKind.pk > run_key(after)) if after else every, index=ByKind, limit=limit + 1)
        return self._page([key_of(raw)[0].removeprefix(run_key("")) for raw in listed], limit)

    def runs_managed_by(self, caller: Caller, *, limit: int, after: str | None) -> Slice[CourseRun]:
        """The runs that this person may manage: named here as course staff, or by the LMS, or as global staff."""
        if caller.global_staff:
            return self.all_runs(limit=limit, after=after)
        rights = caller.rights
        if not rights.course_ids and not rights.orgs:
            return self.runs_of_staff(caller.username, limit=limit, after=after)
        named = {course_id for course_id in rights.course_ids if course_id > (after or "")}
        for org in sorted(rights.orgs):
            named.update(self._course_ids_of(org, limit=limit + 1, after=after))
        here = [run.course_id for run in self.runs_of_staff(caller.username, limit=limit + 1, after=after).items]
        return self._page(sorted({*self.runs_by_id(named), *here})[: limit + 1], limit)

    def _course_ids_of(self, org: str, *, limit: int, after: str | None) -> list[str]:
        """The first runs of an organization, and coaches' copies of its runs."""
        found: list[str] = []
        for prefix in (f"ccx-v1:{org}+", f"course-v1:{org}+"):
            first, last = max(prefix, after or ""), prefix + "\U0010ffff"
            if first > last:
                # The page begins after the last run of this kind. The table refuses a range that ends before it begins.
                continue
            between = ByKind.pk.between(run_key(first), run_key(last))
            listed = query((ByKind.kind == "course-run") & between, index=ByKind, limit=limit + 1)
            found += [key_of(raw)[0].removeprefix(run_key("")) for raw in listed]
        return [course_id for course_id in found if course_id != after]

    def runs_of_staff(self, username: str, *, limit: int, after: str | None) -> Slice[CourseRun]:
        """The runs whose course staff this person is."""
        prefix = run_key("")
        beyond = StaffItem.sk > run_key(after) if after else StaffItem.sk.startswith(prefix)
        listed = query((StaffItem.pk == f"STAFF#{username}") & beyond, limit=limit + 1)
        return self._page([key_of(raw)[1].removeprefix(prefix) for raw in listed], limit)

    def _page(self, course_ids: list[str], limit: int) -> Slice[CourseRun]:
        shown = course_ids[:limit]
        found = self.runs_by_id(shown)
        runs = [found[course_id] for course_id in shown if course_id in found]
        return Slice(runs, shown[-1] if len(course_ids) > limit else None)

    def staff(self, course_id: str) -> frozenset[str]:
        """Usernames of the run's course staff."""
        kept = self._staff_items(course_id)
        return frozenset(kept[0].usernames or ()) if kept else frozenset()

    def _staff_items(self, course_id: str) -> list[StaffItem]:
        """The items with the run's staff, the valid one first: release 0.1 stored the staff with the run."""
        keys = [(staff_key(course_id), "STAFF"), (run_key(course_id), "STAFF")]
        found = get_items(keys)
        return [StaffItem.read(found[key]) for key in keys if key in found]

    def replace_staff(
        self, course_id: str, usernames: Iterable[str], *, read: frozenset[str] | None = None
    ) -> frozenset[str]:
        """Make these people the run's course staff, at most 48 changes at once. Raises Raced, also if the present staff
        are not those in `read`.
        """
        kept, after = self._staff_items(course_id), frozenset(usernames)
        before = frozenset(kept[0].usernames or ()) if kept else frozenset()
        if read is not None and before != read:
            raise Raced
        current = before if kept and kept[0].pk == staff_key(course_id) else frozenset()
        unchanged = StaffItem.usernames == set(current) if current else StaffItem.usernames.does_not_exist()
        of_run = StaffItem(pk=staff_key(course_id), sk="STAFF", usernames=set(after) or None)
        older = [writes.delete((item.pk, item.sk)) for item in kept if item.pk == run_key(course_id)]
        added = [writes.put(StaffItem(pk=f"STAFF#{username}", sk=run_key(course_id))) for username in after - before]
        removed = [writes.delete((f"STAFF#{username}", run_key(course_id))) for username in before - after]
        writes.transact([writes.put(of_run, unchanged), *older, *added, *removed])
        return after
