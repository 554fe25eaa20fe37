"""The content of a certificate about one learner."""

import json
from datetime import date
from typing import Any, NamedTuple


class Fields(NamedTuple):
    """One learner's certificate.

    `sample` prints a watermark across the page, for previews. `language` is the learner's BCP 47 tag, if known, and
    chooses the regional forms of the name. `values` are the learner's further fields by name: see `further`.
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
        """Without empty fields, so that an earlier release can read it."""
        values = {name: value for name, value in self._asdict().items() if name != "values" or value}
        return json.dumps(values, default=date.isoformat, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Fields":
        values: dict[str, Any] = json.loads(text)
        further = tuple((name, value) for name, value in values.get("values", ()))
        return cls(**values | {"issued_on": date.fromisoformat(values["issued_on"]), "values": further})

    def only(self, names: frozenset[str]) -> "Fields":
        """Only these values: a file, and its identifier, must reveal nothing that is not printed."""
        return self._replace(values=tuple((name, value) for name, value in self.values if name in names))
