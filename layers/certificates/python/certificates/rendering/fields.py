"""What a certificate says of one learner."""

import json
from datetime import date
from typing import Any, NamedTuple


class Fields(NamedTuple):
    """One learner's certificate.

    `sample` prints a watermark across the page and is for previews only. `language`, the learner's own as a BCP 47 tag
    where it is known, chooses the regional forms of the name. `values` are the learner's further fields by name, as
    `further` reads them: see there.
    """

    name: str
    issued_on: date
    verify_uuid: str
    revision: int
    verify_url: str
    sample: bool = False
    language: str = ""
    values: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> str:
        """Without what is empty: an earlier release reads what it knows."""
        values = {name: value for name, value in self._asdict().items() if name != "values" or value}
        return json.dumps(values, default=date.isoformat, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Fields":
        values: dict[str, Any] = json.loads(text)
        further = tuple((name, value) for name, value in values.get("values", ()))
        return cls(**values | {"issued_on": date.fromisoformat(values["issued_on"]), "values": further})

    def only(self, names: frozenset[str]) -> "Fields":
        """With no other values than these: a file tells nothing, by its identifier either, that it does not print."""
        return self._replace(values=tuple((name, value) for name, value in self.values if name in names))
