"""Anyone: check a certificate."""

from __future__ import annotations

import json
from urllib.parse import quote

from certificates.errors import Gone, NotFound
from certificates.http.answers import HTML, PDF, YAML, Answer, answer, redirect
from certificates.http.api import Api
from certificates.http.doors import anyone
from certificates.http.parameters import DOWNLOAD
from certificates.http.requests import Request
from certificates.verify import Verification, canonical, is_verify_uuid, pdf_link, verify

api = Api()


@api.operation(
    "GET",
    "/certificates/{verify_uuid}",
    answers={200: "PublicCertificate", 302: None},
    door=anyone,
    also=(HTML,),
)
def read_certificate(request: Request) -> Answer:
    """The certificate of a public id, for callers who prefer JSON. Other callers get a page at this address."""
    typed = request.path["verify_uuid"]
    verify_uuid = canonical(typed)
    if is_verify_uuid(verify_uuid) and verify_uuid != typed:
        return redirect(f"/certificates/{verify_uuid}")
    found = verify(verify_uuid, backend=request.backend, now=request.now)
    return answer(_document(found, request), Vary="Accept")


@api.operation(
    "GET",
    "/certificates/{verify_uuid}/pdf",
    answers={302: None},
    door=anyone,
    also=(HTML,),
    reads=(DOWNLOAD,),
    leads_to=PDF,
)
def download_pdf(request: Request) -> Answer:
    """The PDF: a redirect to an address that works for minutes. Without a PDF, callers who accept HTML are led to the
    certificate's page, which says why.
    """
    typed = request.path["verify_uuid"]
    to_keep = request.read(DOWNLOAD) == "true"
    try:
        return redirect(pdf_link(canonical(typed), to_keep=to_keep, backend=request.backend, now=request.now))
    except (NotFound, Gone):
        if not request.accepts(HTML):
            raise
        return redirect(f"/certificates/{quote(typed, safe='')}")


@api.operation("GET", "/openapi.json", answers={200: "OpenApiDocument"}, door=anyone)
def read_openapi(request: Request) -> Answer:
    """This document."""
    from certificates.http.openapi import document

    return answer(document(request.backend.base_url))


@api.operation("GET", "/asyncapi.yaml", answers={200: "AsyncApiDocument"}, door=anyone, media=(YAML,))
def read_asyncapi(request: Request) -> Answer:
    """The events about changes: on the stack's bus, and to webhooks. JSON is valid YAML."""
    from certificates.http.asyncapi import described

    return Answer(200, json.dumps(described(), ensure_ascii=False, indent=2), YAML)


@api.operation("GET", "/health", answers={200: "Health"}, door=anyone)
def read_health(request: Request) -> Answer:
    """Whether the interface answers."""
    return answer({"status": "ok"})


def _document(found: Verification, request: Request) -> dict[str, object]:
    certificate, backend = found.certificate, request.backend
    course = {
        "course_id": certificate.course_id,
        "title": certificate.course_title,
        "organization": certificate.organization,
    }
    links = {"page": backend.page_link(certificate.verify_uuid)}
    body: dict[str, object] = {"verify_uuid": certificate.verify_uuid, "status": found.validity, "course": course}
    if found.has_document:
        links["pdf"] = backend.pdf_link(certificate.verify_uuid)
    if found.names_holder:
        body |= {
            "name": certificate.name,
            "mode": certificate.mode,
            "issued_on": certificate.issued_on,
            "revision": certificate.revision,
        }
        if found.expires_on:
            body["expires_on"] = found.expires_on
    if found.invalidated_on:
        body["invalidated_on"] = found.invalidated_on
    if found.imported_on:
        body["imported_on"] = found.imported_on
    return {**body, "links": links}
