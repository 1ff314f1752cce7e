"""One of our conditions becomes a GrowthBook condition that holds for the same people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.conditions import All, Any, Condition, Everyone, Not, Test
from rules.notations.mongo import expressions
from rules.notations.mongo.answering import evaluate
from rules.notations.mongo.leaves import is_whole_version
from rules.notations.pieces import refused, theirs
from rules.operators.registry import operators

Document = dict[str, object]
_WORDS = {"Member": "a segment", "EventTest": "an event", "Same": "same", "Sequence": "a sequence",
          "HasBeen": "has_been"}  # fmt: skip


def write(condition: Condition, *, at: str = "") -> Document:
    """Return the GrowthBook condition that holds for exactly the people ours is true for.

    It is so for attributes of the types our operators read, or missing; unknown is not true.
    ``InvalidError`` names the place of what GrowthBook has no words for.

    >>> write(All((Test("traits.plan", "equals", "pro"), Test("traits.age", "less_than", 30))))
    {'plan': 'pro', 'age': {'$exists': True, '$lt': 30}}
    """
    return _said(condition, at, True)


def _said(condition: Condition, at: str, wanted: bool) -> Document:
    """Return what holds where a condition is true, or where it is false: never where unknown."""
    if isinstance(condition, Everyone):
        return {} if wanted else {"$not": {}}
    if isinstance(condition, Not):
        return _said(condition.part, f"{at}/not", not wanted)
    if isinstance(condition, Test):
        return _leaf(condition, at, wanted)
    if not isinstance(condition, All | Any):
        name = _WORDS[type(condition).__name__]
        raise refused(at, name, "GrowthBook knows attributes and nothing else")
    return _group(condition, at, wanted)


def _group(condition: All | Any, at: str, wanted: bool) -> Document:
    word = "all" if isinstance(condition, All) else "any"
    if word == "any" and wanted:
        compact = _compact(condition.parts, at)
        if compact is not None:
            return compact
    parts = [_said(part, f"{at}/{word}/{i}", wanted) for i, part in enumerate(condition.parts)]
    if (word == "all") is wanted:
        return _together(parts)
    return {"$or": parts} if parts else {"$not": {}}


def _together(parts: Sequence[Document]) -> Document:
    names = [name for part in parts for name in part]
    if len(names) == len(set(names)):
        return {name: part[name] for part in parts for name in part}
    return {"$and": list(parts)}


def _compact(parts: Sequence[Condition], at: str) -> Document | None:
    """Say in one breath that an attribute may be unknown or passes a test, where that is all."""
    tests = [part for part in parts if isinstance(part, Test)]
    rest = [part for part in tests if part.operator != "is_unknown"]
    if len(tests) < len(parts) or len({part.attribute for part in tests}) != 1 or not rest:
        return None
    first, missing = rest[0], len(rest) < len(tests)
    if len(rest) == 1:
        return _leaf(first, at, True, missing=missing) if first.operator != "is_known" else None
    word = _TWINS.get(frozenset(part.operator for part in rest))
    apart = len(rest) > len(_TWINS) or rest[1].value != first.value
    if word is None or apart or any(part.ignore_case for part in rest):
        return None
    assert isinstance(first.value, tuple)
    return _finished(theirs(first.attribute), {word: list(first.value)}, missing)


_TWINS = {frozenset({"in", "has_any"}): "$in", frozenset({"not_in", "has_none"}): "$nin"}
"""What is one operator of GrowthBook's is two of ours: of a value, and of a list of values."""


def _leaf(test: Test, at: str, wanted: bool, *, missing: bool = False) -> Document:
    name = theirs(test.attribute)
    operator = test.operator if wanted else operators[test.operator].negation or ""
    if operator in ("is_known", "is_unknown"):
        return {name: {"$exists": operator == "is_known"}}
    if operator in _SAYING:
        return _finished(name, _value(test, operator, at), missing)
    opposite = operators[operator].negation if operator else None
    if opposite is None or opposite not in _SAYING:
        raise refused(at, test.operator, "GrowthBook has no such operator")
    return _finished(name, {"$not": _value(test, opposite, at)}, missing)


