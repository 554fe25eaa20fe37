"""The text that `make run` prints: addresses, how to sign in, commands to try. A test runs these commands."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from tests.cloud.cloud import LocalCloud
from tests.cloud.people import COURSE_STAFF, GLOBAL_STAFF, LEARNER
from tests.cloud.sample import COURSE_ID, RUN, Loaded
from tests.cloud.server import ADMIN_KEY, REGION

PROMPT = "  $ "

SIGNED_IN = 'curl -s -H "Authorization: Bearer $LEARNER"'
PDF_LINK = """python3 -c 'import json, sys; print(json.load(sys.stdin)["links"]["pdf"])'"""
COMMANDS = (
    f"{SIGNED_IN} -w '\\n' $CERTIFICATE",
    f"{SIGNED_IN} -w '\\n' -X POST $CERTIFICATE",
    f"curl -s -L -o certificate.pdf $({SIGNED_IN} -X POST $CERTIFICATE | {PDF_LINK})",
)


def text(cloud: LocalCloud, files: Sequence[Loaded]) -> str:
    counts = ", ".join(f"{file.name} ({file.rows} rows, {file.rejected} refused)" for file in files)
    lines = [
        "Open in a browser; the sign-in page lets you be anybody:",
        *pages(cloud),
        "",
        f"The interface is at {cloud.api_url}",
        f"Loaded {COURSE_ID}: {counts}",
        "",
        "Sign in: a token for a learner (any username of the files works), for course staff, for global staff",
        *(PROMPT + line for line in sign_in(cloud)),
        "",
        "Try: the learner's status, their request, their certificate as certificate.pdf",
        f"{PROMPT}CERTIFICATE={cloud.api_url}{RUN}/certificate",
        *(PROMPT + line for line in COMMANDS),
        "",
        f"AWS services are at {cloud.server.url}, region {REGION} only; for the AWS command line (2.13 or newer):",
        *(PROMPT + line for line in aws_settings(cloud)),
        "",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


def pages(cloud: LocalCloud) -> list[str]:
    """The addresses of the pages for a learner, for course staff, and for anybody."""
    run = quote(COURSE_ID, safe="")
    return [
        f"  {cloud.api_url}/learn/{run}   a learner's progress, for example as Amara Obi",
        f"  {cloud.api_url}/teach/{run}   course staff, as Inês Okonjo",
        f"  {cloud.api_url}/teach/{run}/webhooks   webhooks; here a receiver may be at http://127.0.0.1:...",
        f"  {cloud.api_url}/verify   anybody checks a certificate",
        f"  {cloud.mailbox.address}   the mails that learners and staff would get",
    ]


def sign_in(cloud: LocalCloud) -> list[str]:
    return [
        f"LEARNER=$(curl -s {cloud.issuer.url}/token/{LEARNER})",
        f"STAFF=$(curl -s {cloud.issuer.url}/token/{COURSE_STAFF})",
        f"ADMIN=$(curl -s '{cloud.issuer.url}/token/{GLOBAL_STAFF}?administrator=true')",
    ]


def aws_settings(cloud: LocalCloud) -> list[str]:
    """Commands by which AWS's own tools find this cloud. Another region would accept data and lose it."""
    keys = f"AWS_ACCESS_KEY_ID={ADMIN_KEY} AWS_SECRET_ACCESS_KEY={ADMIN_KEY}"
    return [
        f"export AWS_ENDPOINT_URL={cloud.server.url} {keys}",
        f"export AWS_REGION={REGION} AWS_DEFAULT_REGION={REGION}",
        f"BUCKET={cloud.name('Bucket')}",
    ]


def commands_in(printed: str) -> list[str]:
    """The commands of a printed guide, in order."""
    return [line.removeprefix(PROMPT) for line in printed.splitlines() if line.startswith(PROMPT)]
