"""A plugin of pytest for `make mutants`: the tests that notice a mutant soonest run first, and a hanging one ends.

mutmut knows the tests that reach the changed function. They run in this order: those that noticed other changes of the
function, those that noticed changes in its module, and then the others. Quick tests come first, of each file in turn.
MUTANTS_TESTS ends the list, because the last of a hundred slow tests seldom notices what the others do not. `make
mutants` runs more of them for the mutants that survive.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from itertools import accumulate, chain, zip_longest
from pathlib import Path
from threading import Timer

import pytest

NOTICED = Path("noticed.txt")
"""A line for each noticed mutant: the function and the test, with a tab between them."""

SETUP = 0.1
"""Seconds. mutmut measures a test without its setup."""

BETWEEN = 0.005
"""Seconds. What pytest needs for a test that does nothing."""

A_MOMENT = 1
"""Seconds. A mutant that survives costs no more for the tests that run in this time."""

UNCHANGED = 15
"""Tests that run before the first mutant."""

KILLED, TOO_SLOW = 1, 152
"""How mutmut reads the end of a process: a test failed, or the tests did not end in time."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Makes what every test needs once, before mutmut makes a process for each mutant out of this one."""
    if session.config.option.collectonly and os.environ.get("MUTANT_UNDER_TEST") == "":
        _warm_up()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.collectonly:
        return
    function = _function()
    if not function:
        if os.environ.get("MUTANT_UNDER_TEST") == "":
            # mutmut tries the tests without a mutant. Each of them has passed when mutmut measured it.
            items[:] = sorted(items, key=lambda item: _durations().get(item.nodeid, 0))[:UNCHANGED]
        return
    order = {test: place for place, test in enumerate(soonest(function, [item.nodeid for item in items]))}
    items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])
    usual = sum(_durations().get(item.nodeid, 0) + SETUP for item in items)
    limit = Timer(10 + 5 * usual, lambda: os._exit(TOO_SLOW))
    limit.daemon = True
    limit.start()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Ends the process with the first failure: to describe the failure would take longer than the test."""
    if call.excinfo is None or call.excinfo.errisinstance(pytest.skip.Exception) or not (function := _function()):
        return
    with NOTICED.open("a") as file:
        file.write(f"{function}\t{item.nodeid}\n")
    if not _needs_the_lms(item.nodeid):
        os._exit(KILLED)


def soonest(function: str, tests: Sequence[str]) -> list[str]:
    """The first tests for a mutant of this function, by their ids: as many as MUTANTS_TESTS says and all others that
    run within A_MOMENT, or all.
    """
    notices, durations = _noticed(), _durations()
    noticed = Counter(test for of, test in notices if of == function)
    nearby = Counter(test for of, test in notices if of.rpartition(".")[0] == function.rpartition(".")[0])

    def rank(test: str) -> tuple[float, bool, float, float]:
        seconds = durations.get(test, 0)
        worth = 1 / (seconds + SETUP)
        return -noticed[test] * worth, _needs_the_lms(test), -nearby[test] * worth, round(seconds, 1)

    quickest = sorted(tests, key=lambda test: durations.get(test, 0))
    ranked = sorted(_of_each_file_in_turn(quickest), key=rank)
    most = int(os.environ.get("MUTANTS_TESTS") or len(ranked))
    times = accumulate(durations.get(test, 0) + BETWEEN for test in ranked)
    return [
        test for place, (test, time) in enumerate(zip(ranked, times, strict=True)) if place < most or time < A_MOMENT
    ]


def _function() -> str:
    """The function that is changed now, by mutmut's name for it; empty outside of a mutant."""
    function, found, _ = os.environ.get("MUTANT_UNDER_TEST", "").rpartition("__mutmut_")
    return function if found else ""


def _noticed() -> list[tuple[str, str]]:
    if not NOTICED.exists():
        return []
    return [
        (function, test) for function, _, test in (line.partition("\t") for line in NOTICED.read_text().splitlines())
    ]


@cache
def _durations() -> dict[str, float]:
    measured: dict[str, float] = json.loads(Path("mutmut-stats.json").read_text())["duration_by_test"]
    return measured


def _of_each_file_in_turn(tests: Sequence[str]) -> list[str]:
    files: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        files[test.partition("::")[0]].append(test)
    return [test for test in chain.from_iterable(zip_longest(*files.values())) if test is not None]


def _needs_the_lms(test: str) -> bool:
    """Whether the test starts the LMS, which takes longer than most tests, and which must be ended after them."""
    return test.startswith("tests/lms/")


def _warm_up() -> None:
    """Nothing with threads or connections: a process made out of this one would not have them.

    Another process makes a run and issues a certificate. This one loads the modules that the other needed for it.
    """
    from mutmut.workers.isolation import run_in_fork_with_result

    from certificates.aws import clients
    from tests import moto_cloud, rendering_function

    _durations()
    with moto_cloud.empty_cloud():
        for service in moto_cloud.SERVICES:
            moto_cloud.client_of("lambda" if service == "awslambda" else service)
    # The product makes its clients anew, changed or not.
    clients.forget()
    modules, compiled = run_in_fork_with_result(_used_by_one_certificate)
    for module in modules:
        with suppress(ImportError):
            importlib.import_module(module)
    if os.environ.get("MUTANTS_TESTS"):
        # At the last try of a mutant, the designs are compiled anew.
        rendering_function._COMPILED.update(compiled)
    gc.collect()
    gc.freeze()


def _used_by_one_certificate() -> tuple[list[str], dict[object, bytes]]:
    from certificates.request import request_certificate
    from tests import moto_cloud, people, rendering_function

    before = set(sys.modules)
    with moto_cloud.empty_cloud() as backend:
        people.make_run(backend)
        people.enroll(backend, "1", "ada", grade="0.9")
        request_certificate(people.COURSE, "ada", backend=backend, now=people.REPORTED)
    return [name for name in sys.modules if name not in before], rendering_function._COMPILED
