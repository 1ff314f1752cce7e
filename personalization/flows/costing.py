"""What a condition costs once it is in force: what must be kept of each person for it."""

from __future__ import annotations

from typing import Any

from personalization.flows.ground import Ground
from rules.conditions import Condition, Same, Sequence

MANY = 8
"""So many new windows, or one that keeps a history for each product, is heavy."""


def of(here: Ground, condition: Condition) -> dict[str, Any]:
    """Return the cost class, the windows it asks, and how many of them nobody keeps yet.

    ``attributes``: no window. ``kept``: all of them are kept for something in force. ``filled``:
    publishing fills new ones from the log. ``heavy``: many, or some that keep a history for each
    value of a key.
    """
    asked = here.kept([condition])
    fresh = [measure for measure, key in asked.items() if key is None]
    long = any(isinstance(one, Same | Sequence) for one in fresh)
    heavy = long or len(fresh) > MANY
    kind = "heavy" if heavy else "filled" if fresh else "kept" if asked else "attributes"
    return {"class": kind, "windows": len(asked), "fresh": len(fresh)}
