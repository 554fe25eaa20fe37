"""What a certificate says of one learner."""

import json
from datetime import date
from typing import Any, NamedTuple


class Fields(NamedTuple):
    """One learner's certificate.

    `sample` prints a watermark across the page and is for previews only. `language`, the learner's own as a BCP 47 tag
    where it is known, chooses the regional forms of the name.
    """

    name: str
    issued_on: date
    verify_uuid: str
    revision: int
    verify_url: str
    sample: bool = False
    language: str = ""

    def to_json(self) -> str:
        return json.dumps(self._asdict(), default=date.isoformat, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Fields":
        values: dict[str, Any] = json.loads(text)
        return cls(**values | {"issued_on": date.fromisoformat(values["issued_on"])})
