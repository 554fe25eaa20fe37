"""Certificates and designs, filled in here or laid out by the rendering function."""

from __future__ import annotations

import json
from typing import Any

import pytest

from certificates.aws import (
    renderer,
)
from certificates.aws.renderer import Renderer, RenderingFailed
from certificates.errors import DesignFailed, NotPrintable
from certificates.messages.rendering import Rendered
from certificates.rendering.attaching import Attachment
from certificates.rendering.errors import NeedsFullRender
from certificates.rendering.flaws import design_flaw
from tests.unit.aws.services import Service, answer


class Papers:
    """Documents that are kept in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put_certificate(self, key: str, pdf: bytes) -> None:
        self.kept[key] = pdf

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)


class Design:
    def __init__(self, pdf: bytes | Exception) -> None:
        self.pdf = pdf

    def fill(self, fields: Any, attachments: Any) -> bytes:
        if isinstance(self.pdf, Exception):
            raise self.pdf
        return self.pdf + str(fields).encode() + str(attachments).encode()


ATTACHED = Attachment("a.json", "application/vc", "A credential", b"{}")


class Text:
    """The fields of a certificate, which this part of the product only passes on."""

    def to_json(self) -> str:
        return "{fields}"

    def __str__(self) -> str:
        return "fields"


FIELDS: Any = Text()


@pytest.fixture
def layout(monkeypatch: pytest.MonkeyPatch) -> tuple[Renderer, Papers, Service]:
    """A renderer, its documents, and the rendering function."""
    papers, service = Papers(), Service()
    credentials = Service()
    credentials.attachments = lambda award: (award,)  # type: ignore[method-assign]
    monkeypatch.setattr(renderer, "lambda_", lambda: service)
    renderer._compiled.cache_clear()
    made: Any = Renderer("design-compilation", papers, credentials)  # type: ignore[arg-type]
    return made, papers, service


def sent(service: Service) -> list[tuple[str, dict[str, Any]]]:
    assert {operation for operation, _ in service.calls} == {"invoke"}
    return [(call["FunctionName"], json.loads(call["Payload"])) for _, call in service.calls]


def test_a_certificate_is_filled_in_without_a_call(
    monkeypatch: pytest.MonkeyPatch, layout: tuple[Renderer, Papers, Service]
) -> None:
    made, papers, service = layout
    monkeypatch.setattr(renderer, "_compiled", lambda documents, digest: Design(b"%PDF " + digest.encode()))
    award: Any = "award"
    made.render("d1", FIELDS, "a.pdf", award)
    assert papers.kept == {"a.pdf": b"%PDF d1fields('award',)"}
    assert made.signed(None) == ()
    assert made.filled("d1", FIELDS) == b"%PDF d1fields()"
    assert service.calls == []


@pytest.mark.parametrize("reason", ["not compiled", "does not fit"])
def test_other_certificates_are_laid_out_in_full(
    monkeypatch: pytest.MonkeyPatch, layout: tuple[Renderer, Papers, Service], reason: str
) -> None:
    made, papers, service = layout
    if reason == "does not fit":
        monkeypatch.setattr(renderer, "_compiled", lambda documents, digest: Design(NeedsFullRender("wide")))
    service.answers["invoke"] = [answer(Rendered().to_json()), answer(Rendered("no glyph").to_json())]
    finish = made.prepare("d1", FIELDS, "a.pdf", [ATTACHED])
    assert service.calls == []
    finish()
    with pytest.raises(NotPrintable, match="no glyph"):
        finish()
    request = {
        "version": 1,
        "action": "render",
        "design": "d1",
        "document": "a.pdf",
        "fields": "{fields}",
        "attached": [ATTACHED.to_json()],
    }
    assert sent(service) == [("design-compilation", json.loads(json.dumps(request)))] * 2
    assert papers.kept == {}


def test_a_compiled_design_that_another_release_made_counts_as_none(layout: tuple[Renderer, Papers, Service]) -> None:
    made, papers, _ = layout
    papers.kept["designs/d1.compiled"] = b"{}"
    assert made.filled("d1", FIELDS) is None


def test_designs_are_compiled_and_shown_with_the_faults_for_every_language(
    layout: tuple[Renderer, Papers, Service],
) -> None:
    made, _, service = layout
    flaw = design_flaw("signature-too-heavy", most=1, size=2)
    service.answers["invoke"] = [
        answer(Rendered(warnings=("heavy",), flaws=(flaw,)).to_json()),
        answer(Rendered(warnings=("a: b",)).to_json()),
        answer(Rendered().to_json()),
        answer(Rendered.refusing(flaw).to_json()),
        answer(Rendered.refusing(flaw).to_json()),
    ]
    assert made.compile("d1") == (flaw,)
    assert made.compile("d1") == (design_flaw("said-by-layout", said="a: b"),)
    made.preview("d1", "a.pdf", FIELDS)
    for refused in (lambda: made.compile("d1"), lambda: made.preview("d1", "a.pdf", FIELDS)):
        with pytest.raises(DesignFailed) as failed:
            refused()
        assert (failed.value.flaws, failed.value.message) == ((flaw,), str(flaw))
    compiling = {"version": 1, "action": "compile", "design": "d1"}
    showing = {"version": 1, "action": "preview", "design": "d1", "document": "a.pdf", "fields": "{fields}"}
    assert sent(service) == [
        ("design-compilation", asked) for asked in (compiling, compiling, showing, compiling, showing)
    ]


def test_a_layout_without_end_is_a_fault_of_the_design_but_not_of_a_certificate(
    layout: tuple[Renderer, Papers, Service],
) -> None:
    made, _, service = layout

    def fail(kind: str) -> None:
        service.answers["invoke"] = answer({"errorType": kind}, FunctionError="Unhandled")

    fail("Sandbox.Timedout")
    with pytest.raises(DesignFailed) as failed:
        made.compile("d1")
    assert failed.value.flaws == (design_flaw("layout-endless"),)
    fail("Sandbox.Timedout")
    with pytest.raises(RenderingFailed, match=r"^Sandbox\.Timedout$"):
        made.prepare("d1", FIELDS, "a.pdf")()
    fail("MemoryError")
    with pytest.raises(RenderingFailed, match=r"^MemoryError$"):
        made.compile("d1")
