"""Settings and staff of a run: nobody overwrites a change of somebody else, and nothing shown is hidden unawares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from certificates import run_settings
from certificates.errors import BadRequest, Busy, Conflict, PreconditionFailed, PreconditionRequired, Raced, Refusal
from certificates.rendering.model import Design
from certificates.rules.model import CourseRun, Display, Pacing
from certificates.rules.settings import RunSettings
from certificates.run_settings import ANY_VERSION, modes_of_nobody, replace_run, replace_staff
from tests.unit.rules.made import COURSE_ID, FUTURE, NOW

SETTINGS = RunSettings(title="Statistics", organization="Northwind", pacing=Pacing.SELF)
HIDDEN = replace(SETTINGS, pacing=Pacing.INSTRUCTOR, display=Display.END_WITH_DATE, available_on=FUTURE)
BEFORE = CourseRun(
    course_id=COURSE_ID,
    title="Old",
    organization="Northwind",
    pacing=Pacing.SELF,
    design_digest="old",
    design_active=False,
    version=4,
)


class World:
    """A backend with one run, or none. It notes what is stored. `listed` are the items that a list of the run has."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: CourseRun | None, listed: Any = ()) -> None:
        self.replaced: list[tuple[CourseRun, int]] = []
        self.designs: list[tuple[Design, str | None, bool]] = []
        self.scheduled: list[tuple[CourseRun, CourseRun | None, Any]] = []
        self.walked: list[tuple[str, str, Any]] = []
        self.listed = list(listed)
        self.lost = False
        self.backend: Any = SimpleNamespace(
            site="the site",
            runs=SimpleNamespace(run=lambda course_id: before, replace=self._replace),
            listing=SimpleNamespace(walk=self._walk),
        )
        monkeypatch.setattr(run_settings, "design_of", lambda run, backend: Design(title=f"design of {run.title}"))
        monkeypatch.setattr(run_settings, "with_run", self._with_run)
        monkeypatch.setattr(run_settings, "store_design", self._store)
        monkeypatch.setattr(run_settings, "schedule_issuance", self._schedule)

    def _with_run(self, design: Design, run: CourseRun, site: Any) -> Design:
        assert site == "the site"
        return replace(design, course_title=run.title)

    def _store(self, design: Design, *, backend: Any, known: str | None, used: bool) -> Any:
        assert backend is self.backend
        self.designs.append((design, known, used))
        return SimpleNamespace(digest="new")

    def _replace(self, run: CourseRun, *, version_read: int) -> None:
        if self.lost:
            raise Raced
        self.replaced.append((run, version_read))

    def _schedule(self, run: CourseRun, before: CourseRun | None, *, backend: Any, now: Any) -> None:
        assert backend is self.backend
        self.scheduled.append((run, before, now))

    def _walk(self, course_id: str, kind: str, *, attributes: Any) -> Iterator[Any]:
        self.walked.append((course_id, kind, attributes))
        for value in self.listed:
            yield SimpleNamespace(text=lambda name, value=value: value if name in attributes else None)

    def change(self, settings: RunSettings = SETTINGS, **how: Any) -> tuple[CourseRun, bool]:
        usual: dict[str, Any] = {"if_match": 4, "by": "omar", "backend": self.backend, "now": NOW}
        return replace_run(COURSE_ID, settings, **usual | how)


def refused(world: World, kind: type[Refusal], settings: RunSettings = SETTINGS, **how: Any) -> Refusal:
    with pytest.raises(kind) as refusal:
        world.change(settings, **how)
    assert (world.replaced, world.scheduled) == ([], [])
    return refusal.value


def test_a_new_run_begins_with_the_sites_design_at_version_1(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, None)
    run, new = world.change(if_match=None)
    assert new is True
    assert (run.title, run.version, run.saved_by, run.saved_at) == ("Statistics", 1, "omar", NOW)
    assert (run.design_digest, run.course_id) == ("new", COURSE_ID)
    assert world.replaced == [(run, 0)]
    assert world.designs == [(Design(course_title="Statistics"), None, True)]
    assert world.scheduled == [(run, None, NOW)]


@pytest.mark.parametrize("if_match", [4, ANY_VERSION])
def test_a_run_is_replaced_at_the_version_that_was_read(monkeypatch: pytest.MonkeyPatch, if_match: Any) -> None:
    world = World(monkeypatch, BEFORE)
    run, new = world.change(if_match=if_match)
    assert new is False
    assert (run.title, run.version, run.design_active) == ("Statistics", 5, False)
    assert world.replaced == [(run, 4)]
    assert world.designs == [(Design(title="design of Old", course_title="Statistics"), "old", False)]
    assert world.scheduled == [(run, BEFORE, NOW)]


def test_an_existing_run_is_not_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = refused(World(monkeypatch, BEFORE), PreconditionRequired, if_match=None)
    assert (refusal.reason, str(refusal)) == (
        "precondition-required",
        "This run exists. Read its settings, then send their ETag as If-Match.",
    )


OTHER_VERSION = "These settings are not at the version named in If-Match. Read them again, then send the ETag you read."
NO_RUN = "This run does not exist: leave If-Match out to make it."


@pytest.mark.parametrize(
    ("before", "if_match", "text", "values"),
    [
        (BEFORE, 3, OTHER_VERSION, {"version": 4}),
        (BEFORE, 5, OTHER_VERSION, {"version": 4}),
        (None, 1, NO_RUN, {}),
        (None, ANY_VERSION, NO_RUN, {}),
    ],
)
def test_another_version_than_the_one_that_was_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, before: CourseRun | None, if_match: Any, text: str, values: dict[str, Any]
) -> None:
    refusal = refused(World(monkeypatch, before), PreconditionFailed, if_match=if_match)
    assert (refusal.reason, str(refusal), refusal.values) == ("changed-meanwhile", text, values)


