"""A table of pages: the handler of each route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.pages.answers import Page

if TYPE_CHECKING:
    from certificates.pages.visit import Visit

PageHandler = Callable[["Visit"], Page]


@dataclass(frozen=True, slots=True)
class Route:
    """The handler of a page, and who may send what to it: see `Pages.page`."""

    handler: PageHandler
    signed_in: bool
    from_anywhere: bool = False


class Pages:
    """The pages of one topic, or of several topics together, by route as in the template."""

    def __init__(self, *parts: Pages) -> None:
        self.routes: dict[str, Route] = {key: route for part in parts for key, route in part.routes.items()}

    def page(
        self, *routes: str, signed_in: bool = True, from_anywhere: bool = False
    ) -> Callable[[PageHandler], PageHandler]:
        """`routes` are methods and paths: `GET /learn`. A page for a person requires a session.

        `from_anywhere`: posts are not from our forms, and not from browsers.
        """

        def register(handler: PageHandler) -> PageHandler:
            self.routes |= dict.fromkeys(routes, Route(handler, signed_in, from_anywhere))
            return handler

        return register
