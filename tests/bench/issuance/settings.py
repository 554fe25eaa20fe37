"""The settings of the functions, for the processes of the benchmark. Import this module before the product's."""

from __future__ import annotations

import os

COURSE = "course-v1:Fjord+BIO1+2026"
WARMING = "course-v1:Fjord+BIO0+2026"
"""A run of WARMING_LEARNERS. With it, the work of a function's first message is measured separately."""

WARMING_LEARNERS = 20
_CLOUD = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}

from tests import function_settings as function_settings  # noqa: E402 - the settings of every function

os.environ.update(
    _CLOUD,
    TABLE_NAME="certificates-bench",
    BUCKET_NAME="certificates-bench",
    JOBS_QUEUE_URL=f"{_CLOUD['AWS_ENDPOINT_URL']}/000000000000/jobs",
)
