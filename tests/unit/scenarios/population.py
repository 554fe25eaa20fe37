"""The learners of a batch scenario, one set of facts each."""

from __future__ import annotations

from certificates.rules.model import Facts
from tests.unit.scenarios.translate import STATUSES, Given, learner_of


def learners_of(population: Given) -> list[Facts]:
    """As many learners as are enrolled (or certificates exist). Sub-groups are disjoint unless the scenario says
    otherwise.
    """
    size = population["enrolled"]
    learners = [*_with_status(population), *_excepted(population)]
    return learners + [learner_of() for _ in range(size - len(learners))]


def _with_status(population: Given) -> list[Facts]:
    counts = {status: population.get(status, 0) for status in STATUSES}
    counts["available"] += population.get("with_available_certificate", 0)
    return [
        learner_of(certificate={"status": status}, passing=status == "available")
        for status, count in counts.items()
        for _ in range(count)
    ]


def _excepted(population: Given) -> list[Facts]:
    """Some of them have a certificate: all with one status, or as many of each status as are listed."""
    holding = (
        [population["certificate_status"]] * population["excepted_with_certificate"]
        if ("certificate_status" in population)
        else []
    )
    for part in population["statuses"].split(",") if "statuses" in population else []:
        count, status = part.split()
        holding += [status] * int(count)
    size = population.get("excepted", population.get("of_which_excepted", 0))
    certificates = [{"status": status} for status in holding] + [None] * (size - len(holding))
    return [learner_of(exception=True, certificate=certificate) for certificate in certificates]
