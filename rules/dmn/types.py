"""The types of a DMN model: what is given is brought to them once, at the edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from rules.dmn.edge import DEEPEST, MOST_ITEMS, inward
from rules.feel import lengths, moments
from rules.feel.values import kind

Allowed = Callable[[object], bool]

SIMPLE: Mapping[str, str] = {
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "integer": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
}
"""The types of FEEL by every name that versions and vendors give them."""

_FROM_TEXT: Mapping[str, Callable[[str], object]] = {
    "date": moments.day,
    "time": moments.clock,
    "date and time": moments.moment,
    "days and time duration": lengths.duration,
    "years and months duration": lengths.duration,
}


@dataclass(slots=True)
class Type:
    """One type: a simple one by name, or components, or a list of them, and which are allowed."""

    simple: str = ""
    many: bool = False
    parts: dict[str, Type] = field(default_factory=dict)
    allowed: Allowed | None = None
    values: tuple[str, ...] = ()

    def bring(self, raw: object, depth: int = 1) -> object:
        """Return the value in this type, or null where it is of another or not allowed."""
        if depth > DEEPEST:
            return None
        if not self.many:
            lone = raw[0] if isinstance(raw, list | tuple) and len(raw) == 1 else raw
            return self._one(raw if not (self.simple or self.parts) else lone, depth)
        items = raw if isinstance(raw, list | tuple) else [raw]
        if raw is None or len(items) > MOST_ITEMS:
            return None
        return tuple(self._one(item, depth + 1) for item in items)

    def result(self, value: object) -> object:
        """Return what a decision of this type says: a value of it, or null (DMN 1.5, 10.3.2.9.4).

        One value is a list of one where a list is wanted, and the other way round. Contexts are
        left as they are.
        """
        return self.bring(value) if self.simple and value is not None else value

    def _one(self, raw: object, depth: int) -> object:
        value = self._typed(raw, depth)
        return None if self.allowed is not None and not self.allowed(value) else value

    def _typed(self, raw: object, depth: int) -> object:
        if self.parts:
            inner = raw if isinstance(raw, Mapping) else None
            return inner and {
                name: part.bring(inner.get(name), depth + 1) for name, part in self.parts.items()
            }
        if not self.simple:
            return inward(raw, depth)
        if isinstance(raw, str) and self.simple in _FROM_TEXT:
            raw = _FROM_TEXT[self.simple](raw)
        value = inward(raw, depth)
        if type(value) is date and self.simple == "date and time":
            return datetime.combine(value, time(tzinfo=UTC))
        return value if kind(value) == self.simple else None


ANY = Type()