@pytest.mark.parametrize(
    ("before", "if_match", "kind", "reason", "values"),
    [
        (BEFORE, 4, PreconditionFailed, "changed-meanwhile", {"version": 4}),
        (None, None, PreconditionRequired, "precondition-required", {}),
    ],
)
def test_a_change_that_comes_between_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
    before: CourseRun | None,
    if_match: int | None,
    kind: type[Refusal],
    reason: str,
    values: dict[str, int],
) -> None:
    world = World(monkeypatch, before)
    world.lost = True
    refusal = refused(world, kind, if_match=if_match)
    assert (refusal.reason, refusal.values) == (reason, values)
    assert isinstance(refusal.__cause__, Raced)


def test_bad_settings_are_refused_before_anything_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, BEFORE)
    refused(world, BadRequest, replace(SETTINGS, title=""))
    assert world.designs == []


def test_shown_certificates_are_not_hidden_unawares(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, BEFORE, ["downloadable", "notpassing", "downloadable"])
    refusal = refused(world, Conflict, HIDDEN)
    assert (refusal.reason, refusal.values) == ("would-hide-shown", {"certificates": 2})
    assert str(refusal) == (
        "2 certificates are shown now and would be hidden: links to them would stop working. "
        "Send hide_shown: true to hide them all the same."
    )
    assert world.walked == [(COURSE_ID, "CERTIFICATE", ("status",))]


@pytest.mark.parametrize(
    ("before", "settings", "how"),
    [
        (BEFORE, HIDDEN, {"hide_shown": True}),
        (BEFORE, SETTINGS, {}),
        (replace(BEFORE, pacing=Pacing.INSTRUCTOR), HIDDEN, {}),
        (None, HIDDEN, {"if_match": None}),
    ],
)
def test_nobody_counts_certificates_that_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch, before: CourseRun | None, settings: RunSettings, how: dict[str, Any]
) -> None:
    world = World(monkeypatch, before, ["downloadable"])
    world.change(settings, **how)
    assert (len(world.replaced), world.walked) == (1, [])


def test_a_run_without_a_valid_certificate_may_hide_all(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, BEFORE, ["notpassing", None])
    world.change(HIDDEN)
    assert len(world.replaced) == 1


@pytest.mark.parametrize(
    ("modes", "held", "nobodys"),
    [
        ({"verified", "honor"}, [], []),
        ({"verified", "gold", "silver"}, [], ["gold", "silver"]),
        ({"gold", "silver"}, ["gold", "audit", None], ["silver"]),
        ({"gold"}, ["gold"], []),
    ],
)
def test_an_unusual_mode_that_nobody_has_is_probably_misspelt(
    monkeypatch: pytest.MonkeyPatch, modes: set[str], held: list[str | None], nobodys: list[str]
) -> None:
    world = World(monkeypatch, None, held)
    assert modes_of_nobody(replace(BEFORE, eligible_modes=frozenset(modes)), backend=world.backend) == nobodys
    looked_for = bool(modes - {"verified", "honor"})
    assert world.walked == [(COURSE_ID, "ENROLLMENT", ("mode",))] * looked_for


def test_the_list_is_read_no_further_than_to_the_last_unusual_mode() -> None:
    def walk(*what: Any, **how: Any) -> Iterator[Any]:
        yield SimpleNamespace(text=lambda name: "gold")
        raise AssertionError("the list is read further")

    backend: Any = SimpleNamespace(listing=SimpleNamespace(walk=walk))
    assert modes_of_nobody(replace(BEFORE, eligible_modes=frozenset({"gold"})), backend=backend) == []


class Staff:
    """The course staff of a run."""

    def __init__(self, *, lost: bool = False) -> None:
        self.replaced: list[tuple[str, Any]] = []
        self.lost = lost
        runs = SimpleNamespace(staff=lambda course_id: frozenset({"omar"}), replace_staff=self._replace)
        self.backend: Any = SimpleNamespace(runs=runs)

    def _replace(self, course_id: str, usernames: Any, *, read: Any = None) -> frozenset[str]:
        assert read in (None, {"omar"})
        if self.lost:
            raise Raced
        self.replaced.append((course_id, usernames))
        return frozenset(usernames)


def test_staff_are_replaced_if_they_are_those_that_were_read() -> None:
    staff = Staff()
    assert replace_staff(COURSE_ID, {"ines"}, backend=staff.backend) == {"ines"}
    assert replace_staff(COURSE_ID, {"eli"}, backend=staff.backend, read=lambda now: now == {"omar"}) == {"eli"}
    assert staff.replaced == [(COURSE_ID, {"ines"}), (COURSE_ID, {"eli"})]


def test_staff_that_were_changed_meanwhile_are_not_replaced() -> None:
    staff = Staff()
    with pytest.raises(PreconditionFailed) as refused:
        replace_staff(COURSE_ID, {"ines"}, backend=staff.backend, read=lambda now: now == {"eli"})
    assert (refused.value.reason, str(refused.value), staff.replaced) == (
        "changed-meanwhile",
        "The course staff are not those that were read. Read them again.",
        [],
    )
    with pytest.raises(PreconditionFailed):
        replace_staff(COURSE_ID, {"ines"}, backend=Staff(lost=True).backend, read=lambda now: now == {"omar"})
    with pytest.raises(Busy, match=r"^The course staff were changed by somebody else right now\. Read them again\.$"):
        replace_staff(COURSE_ID, {"ines"}, backend=Staff(lost=True).backend)