def _value(test: Test, operator: str, at: str) -> object:
    said = _SAYING[operator](test.value, test.ignore_case)
    if said is None:
        raise refused(at, test.operator, "GrowthBook reads this value in another way")
    return said


def _finished(name: str, said: object, missing: bool) -> Document:
    """Add what has to be said where GrowthBook thinks otherwise of a missing attribute."""
    if isinstance(said, list):
        ways = [_finished(name, way, missing=False) for way in said]
        return {"$or": [{name: {"$exists": False}}, *ways] if missing else ways}
    if evaluate({"a": said}, {}) is missing:
        return {name: said}
    if missing:
        return {"$or": [{name: {"$exists": False}}, {name: said}]}
    return {name: {"$exists": True, **said} if isinstance(said, dict) else {"$eq": said}}


def _matching(before: str, behind: str) -> Callable[[object, bool], object]:
    def say(value: object, ignore_case: bool) -> object:
        word = "$regexi" if ignore_case else "$regex"
        return {word: before + expressions.escaped(str(value)) + behind}

    return say


def _pattern(value: object, ignore_case: bool) -> object:
    if not expressions.is_portable(str(value)):
        return None
    return {"$regexi" if ignore_case else "$regex": expressions.untranslated(str(value))}


def _size(value: object, _ignore_case: bool) -> object:
    assert isinstance(value, tuple)
    low, high = value
    if low == high:
        return {"$size": low}
    ends = {"$gte": low, "$lte": high}
    return {"$size": {word: end for word, end in ends.items() if end is not None}}


def _ends(value: object, _ignore_case: bool) -> object:
    assert isinstance(value, tuple)
    return {"$gte": value[0], "$lte": value[1]}


def _several(word: str) -> Callable[[object, bool], object]:
    def say(value: object, ignore_case: bool) -> object:
        assert isinstance(value, tuple)
        return {word + "i" if ignore_case else word: list(value)}

    return say


def _plain(word: str) -> Callable[[object, bool], object]:
    return lambda value, _ignore_case: {word: value}


def _version(word: str) -> Callable[[object, bool], object]:
    return lambda value, _ignore_case: {word: value} if is_whole_version(value) else None


_SAYING: Mapping[str, Callable[[object, bool], object]] = {
    "equals": lambda value, ignore_case: {"$ini": [value]} if ignore_case else value,
    "not_equals": lambda value, ignore_case: {"$nini": [value]} if ignore_case else {"$ne": value},
    "in": _several("$in"),
    "not_in": _several("$nin"),
    "less_than": _plain("$lt"),
    "at_most": _plain("$lte"),
    "more_than": _plain("$gt"),
    "at_least": _plain("$gte"),
    "between": _ends,
    "is_empty": lambda _value, _ignore_case: [{"$eq": ""}, {"$size": 0}],
    "is_not_empty": lambda _value, _ignore_case: [{"$regex": r"[\s\S]"}, {"$size": {"$gte": 1}}],
    "contains": _matching("", ""),
    "starts_with": _matching("^", ""),
    "ends_with": _matching("", "$"),
    "matches": _pattern,
    "has_any": lambda value, _ignore_case: {"$elemMatch": _several("$in")(value, False)},
    "has_all": lambda value, _ignore_case: {"$all": [{"$eq": one} for one in value]},  # type: ignore[attr-defined]
    "size": _size,
    "version_equals": _version("$veq"),
    "version_not_equals": _version("$vne"),
    "version_less_than": _version("$vlt"),
    "version_at_most": _version("$vlte"),
    "version_more_than": _version("$vgt"),
    "version_at_least": _version("$vgte"),
}
"""What GrowthBook says for each operator; a list is as many ways of which one has to hold."""
