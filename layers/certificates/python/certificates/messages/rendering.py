"""The request to the rendering function, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from certificates.messages.versions import Wire, of_known_version, versioned
from certificates.rendering.flaws import DesignFlaw, sentences


class Rendering(NamedTuple):
    """To `design_compilation`: `compile` a design, lay out a `preview` of it, or `render` a certificate in full.

    `design` is a digest, `document` the key under which the PDF is stored, `fields` are `Fields` as JSON, `attached`
    the attachments of the certificate: name, media type, description, and content in base64.
    """

    action: str
    design: str
    document: str | None = None
    fields: str | None = None
    attached: tuple[list[str], ...] = ()

    def to_json(self) -> Wire:
        values: Wire = {"action": self.action, "design": self.design, "document": self.document, "fields": self.fields}
        values["attached"] = list(self.attached) or None
        return versioned({name: value for name, value in values.items() if value is not None})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> Rendering:
        values = of_known_version(message, cls.__name__)
        attached = tuple(values.get("attached", ()))
        return cls(values["action"], values["design"], values.get("document"), values.get("fields"), attached)


class Rendered(NamedTuple):
    """The answer to `Rendering`. `refused`: why the design or the text cannot be printed; None: it was printed.

    `warnings` about a compiled design have file and line. Both are English. `flaws` are the same for every language;
    an earlier release has none.
    """

    refused: str | None = None
    warnings: tuple[str, ...] = ()
    flaws: tuple[DesignFlaw, ...] = ()

    @classmethod
    def refusing(cls, *flaws: DesignFlaw) -> Rendered:
        return cls(refused=sentences(flaws), flaws=flaws)

    def to_json(self) -> Wire:
        flaws = {"flaws": [each.to_wire() for each in self.flaws]} if self.flaws else {}
        if self.refused is not None:
            return versioned({"refused": {"message": self.refused}, **flaws})
        return versioned({"warnings": list(self.warnings), **flaws} if self.warnings else {})

    @classmethod
    def from_json(cls, message: Mapping[str, Any]) -> Rendered:
        values = of_known_version(message, cls.__name__)
        refused = values.get("refused")
        flaws = tuple(map(DesignFlaw.from_wire, values.get("flaws", ())))
        return cls(None if refused is None else refused["message"], tuple(values.get("warnings", ())), flaws)
