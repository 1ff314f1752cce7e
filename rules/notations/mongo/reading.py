"""A GrowthBook condition becomes one of ours, true for the same people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules import budgets, compiler, patterns
from rules.budgets import Budget
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.expect import pointer
from rules.facts import Facts
from rules.notations import javascript
from rules.notations.mongo import expressions, leaves
from rules.notations.mongo.answering import evaluate
from rules.notations.mongo.comparisons import is_operators
from rules.notations.pieces import Names, checked, every, refused, some, told
from rules.parser import MOST_PARTS
from rules.scopes import Scope

_REASONS = {
    "$alli": "our lists are compared with regard to case",
    "$type": "types belong to the catalogue of attributes",
    "$savedGroups": "GrowthBook resolves it before it sends a condition",
}
_PATTERNS = ("$regex", "$regexi")


def read(
    condition: object,
    *,
    scope: Scope = Scope.MATRIX,
    types: Mapping[str, str] | None = None,
    saved_groups: Mapping[str, object] | None = None,
    at: str = "",
) -> Condition:
    """Return our condition that is true for exactly the people a GrowthBook condition holds for.

    It is so for attributes of the type that the condition asks for, or missing: what GrowthBook
    makes of a missing one is written out as ``is_unknown``. A name without a family of ours is one
    of ``traits``. ``types`` tells the types of our attributes where they are known: ``$in`` asks a
    list something else than a text. ``InvalidError`` names the place of what cannot be said.

    >>> read({"country": {"$ne": "DE"}}).parts[1].operator
    'not_equals'
    """
    javascript.bounded(condition, at)
    names = Names(scope, tuple((types or {}).items()))
    found = _Reader(names, saved_groups or {}).condition(condition, at, True)
    return checked(found, names, at)


class _Reader:
    """One reading: what names mean, which saved groups are known, how many parts there were."""

    def __init__(self, names: Names, groups: Mapping[str, object]) -> None:
        self.names = names
        self.groups = groups
        self.parts = 0
        self.budget = Budget(budgets.CONDITION)
        self.resolving: tuple[str, ...] = ()
        self.words: Mapping[str, Callable[[object, str, bool], Condition]] = {
            "$and": lambda raw, at, wanted: self._several(raw, at, wanted, wanted),
            "$or": self._or,
            "$nor": lambda raw, at, wanted: self._or(raw, at, not wanted),
            "$not": lambda raw, at, wanted: self.condition(raw, at, not wanted),
            "$savedGroup": self._group,
        }

    def condition(self, raw: object, at: str, wanted: bool) -> Condition:
        """Read an object of paths and of $and, $or, $nor, $not, $savedGroup."""
        if not isinstance(raw, dict) or not all(isinstance(name, str) for name in raw):
            raise InvalidError(at, "type", "expected an object that is a condition")
        parts = [self._entry(name, raw[name], f"{at}/{pointer(name)}", wanted) for name in raw]
        return every(parts) if wanted else some(parts)

    def _entry(self, name: str, operand: object, at: str, wanted: bool) -> Condition:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise InvalidError(at, "too_large", f"expected at most {MOST_PARTS} parts")
        if name in self.words:
            return self.words[name](operand, at, wanted)
        if name in _REASONS:
            raise refused(at, name, _REASONS[name])
        return self._value(self.names.ours(name, at), operand, at, wanted)

    def _several(self, raw: object, at: str, wanted: bool, together: bool) -> Condition:
        if not isinstance(raw, list):
            raise InvalidError(at, "type", "expected a list of conditions")
        parts = [self.condition(part, f"{at}/{i}", wanted) for i, part in enumerate(raw)]
        return every(parts) if together else some(parts)

    def _or(self, raw: object, at: str, wanted: bool) -> Condition:
        return self._several(raw, at, wanted, not wanted if raw else wanted)

    def _group(self, raw: object, at: str, wanted: bool) -> Condition:
        name = raw.get("id") if isinstance(raw, dict) else None
        entry = self.groups.get(name) if isinstance(name, str) else None
        if not isinstance(raw, dict) or not isinstance(entry, dict) or name in self.resolving:
            raise refused(at, "$savedGroup", "expected a reference to a saved group that is known")
        if entry.get("type") == "list":
            path = raw.get("attributeKey", entry.get("attributeKey"))
            return self._entry(str(path), {"$in": entry.get("values")}, at, wanted)
        if entry.get("type") != "condition":
            raise refused(at, "$savedGroup", "the saved group is of no type that is known")
        javascript.bounded(entry.get("condition"), at)
        before, self.resolving = self.resolving, (*self.resolving, str(name))
        found = self.condition(entry.get("condition"), at, wanted)
        self.resolving = before
        return found

    def _value(
        self, path: str, raw: object, at: str, wanted: bool, known: bool = False
    ) -> Condition:
        if not isinstance(raw, dict):
            return self._leaf(path, "", raw, at, wanted, known)
        if not is_operators(raw):
            raise refused(at, "an object", "our attributes are single values and lists")
        present = len(raw) > 1 and javascript.truthy(raw.get("$exists"))
        asked = {name: raw[name] for name in raw if not (present and name == "$exists")}
        if asked.keys() == {"$gte", "$lte"} and _rising(asked["$gte"], asked["$lte"]):
            asked = {"$between": [asked["$gte"], asked["$lte"]]}
        parts = [
            self._operator(path, name, operand, f"{at}/{pointer(name)}", wanted, known or present)
            for name, operand in asked.items()
        ]
        if present and not known and not wanted:
            parts.insert(0, told(path, known=False))
        found = every(parts) if wanted else some(parts)
        if present and wanted and compiler.compile(found, {})(Facts()) is True:
            return every([told(path), *parts])
        return found

    def _operator(
        self, path: str, name: str, raw: object, at: str, wanted: bool, known: bool
    ) -> Condition:
        if name == "$not":
            return self._value(path, raw, at, not wanted, known)
        if name in leaves.OPPOSITES:
            return self._operator(path, leaves.OPPOSITES[name], raw, at, not wanted, known)
        if name in ("$inGroup", "$notInGroup"):
            entry = self.groups.get(raw) if isinstance(raw, str) else None
            values = entry.get("values") if isinstance(entry, dict) else entry
            if not isinstance(values, list):
                raise refused(at, name, "expected the name of a saved group that is known")
            return self._leaf(path, "$in", values, at, wanted is (name == "$inGroup"), known)
        if name in _REASONS and raw != "null":
            raise refused(at, name, _REASONS[name])
        return self._leaf(path, name, raw, at, wanted, known)

    def _leaf(
        self, path: str, name: str, raw: object, at: str, wanted: bool, known: bool
    ) -> Condition:
        if name == "$exists":
            return told(path, javascript.truthy(raw) is wanted)
        if raw is None or name == "$type":
            return told(path, known=not wanted)
        self.budget.spend(_cost(name, raw), at)
        found: list[Condition] = list(
            leaves.read(path, name, raw, at, wanted, self.names.kind(path))
        )
        missing = _on_missing(name, raw)
        if not found and not missing:
            return some([]) if wanted else every([])
        if not known and missing is wanted:
            found.insert(0, told(path, known=False))
        if not found:  # only null was asked for, of an attribute that has to be known
            return some([]) if wanted else told(path)
        return some(found)


def _cost(name: str, raw: object) -> int:
    """Return what a value will cost our own parser, before a pattern is compiled in vain."""
    pattern = name in _PATTERNS and isinstance(raw, str) and len(raw) <= patterns.LONGEST
    if pattern and expressions.simplest(str(raw))[0] == "matches":
        return budgets.PATTERN
    return budgets.plain(raw)


def _rising(low: object, high: object) -> bool:
    numbers = javascript.is_number(low) and javascript.is_number(high)
    return numbers and javascript.order(low, high) in (-1, 0)


def _on_missing(name: str, raw: object) -> bool:
    if name == "$between":
        assert isinstance(raw, list)
        return evaluate({"a": {"$gte": raw[0], "$lte": raw[1]}}, {})
    return evaluate({"a": {name: raw} if name else raw}, {})
