"""The backend with a renderer that costs nothing, for tests that do not look at the PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from certificates.aws.renderer import Renderer
from certificates.rendering.attaching import Attachment
from certificates.rendering.fields import Fields


@dataclass(frozen=True, slots=True)
class CheapRenderer(Renderer):
    """Stores a few bytes with the certificate's text, instead of a layout that takes 0.3 seconds."""

    def prepare(
        self, design_digest: str, fields: Fields, document: str, attachments: Sequence[Attachment] = ()
    ) -> Callable[[], None]:
        said = f"%PDF- {fields.name} {fields.verify_uuid} {fields.revision}"
        return partial(self.documents.put_certificate, document, said.encode())

    def compile(self, design_digest: str) -> tuple[str, ...]:
        return ()

    def preview(self, design_digest: str, document: str, fields: Fields) -> None:
        self.documents.put_certificate(document, b"%PDF- a sample")


def cheap(backend: Any) -> Any:
    """The backend with a renderer that costs nothing, for tests that do not look at the PDF.

    Certificates have no credential: their random entries of status lists would change the names of documents each time.
    `test_status_lists` tests these.
    """
    renderer = CheapRenderer("design-compilation", backend.documents, backend.credentials)
    return replace(backend, renderer=renderer, gives_credentials=False)


def draw_nothing(patched: pytest.MonkeyPatch) -> None:
    """Give every certificate the same picture. The PDFs here cannot be drawn."""
    patched.setattr("certificates.picture._drawn", lambda pdf, shape, certificate: b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True)
class _Interrupted(CheapRenderer):
    """Calls `happens` once, after the first document is stored and before its certificate is written."""

    happens: list[Callable[[], object]]

    def prepare(self, design_digest: str, fields: Any, document: str, attachments: Any = ()) -> Callable[[], None]:
        store = CheapRenderer.prepare(self, design_digest, fields, document, attachments)

        def store_interrupted() -> None:
            store()
            if self.happens:
                self.happens.pop()()

        return store_interrupted


def interrupted(backend: Any, happens: Callable[[], object]) -> Any:
    """A cheap backend that calls `happens` while the first certificate is being issued."""
    renderer = _Interrupted("design-compilation", backend.documents, backend.credentials, [happens])
    return replace(backend, renderer=renderer, gives_credentials=False)
