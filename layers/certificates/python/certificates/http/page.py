"""The public page of a certificate. Everything that people typed is escaped."""

from __future__ import annotations

from html import escape

from certificates.backend import Backend
from certificates.http.answers import HTML, Answer
from certificates.verify import Validity, Verification

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ font: 1.05rem/1.5 Georgia, serif; color: #1b2a33; background: #fdfdf9; margin: 0; }}
main {{ max-width: 38rem; margin: 8vh auto; padding: 2rem 1.5rem; border: 1px solid #1d4f63; border-radius: .75rem; }}
h1 {{ font-weight: normal; color: #1d4f63; margin: 0 0 1rem; overflow-wrap: anywhere; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; }}
dt {{ color: #5a6a70; }} dd {{ margin: 0; overflow-wrap: anywhere; }}
a.pdf {{ display: inline-block; margin-top: 1rem; padding: .6rem 1.2rem; background: #1d4f63; color: #fff;
  border-radius: .4rem; text-decoration: none; }}
.standing {{ font-variant: small-caps; letter-spacing: .06em; }}
</style>
</head>
<body><main>{main}</main></body>
</html>
"""


def certificate_page(found: Verification, backend: Backend) -> Answer:
    """The page of a certificate that is valid, invalidated or withdrawn; only the first names the learner."""
    held = found.certificate
    course = f"{escape(held.course_title)}, {escape(held.organization)}"
    if found.validity is Validity.VALID:
        rows = {
            "Course": course,
            "Issued on": str(held.issued_on),
            "Track": escape(held.mode),
            "Certificate id": held.verify_uuid,
        }
        facts = "".join(f"<dt>{term}</dt><dd>{value}</dd>" for term, value in rows.items())
        main = (
            f'<p class="standing">Valid certificate</p><h1 dir="auto">{escape(held.name)}</h1><dl>{facts}</dl>'
            f'<a class="pdf" href="{escape(backend.pdf_link(held.verify_uuid))}">Download the certificate (PDF)</a>'
        )
        return _page(f"Certificate of {held.name}", main)
    if found.validity is Validity.INVALIDATED:
        said = f"This certificate was invalidated on {found.invalidated_on}."
    else:
        said = "This certificate has been withdrawn."
    main = f'<p class="standing">Not valid</p><h1>{said}</h1><p>It was issued for {course}.</p>'
    return _page(said, main)


def _page(title: str, main: str) -> Answer:
    return Answer(200, _PAGE.format(title=escape(title), main=main), f"{HTML}; charset=utf-8", HEADERS)
