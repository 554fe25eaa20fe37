"""The page for verifiers: its ten lines of Python run unchanged, with local copies of the data from the network."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3.verifier import OB3VerificationError

from certificates.trust.status_list import StatusEntry, list_url
from tests.template import ROOT
from tests.unit.trust.awards import BASE, DID
from tests.verifiers.test_verifiers import BAD, GOOD, ISSUERS, Forms, issued, lists

PAGE = (ROOT / ".github" / "VERIFYING.md").read_text()
[CODE] = re.findall(r"```python\n(.*?)```", PAGE, re.S)


def run(forms: Forms, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> str:
    """The output of the lines. The page's example domain is that of the tests."""

    def urlopen(request: Any) -> io.BytesIO:
        if request.full_url == f"{BASE}/.well-known/did.json":
            return io.BytesIO(json.dumps(ISSUERS[DID]).encode())
        assert "application/vc+jwt" in request.headers["Accept"]
        return io.BytesIO(lists()[request.full_url].jwt.encode())

    (folder / "credential.json").write_text(forms.document)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    exec(CODE.replace("did:web:certificates.example.org", DID), {})  # noqa: S102 - the page is ours
    return str(capsys.readouterr().out)


def test_it_has_about_ten_lines() -> None:
    assert len([line for line in CODE.splitlines() if line.strip()]) <= 10


def test_the_check_of_a_good_credential_prints_the_texts_of_the_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert run(issued(), tmp_path, monkeypatch, capsys) == "Zoë Ångström Marine Biology\n"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_one_raises(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    with pytest.raises(OB3VerificationError):
        run(BAD[name], tmp_path, monkeypatch, capsys)


def test_the_status_list_that_is_asked_for_is_the_one_that_the_credential_names() -> None:
    assert list_url(BASE, "1-1") in lists()
    assert StatusEntry("1-1", 47).list_id in GOOD["as it was issued"].document
