"""The queue of a kind of uploaded files, to which their reader hands over what it has no time left for."""

from __future__ import annotations

import json
from dataclasses import dataclass

from certificates.aws.clients import sqs


@dataclass(frozen=True, slots=True)
class UploadQueue:
    url: str

    def read_on(self, course_id: str, upload_id: str) -> None:
        """Have the file read on from its cursor, by whoever takes the message."""
        message = {"upload": {"course_id": course_id, "upload_id": upload_id}}
        sqs().send_message(QueueUrl=self.url, MessageBody=json.dumps(message))
