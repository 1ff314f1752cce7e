"""The events that count for a leaf of a condition, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from personalization.flows.standpoint import Standpoint
from personalization.plant.instants import to_text
from rules import compiler, witnesses
from rules.compiler import Keys
from rules.conditions import Condition, EventTest, Same, Test
from rules.conditions import Sequence as InOrder
from rules.state import Event

SHOWN = 20
"""So many of the events that count are told, the newest ones."""
LONGEST = 80
MOST_PROPERTIES = 6


def events(stood: Standpoint, keys: Keys, leaf: Condition) -> dict[str, Any]:
    """Return the events that count for a leaf, the newest last; nothing for one that asks none."""
    definitions = stood.site.asked.definitions
    recipe = definitions.recipes.get(_key(keys, leaf, definitions.features))
    if recipe is None:
        return {}
    found = witnesses.witnesses(recipe, stood.events, stood.at)
    return {"counted": len(found), "events": [plain(event) for event in found[-SHOWN:]]}


def _key(keys: Keys, leaf: Condition, features: Mapping[str, str]) -> str:
    """Return the key of the window that a leaf reads, if it reads one."""
    if isinstance(leaf, Test):
        family, _, name = leaf.attribute.partition(".")
        return features.get(name, "") if family == "features" else ""
    if isinstance(leaf, EventTest):
        return keys.get(compiler.windowed(leaf), "")
    return keys.get(leaf, "") if isinstance(leaf, Same | InOrder) else ""


def plain(event: Event) -> dict[str, Any]:
    """Return an event as JSON: when, what, and a few of its properties."""
    short = list(_short(event.properties))[:MOST_PROPERTIES]
    return {"at": to_text(event.at), "event": event.name or event.kind, "properties": dict(short)}


def _short(properties: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in properties.items():
        if isinstance(value, str):
            yield name, value[:LONGEST]
        elif isinstance(value, int | float | bool):
            yield name, value


def newest(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return the newest events, oldest first."""
    return [plain(event) for event in events[-SHOWN:]]
