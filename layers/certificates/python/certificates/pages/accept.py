"""The header `Accept` of a browser or a program, and the weights in such headers."""

from __future__ import annotations

from typing import Any


def prefers_json(event: dict[str, Any]) -> bool:
    """Whether `Accept` has JSON, and no HTML that is wanted as much. `*/*` and a missing header get a page, because
    crawlers of links send these."""
    json_weight = html_weight = 0.0
    for entry in str((event.get("headers") or {}).get("accept") or "")[:1000].lower().split(","):
        media, *parameters = [part.strip() for part in entry.split(";")]
        weight = weight_of(next((part[2:] for part in parameters if part.startswith("q=")), ""))
        if media.endswith("json"):
            json_weight = max(json_weight, weight)
        elif media == "text/html":
            html_weight = max(html_weight, weight)
    return json_weight > html_weight


def weight_of(text: str) -> float:
    """The weight that a header gives to one of its values; 1 without a text, 0 for nonsense."""
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
