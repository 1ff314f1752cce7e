"""One of our conditions becomes a JsonLogic rule that is true for the same people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.conditions import All, Any, Condition, Everyone, Not, Test
from rules.notations.logic.answering import evaluate
from rules.notations.pieces import refused, theirs
from rules.operators.registry import operators

Var = dict[str, object]
_WORDS = {"Member": "a segment", "EventTest": "an event", "Same": "same", "Sequence": "a sequence",
          "HasBeen": "has_been"}  # fmt: skip


def write(condition: Condition, *, at: str = "") -> object:
    """Return the rule that is true for exactly the people our condition is true for.

    It is so for attributes of the types our operators read, or missing, and in both dialects of
    ``evaluate``; it asks for known attributes before it compares them, since null counts as 0
    there. ``InvalidError`` names the place of what JsonLogic has no words for.

    >>> write(Test("traits.age", "less_than", 30))
    {'and': [{'!==': [{'var': 'age'}, None]}, {'<': [{'var': 'age'}, 30]}]}
    """
    return _said(condition, at, True)


def _said(condition: Condition, at: str, wanted: bool) -> object:
    """Return what is true where a condition is true, or where it is false: never where unknown."""
    if isinstance(condition, Everyone):
        return wanted
    if isinstance(condition, Not):
        return _said(condition.part, f"{at}/not", not wanted)
    if isinstance(condition, Test):
        return _leaf(condition, at, wanted)
    if not isinstance(condition, All | Any):
        name = _WORDS[type(condition).__name__]
        raise refused(at, name, "JsonLogic knows data and nothing else")
    word = "all" if isinstance(condition, All) else "any"
    compact = _compact(condition.parts, at) if word == "any" and wanted else None
    if compact is not None:
        return compact
    parts = [_said(part, f"{at}/{word}/{i}", wanted) for i, part in enumerate(condition.parts)]
    together = (word == "all") is wanted
    return {"and" if together else "or": parts} if parts else together


def _compact(parts: Sequence[Condition], at: str) -> object:
    """Say in one breath that an attribute may be unknown or passes a test, where null does it."""
    if len(parts) != len(("first", "second")):
        return None
    first, second = parts
    if not isinstance(first, Test) or not isinstance(second, Test):
        return None
    if first.attribute != second.attribute or first.operator != "is_unknown":
        return None
    said = _plain(second, second.operator, at) if second.operator in _SAYING else None
    return said if said is not None and _on_missing(said, {True}) else None


def _leaf(test: Test, at: str, wanted: bool) -> object:
    operator = test.operator if wanted else operators[test.operator].negation or ""
    if operator in _SAYING:
        said = _plain(test, operator, at)
    else:
        opposite = operators[operator].negation if operator else None
        if opposite is None or opposite not in _SAYING:
            raise refused(at, test.operator, "JsonLogic has no such operation")
        said = {"!": [_plain(test, opposite, at)]}
    if operator == "is_unknown" or _on_missing(said, {False}):
        return said
    return {"and": [{"!==": [_var(test), None]}, said]}


def _on_missing(said: object, truths: set[bool]) -> bool:
    return {bool(evaluate(said, {}, javascript=letter)) for letter in (True, False)} == truths


def _plain(test: Test, operator: str, at: str) -> object:
    if test.ignore_case:
        raise refused(at, test.operator, "JsonLogic minds case")
    return _SAYING[operator](_var(test), test.value)


def _var(test: Test) -> Var:
    return {"var": theirs(test.attribute)}


def _compared(word: str) -> Callable[[Var, object], object]:
    return lambda var, value: {word: [var, value]}


def _ends(var: Var, value: object) -> object:
    assert isinstance(value, tuple)
    return {"<=": [value[0], var, value[1]]}


def _all(var: Var, value: object) -> object:
    assert isinstance(value, tuple)
    parts = [{"some": [var, {"===": [{"var": ""}, one]}]} for one in value]
    return {"and": parts} if len(parts) > 1 else parts[0]


def _some(var: Var, value: object) -> object:
    assert isinstance(value, tuple)
    return {"some": [var, {"in": [{"var": ""}, list(value)]}]}


_SAYING: Mapping[str, Callable[[Var, object], object]] = {
    "is_known": lambda var, _: {"!==": [var, None]},
    "is_unknown": lambda var, _: {"===": [var, None]},
    "equals": _compared("==="),
    "not_equals": _compared("!=="),
    "in": lambda var, value: {"in": [var, list(value)]},  # type: ignore[call-overload]
    "less_than": _compared("<"),
    "at_most": _compared("<="),
    "more_than": _compared(">"),
    "at_least": _compared(">="),
    "between": _ends,
    "contains": lambda var, value: {"in": [value, var]},
    "is_empty": lambda var, _: {"!": [var]},
    "is_not_empty": lambda var, _: {"!!": [var]},
    "has_any": _some,
    "has_all": _all,
}
"""What JsonLogic says of a known value for each operator; the rest say the opposite of one."""
