"""Emit an event: one that conditions count, and that other triggers may wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from personalization.segments.actions.registry import Message, Occasion, shelf, template
from rules import expect
from rules.placeholders import Template, render

MOST = 50
LONGEST_NAME = 200


class Setting(NamedTuple):
    """The event's name and its properties, with placeholders parsed."""

    name: str
    properties: Mapping[str, Template | bool | float]


class Event:
    """``{"event": "Welcomed", "properties": {"tier": "{{ traits.tier }}"}}``."""

    label = "Emit an event"
    settings: Mapping[str, str] = {
        "event": "the event's name",
        "properties": "an object of texts (placeholders are filled in), numbers, true and false",
    }
    signed = False

    def check(self, settings: Mapping[str, Any], at: str) -> Setting:
        """Return the name and properties, or raise ``InvalidError``."""
        told = expect.record(settings, at, ("event",), ("properties",))
        name = expect.text(told["event"], f"{at}/event", LONGEST_NAME)
        raw = told.get("properties", {})
        keys = list(raw)[:MOST] if isinstance(raw, Mapping) else []
        found = expect.record(raw, f"{at}/properties", (), keys)
        return Setting(name, {k: _value(v, f"{at}/properties/{k}") for k, v in found.items()})

    def effect(self, prepared: Setting, occasion: Occasion) -> Message:
        """Return the track call."""
        said = {
            name: render(value, occasion.get, 4_096) if isinstance(value, Template) else value
            for name, value in prepared.properties.items()
        }
        return Message({"type": "track", "event": prepared.name, "properties": said})


def _value(raw: object, at: str) -> Template | bool | float:
    value = expect.single(raw, at)
    return template(value, at) if isinstance(value, str) else value


shelf.put("event", Event())
