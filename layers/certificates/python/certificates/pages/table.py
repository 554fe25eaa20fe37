"""All pages, by the function that serves them."""

from __future__ import annotations

from certificates.pages import assets, certificate, hints, learn, no_page, opting_out, signing_in
from certificates.pages.routes import Pages

OF_PEOPLE = Pages(
    assets.pages,
    certificate.checking,
    signing_in.pages,
    hints.pages,
    learn.pages,
    opting_out.pages,
    no_page.pages,
)
"""Served by the function `pages`."""


def of_staff() -> Pages:
    """Served by the function `pages` too, and loaded with the first such page: learners do not wait for them."""
    from certificates.pages.staff import table

    return table.pages


OF_ANYBODY = certificate.pages
"""Served by the function `certificate_verification`, with the interface's own answers at the same address."""


def every_page() -> Pages:
    return Pages(OF_PEOPLE, of_staff(), OF_ANYBODY)
