"""What a certificate says, as an Open Badges 3.0 credential.

https://www.imsglobal.org/spec/ob/v3p0/ on https://www.w3.org/TR/vc-data-model-2.0/. It says of a learner what the paper
says, and a salted hash of the e-mail, by which a learner can prove to be the one.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from .compiled import number_place, place, plain
from .issuer import did_of
from .keys import SigningKeys
from .securing import Secured, Securing
from .status_list import StatusEntry, list_url
from .vocabulary import CREDENTIALS, OPEN_BADGES


class Award(NamedTuple):
    """One revision of one certificate.

    `name` and `title` are as printed. `email_hash` and `salt` are empty where the learner has no e-mail. `awarded_on`
    is the day of the first issue, `valid_from` the time of this revision. `entry` is for life, whatever the revision.
    `expires_on` is the last day, where there is one.
    """

    verify_uuid: str
    base_url: str
    course_id: str
    title: str
    organization: str
    name: str
    email_hash: str
    salt: str
    awarded_on: date
    valid_from: datetime
    entry: StatusEntry
    expires_on: date | None = None


def email_hash(email: str, salt: str) -> str:
    """As Open Badges has it (IdentityObject): the SHA-256 of address and salt."""
    return "sha256$" + hashlib.sha256(f"{email}{salt}".encode()).hexdigest()


def secured(award: Award, keys: SigningKeys) -> Secured:
    """The credential, signed. The same award and keys give the same bytes."""
    run = Awarding(award.base_url, award.course_id, plain(award.title), plain(award.organization))
    created = f"{award.valid_from:%Y-%m-%dT%H:%M:%SZ}"
    ends = datetime.combine(award.expires_on, time(23, 59, 59), UTC) if award.expires_on else None
    return _securing(run, bool(award.email_hash), bool(ends), keys).secure(
        {
            "until": f"{ends:%Y-%m-%dT%H:%M:%SZ}" if ends else "",
            "exp": str(int(ends.timestamp())) if ends else "",
            "verify_uuid": award.verify_uuid,
            "name": plain(award.name),
            "email_hash": award.email_hash,
            "salt": award.salt,
            "awarded": f"{award.awarded_on.isoformat()}T00:00:00Z",
            "created": created,
            "nbf": str(int(award.valid_from.timestamp())),
            "list": award.entry.list_id,
            "index": str(award.entry.index),
        }
    )


class Awarding(NamedTuple):
    """What the credentials of a run have in common."""

    base_url: str
    course_id: str
    title: str
    organization: str


@lru_cache(maxsize=64)
def _securing(run: Awarding, has_email: bool, has_end: bool, keys: SigningKeys) -> Securing:
    did = did_of(run.base_url)
    document = document_of(run, has_email=has_email, has_end=has_end)
    subject = document["credentialSubject"]["id"]
    claims = {"iss": did, "jti": document["id"], "sub": subject, "nbf": number_place("nbf")}
    claims |= {"exp": number_place("exp")} if has_end else {}
    return Securing(document, claims, did, keys)


def document_of(run: Awarding, *, has_email: bool, has_end: bool) -> dict[str, Any]:
    """The credential without its proof, with places for what is one learner's."""
    page = f"{run.base_url}/certificates/{place('verify_uuid')}"
    achievement = f"{run.base_url}/achievements/{quote(run.course_id, safe='')}"
    status_list = list_url(run.base_url, place("list"))
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": place("email_hash"),
        "identityType": "emailAddress",
        "salt": place("salt"),
    }
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": run.title,
        "issuer": {"id": did_of(run.base_url), "type": ["Profile"], "name": run.organization, "url": run.base_url},
        "validFrom": place("created"),
        **({"validUntil": place("until")} if has_end else {}),
        "awardedDate": place("awarded"),
        "credentialSubject": {
            "id": f"{page}#learner",
            "type": ["AchievementSubject"],
            "name": place("name"),
            **({"identifier": [identity]} if has_email else {}),
            "achievement": {
                "id": achievement,
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": run.title,
                "description": f"{run.title}, a course of {run.organization} ({run.course_id}).",
                "criteria": {
                    "id": f"{achievement}#criteria",
                    "narrative": f"{run.organization} awards the certificate for completing {run.course_id}.",
                },
            },
        },
        "credentialStatus": {
            "id": f"{status_list}#{place('index')}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": place("index"),
            "statusListCredential": status_list,
        },
    }
