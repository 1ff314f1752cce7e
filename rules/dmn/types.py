"""The types of a DMN model: what is given is brought to them once, at the edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rules.dmn.markup import Element
from rules.errors import InvalidError
from rules.feel import grammar, moments
from rules.feel.functions import written
from rules.feel.meaning import Scope, Sense
from rules.feel.values import DIGITS, Months, finite, kind

DEEPEST = 16
MOST_ITEMS = 10_000
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
    "days and time duration": moments.duration,
    "years and months duration": moments.duration,
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
        return value if kind(value) == self.simple else None


ANY = Type()


def inward(raw: object, depth: int = 1) -> object:
    """Return a value of Python or JSON as one of FEEL; what has no counterpart is null.

    >>> inward(0.1), inward([1, True]), inward(float("nan")) is None
    (Decimal('0.1'), (Decimal('1'), True), True)
    """
    if isinstance(raw, bool | str | timedelta | date | time | Months) or raw is None:
        return raw
    if isinstance(raw, int | float | Decimal):
        return finite(DIGITS.create_decimal(repr(raw) if isinstance(raw, float) else raw))
    if depth > DEEPEST or not isinstance(raw, list | tuple | Mapping) or len(raw) > MOST_ITEMS:
        return None
    if isinstance(raw, Mapping):
        return {str(key): inward(value, depth + 1) for key, value in raw.items()}
    return tuple(inward(item, depth + 1) for item in raw)


def outward(value: object) -> object:
    """Return a value of FEEL as JSON.

    Whole numbers are ``int``, others the nearest ``float``; dates, times and durations are text
    of ISO 8601.

    >>> outward(Decimal("1.50")), outward((Decimal(2),)), outward(date(2026, 1, 1))
    (1.5, [2], '2026-01-01')
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return [outward(item) for item in value]
    if isinstance(value, dict):
        return {name: outward(item) for name, item in value.items()}
    if isinstance(value, datetime | date | time | timedelta | Months):
        return written(value)
    return value if isinstance(value, bool | str) else None


def plain(name: str) -> str:
    """Return a type's name without its prefix.

    >>> plain("feel:number"), plain(" date and time ")
    ('number', 'date and time')
    """
    return name.strip().rpartition(":")[2]


def allow(text: str, at: str) -> Allowed:
    """Return the function that tells whether a value is among the allowed ones of a cell.

    >>> allow("[0..10]", "/allowedValues")(Decimal(11))
    False
    """
    passes = Sense(at, ()).passes(grammar.cell(text, at))
    return lambda value: passes(Scope(_unknown, given=value)) is True


def _unknown(_name: str) -> None:
    return None


class Catalogue:
    """The item definitions of a model, each read when it is first asked for."""

    def __init__(self, definitions: Element) -> None:
        self._items = {
            item.attributes.get("name", ""): item for item in definitions.all("itemDefinition")
        }
        self._found: dict[str, Type] = {}
        self._depth = 0

    def named(self, name: str) -> Type:
        """Return the type of that name; any value at all where nobody defines it."""
        name = plain(name)
        if name in SIMPLE:
            return Type(SIMPLE[name])
        if name not in self._items:
            return ANY
        if name not in self._found:
            self._found[name] = ANY
            if self._depth >= DEEPEST:
                raise InvalidError(f"/{name}", "too_deep", f"expected {DEEPEST} levels of types")
            self._depth += 1
            self._found[name] = self._made(self._items[name], f"/{name}")
            self._depth -= 1
        return self._found[name]

    def names(self) -> set[str]:
        """Return the names of all components of all items."""
        stack, found = list(self._items.values()), set()
        while stack:
            parts = stack.pop().all("itemComponent")
            found |= {part.attributes.get("name", "") for part in parts}
            stack += parts
        return found

    def _made(self, item: Element, at: str) -> Type:
        many = item.attributes.get("isCollection") == "true"
        parts = {
            part.attributes.get("name", ""): self._made(part, at)
            for part in item.all("itemComponent")
        }
        said = item.said("allowedValues")
        inner = Type(parts=parts) if parts else self.named(item.said("typeRef"))
        allowed = allow(said, f"{at}/allowedValues") if said else inner.allowed
        values = (said,) if said else inner.values
        return Type(inner.simple, many or inner.many, inner.parts, allowed, values)
