"""The one DynamoDB table: which items it has, and their keys.

| pk                          | sk                      | item                                                    |
|-----------------------------|-------------------------|---------------------------------------------------------|
| RUN#<course_id>#<user_id>   | ENROLLMENT              | enrollment, grade and verdict of one learner in one run |
|                             | CERTIFICATE             | the one certificate                                     |
|                             | EXCEPTION               | the exception list's entry                              |
|                             | INVALIDATION            | the latest invalidation, active or closed               |
|                             | INVALIDATION#<time>     | an earlier one, closed                                  |
|                             | TO-BE-SHOWN             | a certificate that was issued before it is shown        |
|                             | DIFFERENCE              | how the LMS differs about the learner, and since when   |
|                             | LMS-CERTIFICATE         | the LMS was asked for its own certificate, and has none |
|                             | HISTORY#<time>#<revision>#<change> | one change, never rewritten                  |
|                             | MAIL#<kind>#<revision>  | a mail to the learner, claimed or sent                  |
| LEARNER#<user_id>           | PROFILE                 | who the learner is                                      |
|                             | FORGETTING              | texts of a forgotten learner that are still looked for  |
| FORGOTTEN#<keyed hash>      | POINTER                 | the forgotten learner who had this username or e-mail   |
| USERNAME#<username>         | POINTER                 | the learner of that username, exactly                   |
| EMAIL#<lower-cased e-mail>  | POINTER                 | the learner of that e-mail                              |
| COURSE-RUN#<course_id>      | SETTINGS, DESIGN        | the run's settings, its design                          |
|                             | UPLOAD#<upload_id>      | an uploaded file, its progress and its outcome          |
|                             | JOB#<job_id>            | a job, and its progress in each shard                   |
|                             | JOB-RUNNING             | which job runs now: one at a time                       |
|                             | COUNTS                  | the counts of its learners, for a minute                |
|                             | TO-BE-SHOWN             | certificates of the run wait to be shown                |
|                             | RECONCILIATION#<id>     | a reading of all learners from the LMS, and its progress |
|                             | LMS-CERTIFICATES        | all of the LMS's own certificates were imported         |
|                             | RECONCILING             | which reading runs now: one at a time                   |
|                             | MAIL#job#<id>           | a mail to staff about a job, or about an ended webhook  |
| STAFF-OF#<course_id>        | STAFF                   | the run's course staff (in 0.1: COURSE-RUN#, STAFF)     |
| STAFF#<username>            | COURSE-RUN#<course_id>  | a run that this person may manage                       |
| SIGNING-KEYS                | KEYS                    | the keys that sign credentials: sealed, and public      |
| STATUS-SEQUENCE#<sequence>  | OPEN                    | the open status list of a sequence, its claimed entries |
| STATUS-LIST#<list>          | SIGNED                  | the list as it was signed last, in both forms           |
|                             | BIT#<index>             | a credential whose status has changed                   |
| WEBHOOKS#<course_id, or nothing: all runs> | WEBHOOK#<webhook_id> | a webhook, its secrets sealed            |
| WEBHOOK#<webhook_id>        | DELIVERY#<time>~<message id> | an event to this webhook, until it expires         |
| SESSION#<digest of the id>  | SESSION                 | a person who is signed in to the pages, until it expires |
| IDEMPOTENCY#<username>      | <digest of the call>    | the answer to a call with an Idempotency-Key, for a day |

A run's learners spread over as many partition keys as there are learners; `by_shard` lists them in SHARDS parts.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from typing import Any

TABLE_NAME = os.environ["TABLE_NAME"]
"""Read at import: a function whose setting is missing must not start."""

RawItem = Mapping[str, Any]
"""An item as DynamoDB sends it: attribute name to `{type: value}`."""

Key = tuple[str, str]
"""`(pk, sk)`."""

SHARDS = 16
"""Parts of a run's listing. 16 index partitions take 16,000 writes a second, more than a bulk job's workers make."""

FORM = 1
"""The newest form of items that this release reads. An item without `form` has the first form.

The form says what the attributes mean. New attributes that older releases may ignore need no new form. If you change
the meaning of an attribute, let the item's writer set the next `form`, and still read the older forms. Older releases
then refuse the item instead of misreading it.
"""


def learner_key(course_id: str, user_id: str) -> str:
    return f"RUN#{course_id}#{user_id}"


def run_and_learner(key: Key) -> tuple[str, str]:
    """The course id and the user id of an item under a `learner_key`."""
    course_id, _, user_id = key[0].removeprefix("RUN#").partition("#")
    return course_id, user_id


def run_key(course_id: str) -> str:
    return f"COURSE-RUN#{course_id}"


def settings_key(course_id: str) -> Key:
    return run_key(course_id), "SETTINGS"


def profile_key(user_id: str) -> Key:
    return f"LEARNER#{user_id}", "PROFILE"


def staff_key(course_id: str) -> str:
    """Not with the run's key: only one function may write items whose keys begin with STAFF."""
    return f"STAFF-OF#{course_id}"


def webhooks_key(owner: str) -> str:
    return f"WEBHOOKS#{owner}"


def webhook_deliveries_key(webhook_id: str) -> str:
    return f"WEBHOOK#{webhook_id}"


def shard_of(user_id: str) -> int:
    """A stable hash: the same learner is in the same shard on every machine and release."""
    return zlib.crc32(user_id.encode()) % SHARDS


def shard_key(course_id: str, shard: int) -> str:
    return f"RUN#{course_id}#{shard:02d}"
