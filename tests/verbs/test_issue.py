"""Issuing a certificate, against the real table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates.aws import renderer
from certificates.aws.renderer import NotCompiled, compiled_key
from certificates.errors import NotFound
from certificates.issue import issue
from certificates.learner_status import read_status
from certificates.planning import Cause
from certificates.request import request_certificate
from certificates.rules.history import Trigger
from certificates.rules.model import Outcome, Status
from tests.people import COURSE, enroll, make_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_passing_learner_has_the_pdf_when_the_answer_arrives(backend: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", name="Zoë Ångström", grade="0.81")

    result = request_certificate(COURSE, "zoe", backend=backend, now=NOW)

    assert result.decision.outcome is Outcome.ISSUED
    held = backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate
    assert (held.status, held.revision, held.name) == (Status.DOWNLOADABLE, 1, "Zoë Ångström")
    assert backend.documents.get(held.document).startswith(b"%PDF-")


def test_a_compiled_design_that_this_release_cannot_read_is_laid_out_in_full(
    backend: Any,
) -> None:
    run = make_run(backend)
    enroll(backend, "7", "zoe", name="Zoë Ångström", grade="0.81")
    key = compiled_key(run.design_digest)
    of_the_next = re.sub(rb"(?<=^certificate-design )\d+", b"99", backend.documents.get(key) or b"")
    backend.documents.put(key, of_the_next, "application/octet-stream")
    renderer._compiled.cache_clear()

    held = request_certificate(COURSE, "zoe", backend=backend, now=NOW).certificate

    assert held is not None and held.document is not None
    assert backend.documents.get(held.document).startswith(b"%PDF-")
    with pytest.raises(NotCompiled):
        renderer._compiled(backend.documents, run.design_digest)


def test_asking_again_gives_the_same_certificate(backend: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.81")

    first = request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    again = request_certificate(COURSE, "zoe", backend=backend, now=NOW + timedelta(days=3))

    assert not again.changed
    assert again.certificate == first.certificate


def test_a_failing_learner_is_refused_and_nothing_is_written(backend: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", grade="0.42")

    result = request_certificate(COURSE, "zoe", backend=backend, now=NOW)

    assert result.decision.outcome is Outcome.REFUSED
    assert backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate is None
    assert backend.certificates.history(COURSE, "7") == []


def test_after_a_crash_between_document_and_certificate_the_retry_completes_both(
    backend: Any, objects: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run(backend, credential=False)
    enroll(backend, "7", "zoe", grade="0.81")
    write = type(backend.certificates).write

    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(backend.certificates), "write", crash)
    with pytest.raises(KeyboardInterrupt):
        request_certificate(COURSE, "zoe", backend=backend, now=NOW)
    monkeypatch.setattr(type(backend.certificates), "write", write)
    request_certificate(COURSE, "zoe", backend=backend, now=NOW)

    held = backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate
    assert objects("certificates/") == [held.document]


def test_a_lost_race_with_other_facts_leaves_no_object_behind(backend: Any, objects: Any) -> None:
    make_run(backend)
    enroll(backend, "7", "zoe", name="Zoe Before", grade="0.81")
    facts = backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW)
    real = backend.renderer

    class Overtaken(type(real)):  # type: ignore[misc]
        def render(self, *args: Any) -> None:
            real.render(*args)
            if args[1].name == "Zoe Before":
                enroll(backend, "7", "zoe", name="Zoe After", grade="0.81")
                issue(COURSE, "7", cause=Cause(trigger=Trigger.BULK, actor="schedule"), backend=backend, now=NOW)

    slow = replace(backend, renderer=Overtaken(real.function, real.documents, real.credentials))
    assert facts.certificate is None
    issue(COURSE, "7", cause=Cause(trigger=Trigger.LEARNER, actor="zoe"), backend=slow, now=NOW)

    held = backend.certificates.facts(COURSE, "7", site=backend.site, now=NOW).certificate
    assert held.name == "Zoe After"
    assert objects("certificates/") == [held.document]


def test_an_unknown_run_is_not_found_and_an_unknown_person_is_not_enrolled(backend: Any) -> None:
    with pytest.raises(NotFound, match="no course run"):
        read_status(COURSE, "zoe", backend=backend, now=NOW)
    make_run(backend)
    assert read_status(COURSE, "stranger", backend=backend, now=NOW).progress.state == "not-enrolled"
