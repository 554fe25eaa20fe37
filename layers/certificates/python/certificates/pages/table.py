"""Every page, by the function that serves it."""

from __future__ import annotations

from certificates.pages import assets, certificate, hints, learn, picture, signing_in
from certificates.pages.site import Pages
from certificates.pages.staff import table as staff

OF_PEOPLE = Pages(assets.pages, certificate.checking, signing_in.pages, hints.pages, learn.pages, staff.pages)
"""Served by the function `pages`."""

OF_ANYBODY = certificate.pages
"""Served by the function `certificate_verification`, with the interface's own answers at the same address."""

EVERY_PAGE = Pages(OF_PEOPLE, OF_ANYBODY, picture.pages)
