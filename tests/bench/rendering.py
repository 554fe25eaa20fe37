"""Certificates per CPU second, ours and others', in one table: python -m tests.bench.rendering

The contenders run by turns, round by round, so that a busy machine is fair to all. The measure is the CPU time of this
process and its children, with all processes of a browser; medians of the rounds are shown. Peak memory (beyond the bare
interpreter) and the first certificate (with all imports, and the browser's start) are measured in new processes.
`--check` fails if a target is missed.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from layers.targets import this_machine

_ROOT = Path(__file__).parent.parent.parent
os.environ.setdefault("CERTIFICATES_FONTS", str(_ROOT / ".build" / "fonts"))
os.environ.setdefault("CERTIFICATES_NATIVE_LIBS", str(_ROOT / ".build" / "typesetting" / "lib"))

_NAMES = {
    "Latin": ("Zoë Ångström", "Amara Okafor", "Łukasz Wiśniewski", "José Núñez", "Jürgen Groß", "João Gonçalves"),
    "Arabic": ("محمد عبد الله الزهراني", "ليلى الهاشمي", "أحمد علي", "فاطمة محمود"),
    "Devanagari": ("श्रीकृष्ण क्षत्रिय", "अनन्या शर्मा", "विक्रम सिंह"),
    "Cyrillic": ("Катерина Гончаренко", "Иван Петров", "Ђорђе Ђорђевић"),
    "Thai": ("น้ำฝน ศรีสุวรรณ", "สมชาย ใจดี"),
    "Chinese": ("欧阳娜娜", "王秀英", "李小龙", "张伟"),
}


@dataclass(frozen=True)
class Contender:
    label: str
    factory: str  # of `contenders`
    script: str
    batch: int  # certificates in a round: they take at least a tenth of a second
    stays: bool = False  # keeps what it can from one certificate to the next


@dataclass
class Result:
    seconds: list[float] = field(default_factory=list)  # CPU for one certificate, from each round
    size: int = 0


CONTENDERS = (
    Contender("Chromium, warm, headless", "chromium", "Latin", 2, stays=True),
    Contender("WeasyPrint, naive", "weasyprint_naive", "Latin", 1),
    Contender("WeasyPrint, shared fonts and caches", "weasyprint_shared", "Latin", 1),
    Contender("fpdf2 with shaping", "fpdf2_shaping", "Latin", 2),
    Contender("ReportLab over a template, pypdf", "reportlab_overlay", "Latin", 2),
    Contender("Typst, reused compiler", "typst_reused", "Latin", 10),
    *(Contender(f"compiled design: {script}", "ours", script, 300) for script in _NAMES),
)


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--check", action="store_true", help="fail where a target is missed")
    options.add_argument("--first", nargs=2, metavar=("FACTORY", "SCRIPT"), help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    if chosen.first:
        return _first(*chosen.first)
    results = _interleaved(chosen.rounds)
    firsts = {contender.label: _fresh(contender) for contender in CONTENDERS if contender.label in results}
    _table(results, firsts)
    return _check(results, firsts) if chosen.check else 0


def _interleaved(rounds: int) -> dict[str, Result]:
    makers: list[tuple[Contender, Callable[[int], int]]] = []
    results: dict[str, Result] = {}
    for contender in CONTENDERS:
        try:
            maker = _maker(contender)
            maker(2)
        except (ImportError, FileNotFoundError) as absent:
            print(f"{contender.label}: not here ({absent})")
            continue
        makers.append((contender, maker))
        results[contender.label] = Result()
    for _ in range(rounds):
        for contender, maker in makers:
            start = _cpu(contender.stays)
            size = maker(contender.batch)
            results[contender.label].seconds.append((_cpu(contender.stays) - start) / contender.batch)
            results[contender.label].size = size
    return results


def _maker(contender: Contender) -> Callable[[int], int]:
    """A function that makes `number` certificates of different learners and returns the size of the largest."""
    from tests.bench import contenders
    from tests.rendering.making import fields

    make = getattr(contenders, contender.factory)()
    names, turn = _NAMES[contender.script], iter(range(10**9))

    def batch(count: int) -> int:
        largest = 0
        for _ in range(count):
            number = next(turn)
            identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{contender.label} {number}").hex
            url = f"https://certificates.northwind.example/certificates/{identity}"
            learner = fields(names[number % len(names)], verify_uuid=identity, verify_url=url)
            largest = max(largest, len(make(learner)))
        return largest

    return batch


def _cpu(with_living: bool) -> float:
    """CPU seconds of this process and its ended children; with `with_living`, also of living children and theirs."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() + children.ru_utime + children.ru_stime
    if with_living:
        for stat in _of_living("stat"):
            # utime, stime, and those of the ended children. The name before them may have blanks.
            spent += sum(map(int, stat.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")
    return spent


def _of_living(file: str, process: Path = Path("/proc/self")) -> Iterator[str]:
    """The content of this file in /proc, for each process below a process, at any depth."""
    for listed in process.glob("task/*/children"):
        for number in listed.read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):  # the process has ended, and its parent has its time
                yield Path("/proc", number, file).read_text()
                yield from _of_living(file, Path("/proc", number))


def _fresh(contender: Contender) -> tuple[float, float]:
    """CPU seconds and megabytes of a new process's first certificate: the least of three, after one that warms the
    disk.
    """
    from tests.bench.contenders import artefact

    if contender.factory == "ours":
        command = [sys.executable, "-c", _FIRST_OF_OURS, str(artefact()), _NAMES[contender.script][0]]
    else:
        command = [sys.executable, "-m", "tests.bench.rendering", "--first", contender.factory, contender.script]
    search = os.pathsep.join((str(_ROOT), str(_built() / "python")))
    cache = {"PYTHONPYCACHEPREFIX": str(_ROOT / ".build/bench/bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    runs = []
    for _ in range(4):
        done = subprocess.run(
            command,
            cwd=_ROOT,
            env=os.environ | cache | {"PYTHONPATH": search},
            capture_output=True,
            text=True,
            check=True,
        )
        seconds, megabytes = done.stdout.split()[-2:]
        runs.append((float(seconds), float(megabytes)))
    return min(runs[1:])


@cache
def _built() -> Path:
    """The product's layer as it is deployed: the build compiles what a start would otherwise compile."""
    layer = _ROOT / ".build" / "bench" / "layer"
    command = [sys.executable, "-m", "layers.certificates.build", layer, this_machine().architecture.name]
    subprocess.run(command, cwd=_ROOT, check=True)
    return layer


def _first(factory: str, script: str) -> int:
    """Runs in the new process of the other contenders. Imports that only the benchmark needs do not count."""
    overhead, memory = _cpu(True), _megabytes()
    _maker(Contender("", factory, script, 1))(1)
    print(_cpu(True) - overhead, _megabytes() - memory)
    return 0


# The work of an issuing function on a cold start, and nothing else. The start of the bare interpreter is never counted.
_FIRST_OF_OURS = """
import sys, time
def peak():
    return int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024
memory, started = peak(), time.process_time()
from datetime import date
from certificates.rendering import fill
from certificates.rendering.fields import Fields
identity = "3f2b8c1e9a474d528e601b7c5a2d9f03"
url = "https://certificates.northwind.example/certificates/" + identity
with open(sys.argv[1], "rb") as artefact:
    design = fill.load_compiled(artefact.read())
design.fill(Fields(sys.argv[2], date(2026, 11, 20), identity, 1, url))
print(time.process_time() - started, peak() - memory)
"""


def _megabytes() -> float:
    """The peak of this program, plus the present memory of the processes below it. Shared memory counts once.

    ru_maxrss is no replacement: it includes the process from which this process was forked.
    """
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0])
    below = sum(int(memory.partition("\nPss:")[2].split()[0]) for memory in _of_living("smaps_rollup"))
    return (peak + below) / 1024


def _table(results: dict[str, Result], firsts: dict[str, tuple[float, float]]) -> None:
    naive = _median(results, "WeasyPrint, naive")
    print("\n| renderer | CPU ms each | per CPU second | times naive | KB | first, CPU ms | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for label, result in results.items():
        each = statistics.median(result.seconds)
        first, memory = firsts[label]
        print(
            f"| {label} | {each * 1e3:.2f} | {1 / each:,.1f} | {naive / each:,.1f} | {result.size / 1000:.0f} "
            f"| {first * 1e3:.0f} | {memory:.0f} |"
        )


def _median(results: dict[str, Result], label: str) -> float:
    return statistics.median(results[label].seconds)


def _check(results: dict[str, Result], firsts: dict[str, tuple[float, float]]) -> int:
    missed = []

    def expect(what: str, holds: bool) -> None:
        if not holds:
            missed.append(what)

    latin = _median(results, "compiled design: Latin")
    expect("1,500 Latin certificates per CPU second", 1 / latin >= 1500)
    expect("300 times naive WeasyPrint", _median(results, "WeasyPrint, naive") / latin >= 300)
    if "Typst, reused compiler" in results:
        expect("20 times Typst", _median(results, "Typst, reused compiler") / latin >= 20)
    for script in _NAMES:
        label = f"compiled design: {script}"
        expect(f"{script} in time", _median(results, label) <= (0.002 if script == "Chinese" else 0.001))
        expect(f"{script} in 120 KB", results[label].size <= 120_000)
        expect(f"{script} under 40 MB", firsts[label][1] < 40)
    expect("a first certificate in 50 ms", firsts["compiled design: Latin"][0] <= 0.050)
    for what in missed:
        print(f"missed: {what}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
