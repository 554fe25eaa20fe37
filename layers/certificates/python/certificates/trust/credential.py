"""The content of a certificate as an Open Badges 3.0 credential.

https://www.imsglobal.org/spec/ob/v3p0/ on https://www.w3.org/TR/vc-data-model-2.0/. It has the facts of the paper, and
a salted hash of the e-mail: with the e-mail, learners can prove who they are.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from .compiled import number_placeholder, placeholder, plain
from .issuer import did_of
from .keys import SigningKeys
from .securing import Secured, Securing, moment_text
from .status_list import StatusEntry, list_url
from .vocabulary import CREDENTIALS, OPEN_BADGES


class Award(NamedTuple):
    """One revision of one certificate.

    `name` and `title` are as printed. `email_hash` and `salt` are empty for a learner without e-mail. `awarded_on` is
    the day of the first issue, `valid_from` the time of this revision. `entry` is the same for every revision.
    `valid_until` is the last second of the last day, if the certificate expires.
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
    valid_until: datetime | None = None


def email_hash(email: str, salt: str) -> str:
    """The hash of Open Badges (IdentityObject): SHA-256 of address and salt."""
    return "sha256$" + hashlib.sha256(f"{email}{salt}".encode()).hexdigest()


def secured(award: Award, keys: SigningKeys) -> Secured:
    """The credential, signed. The same award and keys give the same bytes."""
    run = Awarding(award.base_url, award.course_id, plain(award.title), plain(award.organization))
    created = moment_text(award.valid_from)
    ends = award.valid_until
    return _securing(run, bool(award.email_hash), bool(ends), keys).secure(
        {
            "until": moment_text(ends) if ends else "",
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
    """The common part of a run's credentials."""

    base_url: str
    course_id: str
    title: str
    organization: str


@lru_cache(maxsize=64)
def _securing(run: Awarding, has_email: bool, has_end: bool, keys: SigningKeys) -> Securing:
    did = did_of(run.base_url)
    document = document_of(run, has_email=has_email, has_end=has_end)
    subject = document["credentialSubject"]["id"]
    claims = {"iss": did, "jti": document["id"], "sub": subject, "nbf": number_placeholder("nbf")}
    claims |= {"exp": number_placeholder("exp")} if has_end else {}
    return Securing(document, claims, did, keys)


def document_of(run: Awarding, *, has_email: bool, has_end: bool) -> dict[str, Any]:
    """The credential without its proof, with placeholders for the learner's values."""
    page = f"{run.base_url}/certificates/{placeholder('verify_uuid')}"
    achievement = f"{run.base_url}/achievements/{quote(run.course_id, safe='')}"
    status_list = list_url(run.base_url, placeholder("list"))
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": placeholder("email_hash"),
        "identityType": "emailAddress",
        "salt": placeholder("salt"),
    }
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": run.title,
        "issuer": {"id": did_of(run.base_url), "type": ["Profile"], "name": run.organization, "url": run.base_url},
        "validFrom": placeholder("created"),
        **({"validUntil": placeholder("until")} if has_end else {}),
        "awardedDate": placeholder("awarded"),
        "credentialSubject": {
            "id": f"{page}#learner",
            "type": ["AchievementSubject"],
            "name": placeholder("name"),
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
            "id": f"{status_list}#{placeholder('index')}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": placeholder("index"),
            "statusListCredential": status_list,
        },
    }
