"""A JsonLogic rule becomes one of our conditions, true where the rule is truthy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.conditions import Any, Condition, Everyone, Test
from rules.errors import InvalidError
from rules.expect import pointer
from rules.notations import javascript as js
from rules.notations.logic import leaves
from rules.notations.logic.answering import evaluate
from rules.notations.logic.refusals import REFUSED
from rules.notations.pieces import NOBODY, Names, checked, every, refused, some, told
from rules.operators.registry import operators
from rules.parser import MOST_PARTS
from rules.scopes import Scope


def read(
    rule: object,
    *,
    scope: Scope = Scope.MATRIX,
    types: Mapping[str, str] | None = None,
    javascript: bool = False,
    at: str = "",
) -> Condition:
    """Return our condition that is true for exactly the people a rule is truthy for.

    It is so for attributes of the type that the rule's values have, or missing: what JsonLogic
    makes of null is written out as ``is_unknown``. A name without a family of ours is one of
    ``traits``; ``types`` tells the types of our attributes where they are known. ``javascript``
    reads the rule as json-logic-js does. ``InvalidError`` names the place of what cannot be said.

    >>> read({"in": [{"var": "plan"}, ["pro", "team"]]})
    Test(attribute='traits.plan', operator='in', value=('pro', 'team'), ignore_case=False)
    """
    js.bounded(rule, at)
    names = Names(scope, tuple((types or {}).items()))
    return checked(_Reader(names, javascript).condition(rule, at, True), names, at)


class _Reader:
    """One reading: what names mean, the dialect, and how many parts there were."""

    def __init__(self, names: Names, letter: bool) -> None:
        self.names = names
        self.letter = letter
        self.parts = 0
        self.operations: Mapping[str, Callable[[Sequence[object], str, bool], Condition]] = {
            "and": lambda parts, at, wanted: self._several(parts, at, wanted, wanted),
            "or": lambda parts, at, wanted: self._several(parts, at, wanted, not wanted),
            "if": self._if,
            "?:": self._if,
            "!": lambda parts, at, wanted: self._first(parts, at, not wanted),
            "!!": self._first,
            "var": self._var,
            "missing": self._missing,
            "missing_some": self._missing_some,
        }

    def condition(self, raw: object, at: str, wanted: bool) -> Condition:
        """Read a rule for where it is truthy, or for where it is not."""
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise InvalidError(at, "too_large", f"expected at most {MOST_PARTS} parts")
        if not isinstance(raw, dict) or not raw:
            truthy = bool(raw) if isinstance(raw, list | dict) else js.truthy(raw)
            return Everyone() if truthy is wanted else NOBODY
        name, operand = next(iter(raw.items()))
        place = f"{at}/{pointer(name)}"
        if len(raw) > 1:
            raise InvalidError(at, "operation", "expected an object with one operation")
        if name in self.operations:
            parts = operand if isinstance(operand, list) else [operand]
            return self.operations[name](parts, place, wanted)
        if name not in leaves.READERS:
            reason = REFUSED.get(name, "JsonLogic does not know it")
            raise refused(place, name, reason)
        return self._leaf(name, operand, place, wanted)

    def _several(self, parts: Sequence[object], at: str, wanted: bool, together: bool) -> Condition:
        found = [self.condition(part, f"{at}/{i}", wanted) for i, part in enumerate(parts)]
        if not found:
            return NOBODY if wanted else Everyone()
        return _both(found) if together else _either(found)

    def _first(self, parts: Sequence[object], at: str, wanted: bool) -> Condition:
        return self.condition(parts[0] if parts else None, at, wanted)

    def _if(self, parts: Sequence[object], at: str, wanted: bool) -> Condition:
        found = self.condition(None, at, wanted)
        if len(parts) % 2:
            found = self.condition(parts[-1], f"{at}/{len(parts) - 1}", wanted)
        for index in range(len(parts) // 2 * 2 - 2, -1, -2):
            place = f"{at}/{index}"
            yes, no = (self.condition(parts[index], place, truth) for truth in (True, False))
            then = self.condition(parts[index + 1], f"{at}/{index + 1}", wanted)
            found = _either([_both([yes, then]), _both([no, found])])
        return found

    def _var(self, parts: Sequence[object], at: str, wanted: bool) -> Condition:
        path = self.names.ours(leaves.named(parts, at), at)
        found: list[Condition] = [*leaves.truth(path, at, wanted, self.names.kind(path))]
        return some(found if wanted else [told(path, known=False), *found])

    def _missing(self, parts: Sequence[object], at: str, wanted: bool) -> Condition:
        names = parts[0] if parts and isinstance(parts[0], list) else parts
        found = []
        for index, name in enumerate(names):
            path = self.names.ours(leaves.named([name], at), f"{at}/{index}")
            tests: list[Condition] = [*leaves.blank(path, at, wanted, self.names.kind(path))]
            found.append(some([told(path, known=False), *tests] if wanted else tests))
        return some(found) if wanted else every(found)

    def _missing_some(self, parts: Sequence[object], at: str, wanted: bool) -> Condition:
        need, names = parts if len(parts) == len("n,") else (None, None)
        if not isinstance(names, list) or need not in (1, len(names)) or isinstance(need, bool):
            raise refused(at, "missing_some", "our language counts no conditions")
        each = [self._missing([name], f"{at}/1", wanted) for name in names]
        return some(each) if (need == 1) is not wanted else every(each)

    def _leaf(self, name: str, raw: object, at: str, wanted: bool) -> Condition:
        asked = leaves.READERS[name](name, raw, at)
        path = self.names.ours(asked.name, at)
        if asked.opposite:
            wanted = not wanted
        kind = self.names.kind(path)
        found: list[Condition] = [*leaves.tests(asked, path, at, wanted, kind, self.letter)]
        missing = bool(evaluate({name: raw}, {}, javascript=self.letter)) is not asked.opposite
        if missing is wanted:
            found.insert(0, told(path, known=False))
        return some(found)


def _either(parts: Sequence[Condition]) -> Condition:
    return Everyone() if Everyone() in parts else some([part for part in parts if part != NOBODY])


def _both(parts: Sequence[Condition]) -> Condition:
    if NOBODY in parts:
        return NOBODY
    return every(_tidied([part for part in parts if part != Everyone()]))


def _tidied(parts: Sequence[Condition]) -> Sequence[Condition]:
    """Leave out what is said twice: that an attribute is known, beside a test that needs it."""
    known = {
        part.attribute for part in parts if isinstance(part, Test) and part == told(part.attribute)
    }
    tests = [_without_unknown(part, known) for part in parts]
    needed = {
        test.attribute
        for test in tests
        if isinstance(test, Test) and not operators[test.operator].total
    }
    return [test for test in tests if test not in [told(path) for path in known & needed]]


def _without_unknown(part: Condition, known: set[str]) -> Condition:
    first = part.parts[0] if isinstance(part, Any) else None
    if not isinstance(part, Any) or not isinstance(first, Test) or first.attribute not in known:
        return part
    return some(part.parts[1:]) if first == told(first.attribute, known=False) else part
