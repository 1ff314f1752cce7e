"""Set a trait: said of the person like any identify call, so that it comes in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from personalization.segments.actions.registry import Message, Occasion, shelf, template
from rules import expect
from rules.errors import InvalidError
from rules.placeholders import Template, render

FAMILY = "traits."
DEEPEST = 7


class Setting(NamedTuple):
    """The names from the outermost trait to the one that is set, and its value."""

    names: tuple[str, ...]
    value: Template | bool | float | None


class Trait:
    """``{"trait": "traits.tier", "value": "gold"}``; null removes it."""

    label = "Set a trait"
    settings: Mapping[str, str] = {
        "trait": "the trait's path, like traits.tier",
        "value": "a text (placeholders are filled in), a number, true, false, or null to remove it",
    }
    signed = False

    def check(self, settings: Mapping[str, Any], at: str) -> Setting:
        """Return the path and value, or raise ``InvalidError``."""
        told = expect.record(settings, at, ("trait", "value"))
        path = expect.text(told["trait"], f"{at}/trait", 200)
        names = path.removeprefix(FAMILY).split(".")
        if not path.startswith(FAMILY) or "" in names or len(names) > DEEPEST:
            raise InvalidError(f"{at}/trait", "attribute", "expected a path like traits.tier")
        raw = told["value"]
        if isinstance(raw, str):
            text = expect.text(raw, f"{at}/value", least=0)
            return Setting(tuple(names), template(text, f"{at}/value"))
        return Setting(tuple(names), None if raw is None else _plain(raw, f"{at}/value"))

    def effect(self, prepared: Setting, occasion: Occasion) -> Message:
        """Return the identify call that says it."""
        value: Any = prepared.value
        if isinstance(value, Template):
            value = render(value, occasion.get, expect.LONGEST_TEXT)
        for name in reversed(prepared.names):
            value = {name: value}
        return Message({"type": "identify", "traits": value})


def _plain(raw: object, at: str) -> bool | float:
    value = expect.single(raw, at)
    assert not isinstance(value, str)
    return value


shelf.put("trait", Trait())
