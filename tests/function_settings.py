"""The settings of every function, as its environment has them. Import this before the product: its modules read them.

Nothing of the tests' own libraries is imported here: a process that measures the product has only the product in
memory.
"""

from __future__ import annotations

import os
from pathlib import Path

_BUILD = Path(__file__).parent.parent / ".build"

os.environ.update(
    AWS_REGION="eu-west-1",
    AWS_DEFAULT_REGION="eu-west-1",
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    TABLE_NAME="certificates-test",
    BUCKET_NAME="certificates-test",
    RENDERER_FUNCTION="design-compilation",
    REPORT_WRITER_FUNCTION="report-writing",
    JOBS_QUEUE_URL="https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
    SCHEDULE_GROUP="issuance",
    SCHEDULE_ROLE="arn:aws:iam::123456789012:role/schedules",
    SCHEDULE_TARGET="arn:aws:lambda:eu-west-1:123456789012:function:scheduled-issuance",
    SCHEDULE_DEAD_LETTERS="arn:aws:sqs:eu-west-1:123456789012:schedule-dead-letters",
    IDENTITY_REQUIRED="false",
    MODES_WITHOUT_CERTIFICATE="",
    TIME_ZONE="UTC",
    USERNAME_CLAIM="username",
    SITE_NAME="Fjord Certificates",
    PRIVACY_URL="",
    HELP_URL="",
    PROFILE_URL="https://lms.example/profile",
    LINKEDIN_ORGANIZATION_ID="",
    OIDC_ISSUER="https://issuer.example",
    OIDC_CLIENT_ID="pages",
    LMS_BASE_URL="",
    STUDIO_BASE_URL="",
    LMS_SECRET_ARN="",
    LMS_SHRINK_PERCENT="20",
    RECONCILIATION_QUEUE_URL="",
    WEBHOOK_QUEUE_URL="",
    WEBHOOK_QUEUE_ARN="arn:aws:sqs:eu-west-1:123456789012:webhooks",
    WEBHOOK_LOOPBACK="false",
    TRY_SCHEDULE_GROUP="tries",
    TRY_SCHEDULE_ROLE="arn:aws:iam::123456789012:role/tries",
    TRY_DEAD_LETTERS="arn:aws:sqs:eu-west-1:123456789012:webhook-dead-letters",
    PUBLIC_BASE_URL="https://certificates.example",
    MAIL_FROM="",
    MAIL_CONFIGURATION_SET="certificates-mail",
    MAIL_DELAY_SECONDS="900",
    MAIL_RATE="1000000",
    CREDENTIALS="true",
    SEALING_KEY="alias/sealing",
    VERIFY_SECRET="a secret of the tests",
    STATUS_LISTS_FUNCTION="status-lists",
    POWERTOOLS_SERVICE_NAME="certificates",
    POWERTOOLS_DEV="false",
)
# A `make` that a test starts is no part of the `make` that started the tests: it would print its folder, and get the
# variables.
for _name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "T"):
    os.environ.pop(_name, None)
# The fonts and native libraries of the layers, built for this machine.
os.environ.setdefault("CERTIFICATES_FONTS", str(_BUILD / "fonts"))
os.environ.setdefault("CERTIFICATES_NATIVE_LIBS", str(_BUILD / "typesetting" / "lib"))
