"""The course staff of a run, also if release 0.1 stored them."""

from __future__ import annotations

from typing import Any

from certificates.aws import writes
from certificates.aws.run_store import StaffItem
from certificates.aws.table import run_key
from tests.moto_cloud import items
from tests.people import COURSE, make_run


def test_staff_stored_by_release_0_1_stay_staff_until_others_are_named(backend: Any) -> None:
    make_run(backend)
    writes.write_one(writes.put(StaffItem(pk=run_key(COURSE), sk="STAFF", usernames={"ines", "ole"})))
    for username in ("ines", "ole"):
        writes.write_one(writes.put(StaffItem(pk=f"STAFF#{username}", sk=run_key(COURSE))))
    assert backend.runs.staff(COURSE) == {"ines", "ole"}

    backend.runs.replace_staff(COURSE, ["ines", "mia"])
    assert backend.runs.staff(COURSE) == {"ines", "mia"}
    written = {key for key in items() if "STAFF" in key[0] + key[1]}
    assert written == {
        (f"STAFF-OF#{COURSE}", "STAFF"),
        ("STAFF#ines", run_key(COURSE)),
        ("STAFF#mia", run_key(COURSE)),
    }


def test_staff_are_replaced_again_and_removed(backend: Any) -> None:
    make_run(backend)
    for usernames in (["ines"], ["ole", "mia"], [], ["ines"]):
        backend.runs.replace_staff(COURSE, usernames)
        assert backend.runs.staff(COURSE) == set(usernames)
