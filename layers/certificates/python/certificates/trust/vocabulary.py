"""The terms of our documents, as their JSON-LD contexts define them.

Sources: https://www.w3.org/ns/credentials/v2 and https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json. Tests
compare the statements from this table with those that a JSON-LD processor makes from the contexts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

_XSD = "http://www.w3.org/2001/XMLSchema#"
_OB_XSD = "https://www.w3.org/2001/XMLSchema#"  # its name in the context of Open Badges
_VC = "https://www.w3.org/2018/credentials#"
_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_SECURITY = "https://w3id.org/security#"
_SCHEMA = "https://schema.org/"

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

REFERENCE = "@id"
"""Replaces the datatype of a term whose texts are identifiers."""


class Term(NamedTuple):
    """`datatype` of the term's texts: an IRI, REFERENCE, or None for plain text."""

    iri: str
    datatype: str | None = None


TERMS: Mapping[str, Term] = {
    "achievement": Term(f"{_OB}achievement"),
    "achievementType": Term(f"{_OB}achievementType"),
    "awardedDate": Term(f"{_OB}awardedDate", "xsd:dateTime"),  # the context defines no prefix xsd
    "created": Term("http://purl.org/dc/terms/created", f"{_XSD}dateTime"),
    "credentialStatus": Term(f"{_VC}credentialStatus", REFERENCE),
    "credentialSubject": Term(f"{_VC}credentialSubject", REFERENCE),
    "criteria": Term(f"{_OB}Criteria", REFERENCE),
    "cryptosuite": Term(f"{_SECURITY}cryptosuite", f"{_SECURITY}cryptosuiteString"),
    "description": Term(f"{_SCHEMA}description"),
    "encodedList": Term(f"{_STATUS}encodedList", f"{_SECURITY}multibase"),
    "hashed": Term(f"{_OB}hashed", f"{_OB_XSD}boolean"),
    "identifier": Term(f"{_OB}identifier"),
    "identityHash": Term(f"{_OB}identityHash"),
    "identityType": Term(f"{_OB}identityType"),
    "issuer": Term(f"{_VC}issuer", REFERENCE),
    "name": Term(f"{_SCHEMA}name"),
    "narrative": Term(f"{_OB}narrative"),
    "proofPurpose": Term(f"{_SECURITY}proofPurpose", REFERENCE),
    "salt": Term(f"{_OB}salt"),
    "statusListCredential": Term(f"{_STATUS}statusListCredential", REFERENCE),
    "statusListIndex": Term(f"{_STATUS}statusListIndex"),
    "statusPurpose": Term(f"{_STATUS}statusPurpose"),
    "ttl": Term(f"{_STATUS}ttl", f"{_XSD}integer"),
    "url": Term(f"{_SCHEMA}url", f"{_OB_XSD}anyURI"),
    "validFrom": Term(f"{_VC}validFrom", f"{_XSD}dateTime"),
    "validUntil": Term(f"{_VC}validUntil", f"{_XSD}dateTime"),
    "verificationMethod": Term(f"{_SECURITY}verificationMethod", REFERENCE),
}

NAMED: Mapping[str, str] = {
    "Achievement": f"{_OB}Achievement",
    "AchievementSubject": f"{_OB}AchievementSubject",
    "BitstringStatusList": f"{_STATUS}BitstringStatusList",
    "BitstringStatusListCredential": f"{_STATUS}BitstringStatusListCredential",
    "BitstringStatusListEntry": f"{_STATUS}BitstringStatusListEntry",
    "DataIntegrityProof": f"{_SECURITY}DataIntegrityProof",
    "IdentityObject": f"{_OB}IdentityObject",
    "OpenBadgeCredential": f"{_OB}OpenBadgeCredential",
    "Profile": f"{_OB}Profile",
    "VerifiableCredential": f"{_VC}VerifiableCredential",
    "assertionMethod": f"{_SECURITY}assertionMethod",
}
"""The values of `type` and of `proofPurpose`. Contexts define these too."""
