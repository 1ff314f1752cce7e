"""The item definitions of a DMN model: types of its own, by name."""

from __future__ import annotations

from rules.dmn.edge import DEEPEST
from rules.dmn.types import ANY, SIMPLE, Allowed, Type
from rules.errors import InvalidError
from rules.feel import grammar
from rules.feel.meaning import Scope, Sense
from rules.xml.element import Element


def plain(name: str) -> str:
    """Return a type's name without its prefix.

    >>> plain("feel:number"), plain(" date and time ")
    ('number', 'date and time')
    """
    return name.strip().rpartition(":")[2]


def allow(text: str, at: str) -> Allowed:
    """Return the function that tells whether a value is among the allowed ones of a cell.

    >>> from decimal import Decimal
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
