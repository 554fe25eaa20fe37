"""LinkedIn's form for a certification, filled in."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from certificates.rules.further_fields import expiry_of
from certificates.rules.model import Certificate


def linkedin(certificate: Certificate, certificate_url: str, organization_id: str = "") -> str:
    """The address that opens the form. `organization_id` is the number of the issuer's page there, "" if unknown."""
    issued_on = certificate.issued_on
    issuer = {"organizationId": organization_id} if organization_id else {"organizationName": certificate.organization}
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": certificate.course_title,
        **issuer,
        "certId": certificate.verify_uuid,
        "certUrl": certificate_url,
    }
    if issued_on is not None:
        fields |= {"issueYear": str(issued_on.year), "issueMonth": str(issued_on.month)}
    if (expires_on := expiry_of(certificate)) is not None:
        fields |= {"expirationYear": str(expires_on.year), "expirationMonth": str(expires_on.month)}
    return f"https://www.linkedin.com/profile/add?{urlencode(fields, quote_via=quote)}"
