"""Checks many files with veraPDF, the industry's validator, in one process. Each file must keep every standard that its
metadata declares, and a certificate must declare PDF/A-3a and PDF/UA-1.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.verapdf.fetching import archive

PDF_A, PDF_UA = "PDF/A-3A", "PDF/UA-1"
_CLI = "org.verapdf.apps.GreenfieldCliWrapper"
# A process of a few seconds ends before Java's second compiler and its parallel collector repay what they cost.
_FOR_A_SHORT_RUN = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")

Verdict = dict[str, list[str]]  # the breaches by standard: clause, test and message


def skip_where_it_is_missing() -> None:
    if shutil.which("java") is None or not archive().exists():
        pytest.skip("veraPDF judges nothing here: it takes Java and Maven, and `make test` to fetch it")


def verdicts(files: Mapping[str, bytes], folder: Path) -> dict[str, Verdict]:
    """veraPDF's findings by name of file."""
    paths = {}
    for number, (name, content) in enumerate(files.items()):
        paths[str(folder / f"{number}.pdf")] = name
        (folder / f"{number}.pdf").write_bytes(content)
    # An exit code other than 0 may mean any fault of any file: the report has the faults.
    command = ["java", *_FOR_A_SHORT_RUN, "-cp", str(archive()), _CLI, "--flavour", "0", "--format", "json", *paths]
    done = subprocess.run(command, capture_output=True, text=True)
    jobs = json.loads(done.stdout)["report"]["jobs"]
    found = {paths[job["itemDetails"]["name"]]: _verdict(job) for job in jobs}
    assert found.keys() == files.keys(), done.stderr
    return found


def _verdict(job: dict[str, object]) -> Verdict:
    results = job["validationResult"]
    assert isinstance(results, list), job
    return {
        result["profileName"].removesuffix(" validation profile"): [
            f"{rule['clause']}-{rule['testNumber']} {rule['checks'][0]['errorMessage']}"
            for rule in result["details"]["ruleSummaries"]
        ]
        for result in results
    }
