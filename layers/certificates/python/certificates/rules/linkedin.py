"""LinkedIn's form for a certification, filled in."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from certificates.rules.model import Certificate


def linkedin(held: Certificate, certificate_url: str) -> str:
    """The address that opens the form."""
    issued_on = held.issued_on
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": held.course_title,
        "organizationName": held.organization,
        "certId": held.verify_uuid,
        "certUrl": certificate_url,
    }
    if issued_on is not None:
        fields |= {"issueYear": str(issued_on.year), "issueMonth": str(issued_on.month)}
    return f"https://www.linkedin.com/profile/add?{urlencode(fields, quote_via=quote)}"
