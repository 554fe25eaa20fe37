"""The headers `Accept` and `Accept-Language` of a browser or a program, and the weights in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST = 1000


def weights_in(header: str) -> Mapping[str, float]:
    """The weight of every media type or language that the header names, in small letters and in its order."""
    weights: dict[str, float] = {}
    for entry in header[:_LONGEST].lower().split(","):
        name, *parameters = [part.strip() for part in entry.split(";")]
        weight = _weight(next((part[2:] for part in parameters if part.startswith("q=")), ""))
        weights[name] = max(weight, weights.get(name, 0.0))
    return weights


def is_preferred(media: str, usual: str, accept: str) -> bool:
    """Whether the header names this media type, and does not want the usual one of the operation more."""
    weights = weights_in(accept)
    wanted = weights.get(media, 0.0)
    return wanted > 0 and wanted >= (_json_weight(weights) if usual.endswith("json") else weights.get(usual, 0.0))


def prefers_json(event: dict[str, Any]) -> bool:
    """Whether `Accept` has JSON, and no HTML that is wanted as much. `*/*` and a missing header get a page, because
    crawlers of links send these."""
    weights = weights_in(str((event.get("headers") or {}).get("accept") or ""))
    return _json_weight(weights) > weights.get("text/html", 0.0)


def _json_weight(weights: Mapping[str, float]) -> float:
    """`application/*` has JSON, and no HTML."""
    named = [weight for media, weight in weights.items() if media.endswith("json") or media == "application/*"]
    return max(named, default=0.0)


def _weight(text: str) -> float:
    """The weight that a header gives to one of its values; 1 without a text, 0 for nonsense."""
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
