"""The routes of the pages, which are no operations of the interface and not in its document."""

from __future__ import annotations

from certificates.http.doors import anyone
from certificates.http.openapi import EVERYTHING
from certificates.pages.table import every_page

OF_THE_INTERFACE = {(operation.method, operation.path) for operation in EVERYTHING.operations}

LOOKED_AT = {
    ("HEAD", operation.path)
    for operation in EVERYTHING.operations
    if operation.method == "GET" and operation.door is anyone
}
"""Programs look at what is public before they fetch it, or to see that it is there. The document has GET, which implies
HEAD.
"""


def page_routes() -> set[tuple[str, str]]:
    """Method and path of every page. `GET /certificates/{verify_uuid}` is an operation as well."""
    pairs = (route.split(" ") for route in every_page().routes)
    return {(method, path) for method, path in pairs}
