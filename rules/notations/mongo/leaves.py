"""GrowthBook's operators as tests of ours, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rules.conditions import Test
from rules.notations import javascript
from rules.notations.mongo import expressions
from rules.notations.mongo.comparisons import is_operators
from rules.notations.pieces import asked, refused
from rules.versions import order

Said = tuple[str, object, bool]
"""An operator of ours, its value, and whether case is ignored."""
Say = Callable[[str, object, str, str | None], Iterator[Said]]

OPPOSITES: Mapping[str, str] = {
    "$ne": "$eq",
    "$nin": "$in",
    "$nini": "$ini",
    "$vne": "$veq",
    "$notRegex": "$regex",
    "$notRegexi": "$regexi",
}
"""Operators that say the opposite of another one."""


def read(
    path: str, name: str, raw: object, at: str, wanted: bool, kind: str | None
) -> Iterator[Test]:
    """Yield our tests of which one is true where an operator holds (or does not) for a value.

    Several come for a value of a type that nobody told: all but one of them are unknown. Without a
    name the value is a plain one. ``InvalidError`` names the operator that cannot be said.

    >>> [part.operator for part in read("traits.a", "$in", ["x"], "", True, None)]
    ['in', 'has_any']
    """
    if name not in _SAYING:
        raise refused(at, name or "a list", "our language has no such operator")
    for operator, value, ignore_case in _SAYING[name](name, raw, at, kind):
        yield asked(path, operator, value, at, wanted=wanted, ignore_case=ignore_case)


def _plain(name: str, raw: object, at: str, _kind: str | None) -> Iterator[Said]:
    if isinstance(raw, list | dict):
        raise refused(at, name or "a whole list", "a list is asked what is on it, not what it is")
    yield "equals", raw, False


_NUMBERS = {"$lt": "less_than", "$lte": "at_most", "$gt": "more_than", "$gte": "at_least"}


def _compared(name: str, raw: object, at: str, _kind: str | None) -> Iterator[Said]:
    if not javascript.is_number(raw):
        raise refused(at, name, "only numbers have an order here")
    yield _NUMBERS[name], raw, False


def _between(_name: str, raw: object, _at: str, _kind: str | None) -> Iterator[Said]:
    yield "between", raw, False


def _listed(name: str, raw: object, at: str, kind: str | None) -> Iterator[Said]:
    if not isinstance(raw, list):
        raise refused(at, name, "expected a list of values")
    values = [value for value in raw if value is not None and not isinstance(value, list | dict)]
    if values and kind != "list":
        yield "in", values, False
    if values and kind in (None, "list"):
        yield "has_any", values, False


def _folded(name: str, raw: object, at: str, kind: str | None) -> Iterator[Said]:
    if kind == "list":
        raise refused(at, name, "our lists are compared with regard to case")
    for _, values, _ in _listed(name, raw, at, "string"):
        yield "in", values, True


def _matching(name: str, raw: object, at: str, _kind: str | None) -> Iterator[Said]:
    if not isinstance(raw, str):
        raise refused(at, name, "expected a pattern")
    ignore_case = name == "$regexi"
    operator, value = expressions.simplest(raw)
    if operator == "matches" and expressions.compiled(raw, ignore_case, at) is None:
        raise refused(at, name, "expected a pattern in RE2's syntax")
    yield operator, value, ignore_case


def _sized(name: str, raw: object, at: str, _kind: str | None) -> Iterator[Said]:
    asked = raw if isinstance(raw, dict) else {"$eq": raw}
    ends: dict[str, float] = {}
    for operator, end in asked.items():
        if not isinstance(end, int) or isinstance(end, bool) or operator not in _ENDS:
            raise refused(at, name, "a list's size is compared with whole numbers")
        for side, step in _ENDS[operator]:
            ends[side] = end + step
    yield "size", ends, False


_ENDS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "$eq": (("at_least", 0), ("at_most", 0)),
    "$gt": (("at_least", 1),),
    "$gte": (("at_least", 0),),
    "$lt": (("at_most", -1),),
    "$lte": (("at_most", 0),),
}


def _element(name: str, raw: object, at: str, _kind: str | None) -> Iterator[Said]:
    if isinstance(raw, dict) and is_operators(raw) and len(raw) == 1:
        (operator, values), *_ = raw.items()
        values = [values] if operator == "$eq" else values
        if operator in ("$eq", "$in") and isinstance(values, list):
            yield from _listed(name, values, at, "list")
            return
    raise refused(at, name, "our lists are asked whether single values are on them")


def _all(name: str, raw: object, at: str, _kind: str | None) -> Iterator[Said]:
    parts = raw if isinstance(raw, list) else []
    values = [part["$eq"] if _is_equal(part) else part for part in parts]
    loose = [part for part in parts if part is None or isinstance(part, bool)]
    if (
        not parts
        or loose
        or any(value is None or isinstance(value, list | dict) for value in values)
    ):
        raise refused(at, name, "expected a list of texts, numbers, or {$eq: value}")
    yield "has_all", values, False


def _is_equal(part: object) -> bool:
    return isinstance(part, dict) and part.keys() == {"$eq"}


_VERSIONS = {
    "$veq": "version_equals",
    "$vlt": "version_less_than",
    "$vlte": "version_at_most",
    "$vgt": "version_more_than",
    "$vgte": "version_at_least",
}


def _versioned(name: str, raw: object, at: str, _kind: str | None) -> Iterator[Said]:
    if not is_whole_version(raw):
        raise refused(at, name, "expected a version of three numbers, like 1.2.3")
    yield _VERSIONS[name], raw, False


def is_whole_version(raw: object) -> bool:
    """Tell whether both of us read a version alike: three numbers, and what SemVer allows behind.

    >>> is_whole_version("1.2.3-rc.1"), is_whole_version("1.2")
    (True, False)
    """
    if not isinstance(raw, str) or order(raw) is None:
        return False
    return raw.partition("+")[0].partition("-")[0].count(".") == len("..")


_SAYING: Mapping[str, Say] = {
    "": _plain,
    "$eq": _plain,
    **dict.fromkeys(_NUMBERS, _compared),
    "$between": _between,
    "$in": _listed,
    "$ini": _folded,
    "$regex": _matching,
    "$regexi": _matching,
    "$size": _sized,
    "$elemMatch": _element,
    "$all": _all,
    **dict.fromkeys(_VERSIONS, _versioned),
}
