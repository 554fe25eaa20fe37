"""A design: the common part of all certificates of a course run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from . import templates
from .further import GRADE


@dataclass(frozen=True)
class Signatory:
    """`signature_image` is a PNG or JPEG, best with a transparent ground, drawn about 220 × 70 CSS pixels."""

    name: str
    title: str = ""
    organization: str = ""
    signature_image: bytes | None = None


@dataclass(frozen=True)
class Asset:
    """An image or font that a customer's own template names: PNG, JPEG, SVG, TrueType or OpenType."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Template:
    """A customer's own page. `templates/README.md` has the rules, and `linting.lint` finds the faults."""

    html: str
    css: str = ""
    assets: tuple[Asset, ...] = ()


@dataclass(frozen=True)
class Design:
    """Everything on the page that is not the learner's.

    `template` names a folder of `templates/`; `own_template` replaces it. `language` is a BCP 47 tag and chooses the
    fixed texts, the form of the date and the direction of the page. `title` None means the language's "Certificate of
    Completion". `paper` is `a4`, `letter`, or empty for the template's own. `fields` are the run's further values by
    name, and `learners_fields` the names of fields with a value for each learner: see `further`. `show` names fields
    that an included template prints after the date of issue: `hours`, `grade`.
    """

    template: str = "formal"
    language: str = "en"
    title: str | None = None
    organization: str = ""
    course_title: str = ""
    signatories: tuple[Signatory, ...] = ()
    own_template: Template | None = None
    paper: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    learners_fields: tuple[str, ...] = ()
    show: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Canonical: sorted keys, no blanks, images in base64; equal designs give equal strings."""
        return json.dumps(asdict(self), default=_base64, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Design:
        values: dict[str, Any] = json.loads(text)
        signatories = tuple(_signatory(value) for value in values.pop("signatories"))
        own = values.pop("own_template", None)
        values["fields"] = tuple((name, value) for name, value in values.get("fields", ()))
        for name in ("learners_fields", "show"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values, signatories=signatories, own_template=None if own is None else _template(own))

    def names_asked_for(self) -> frozenset[str]:
        """The fields that certificates may print. Other fields do not belong to the design."""
        own = self.own_template
        return frozenset(self.show if own is None else re.findall(r"data-field\s*=\s*[\"']?([\w-]+)", own.html))

    def names_of_learners(self) -> frozenset[str]:
        """The fields that are filled in for each learner."""
        return frozenset({GRADE, *self.learners_fields})

    def digest(self) -> str:
        """Identifies the look of a certificate, in hex: a digest of the design and of the code and files that make the
        page."""
        drawn_by = templates.digest(None if self.own_template else self.template)
        content = self.to_json().encode() + b"\0" + drawn_by.encode()
        return hashlib.sha256(content).hexdigest()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _template(value: dict[str, Any]) -> Template:
    assets = tuple(Asset(asset["name"], base64.b64decode(asset["content"], validate=True)) for asset in value["assets"])
    return Template(value["html"], value["css"], assets)


def _signatory(value: dict[str, Any]) -> Signatory:
    image = value["signature_image"]
    return Signatory(**value | {"signature_image": None if image is None else base64.b64decode(image, validate=True)})
