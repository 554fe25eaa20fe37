"""Who may manage which course run, by the rights in the LMS and by the lists here."""

from __future__ import annotations

from typing import Any

import pytest

from certificates.access import Caller, Rights, require_global_staff, require_staff
from certificates.errors import NotAllowed

RUN = "course-v1:Fjord+BIO1+2026"


class Runs:
    def staff(self, course_id: str) -> frozenset[str]:
        return frozenset({"ines"}) if course_id == RUN else frozenset()


RUNS: Any = Runs()

MAY = {
    "global staff": Caller("root", True),
    "course staff of the list here": Caller("ines", False),
    "staff of the run in the LMS": Caller("ana", False, Rights(course_ids=frozenset({RUN}))),
    "staff of the organization in the LMS": Caller("bo", False, Rights(orgs=frozenset({"Fjord"}))),
}
MAY_NOT = {
    "a learner": Caller("zoe", False),
    "a beta tester of the run": Caller("kim", False, Rights(beta_tester_in=frozenset({RUN}))),
    "staff of another run": Caller("eli", False, Rights(course_ids=frozenset({"course-v1:Fjord+BIO1+2027"}))),
    "staff of another organization": Caller("ida", False, Rights(orgs=frozenset({"Fjo", "BIO1", "Fjord+BIO1", ""}))),
}


@pytest.mark.parametrize("who", MAY)
def test_these_people_manage_the_run(who: str) -> None:
    require_staff(MAY[who], RUN, RUNS)


def test_the_organization_of_a_run_is_known_also_if_the_id_has_more_colons() -> None:
    staff = Rights(orgs=frozenset({"Fjord"}))
    assert staff.manages("course-v1:Fjord+BIO:1+2026:autumn")
    assert not staff.manages("course-v1:Delta+BIO1+2026:Fjord+x")


@pytest.mark.parametrize("who", MAY_NOT)
def test_these_people_do_not_manage_the_run(who: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        require_staff(MAY_NOT[who], RUN, RUNS)
    assert refused.value.reason == "not-course-staff"
    assert str(refused.value) == "Only course staff of this run may do this."


def test_only_global_staff_may_do_what_is_about_the_whole_site() -> None:
    require_global_staff(MAY["global staff"])
    for caller in [*MAY_NOT.values(), *MAY.values()]:
        if not caller.global_staff:
            with pytest.raises(NotAllowed) as refused:
                require_global_staff(caller)
            assert refused.value.reason == "not-global-staff"
            assert str(refused.value) == "Only global staff may do this."
