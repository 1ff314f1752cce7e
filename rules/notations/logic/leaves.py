"""JsonLogic's comparisons of an attribute with a value, as tests of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.conditions import Test
from rules.notations import javascript as js
from rules.notations.pieces import asked as test
from rules.notations.pieces import refused, told


@dataclass(frozen=True, slots=True)
class Asked:
    """What a comparison asks: of which name, which operator and value, and whether the opposite."""

    name: str
    operator: str
    value: object
    opposite: bool = False


def named(parts: Sequence[object], at: str) -> str:
    """Return the name that a ``var`` looks up; ``InvalidError`` for one computed or with a default.

    >>> named(["plan"], "")
    'plan'
    """
    if len(parts) != 1 or not isinstance(parts[0], str) or not parts[0]:
        raise refused(at, "var", "expected the name of an attribute, without a default")
    return parts[0]


def tests(
    asked: Asked, path: str, at: str, wanted: bool, kind: str | None, letter: bool
) -> Iterator[Test]:
    """Yield our tests of which one is true where a comparison holds (or does not) for a value.

    >>> [part.operator for part in tests(Asked("a", "has", "x"), "traits.a", "", True, None, False)]
    ['has_any', 'contains']
    """
    if asked.operator == "has":
        yield from _has(asked.value, path, at, wanted, kind)
    elif asked.operator == "null":
        yield from _null(path, at, wanted, asked.value is not None and not letter)
    elif asked.operator == "in":
        values = [one for one in _values(asked.value) if one is not None]
        if values:
            yield test(path, "in", values, at, wanted=wanted)
        elif not wanted:
            yield told(path)
    else:
        yield test(path, asked.operator, asked.value, at, wanted=wanted)


def _values(raw: object) -> Sequence[object]:
    return raw if isinstance(raw, list) else ()


def _has(value: object, path: str, at: str, wanted: bool, kind: str | None) -> Iterator[Test]:
    if kind in (None, "list"):
        yield test(path, "has_any", [value], at, wanted=wanted)
    if kind != "list" and value != "":
        yield test(path, "contains", js.text(value), at, wanted=wanted)


def _null(path: str, at: str, wanted: bool, loose: bool) -> Iterator[Test]:
    """Compare with null: in the community's reading 0 and false are equal to it."""
    if not loose:
        if not wanted:
            yield told(path)
        return
    yield test(path, "in", [0, False], at, wanted=wanted)
    if not wanted:
        yield Test(path, "is_empty")
        yield Test(path, "is_not_empty")


def truth(path: str, at: str, wanted: bool, kind: str | None) -> Iterator[Test]:
    """Yield our tests of which one is true where a known value is truthy, or is not.

    >>> [part.operator for part in truth("traits.a", "", True, None)]
    ['not_in', 'is_not_empty']
    """
    if kind != "list":
        yield test(path, "in", [False, 0, ""], at, wanted=not wanted)
    if kind in (None, "list"):
        yield Test(path, "is_not_empty" if wanted else "is_empty")


def blank(path: str, at: str, wanted: bool, kind: str | None) -> Iterator[Test]:
    """Yield our tests of which one is true where a known value is the empty text, or is not.

    >>> [part.operator for part in blank("traits.a", "", True, None)]
    ['equals']
    """
    if kind not in (None, "string"):
        if not wanted:
            yield told(path)
        return
    yield test(path, "equals", "", at, wanted=wanted)
    if kind is None and not wanted:
        yield test(path, "in", [False, True], at, wanted=True)
        yield from (test(path, "at_least", 0, at, wanted=side) for side in (True, False))
        yield test(path, "size", {"at_least": 0}, at, wanted=True)


def _var(raw: object, at: str) -> str | None:
    """Return the name of an attribute, ``None`` for a plain value."""
    if not isinstance(raw, dict):
        return None
    if raw.keys() != {"var"}:
        raise refused(
            at, next(iter(raw), "an object"), "expected an attribute or a plain value here"
        )
    operand = raw["var"]
    return named(operand if isinstance(operand, list) else [operand], at)


def _sides(name: str, raw: object, at: str) -> tuple[str, object, bool]:
    """Return the attribute, the value, and whether the attribute stands on the left."""
    parts = raw if isinstance(raw, list) else []
    names = [_var(part, f"{at}/{i}") for i, part in enumerate(parts)]
    if len(names) != len("ab") or sum(one is not None for one in names) != 1:
        raise refused(at, name, "expected one attribute and one plain value")
    left = names[0] is not None
    return str(names[0] if left else names[1]), parts[1 if left else 0], left


def _equal(name: str, raw: object, at: str) -> Asked:
    attribute, value, _ = _sides(name, raw, at)
    opposite = name.startswith("!")
    if value is None:
        return Asked(attribute, "null", None if len(name) > len("==") else "loose", opposite)
    if isinstance(value, list):
        raise refused(at, name, "a list is asked what is on it, not what it is")
    return Asked(attribute, "equals", value, opposite)


_ORDERS = {"<": "less_than", "<=": "at_most", ">": "more_than", ">=": "at_least"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _ordered(name: str, raw: object, at: str) -> Asked:
    parts = raw if isinstance(raw, list) else []
    if name == "<=" and len(parts) == len("abc") and isinstance(parts[1], dict):
        low, attribute, high = parts[0], _var(parts[1], f"{at}/1"), parts[2]
        if attribute is not None and js.is_number(low) and js.is_number(high):
            return Asked(attribute, "between", [low, high])
    attribute, value, left = _sides(name, raw, at)
    if not js.is_number(value):
        raise refused(at, name, "only numbers have an order here")
    return Asked(attribute, _ORDERS[name if left else _TURNED[name]], value)


def _in(name: str, raw: object, at: str) -> Asked:
    attribute, value, left = _sides(name, raw, at)
    if not left:
        if value is None or isinstance(value, list):
            raise refused(at, name, "expected a text, number or boolean to look for")
        return Asked(attribute, "has", value)
    if not isinstance(value, list) or any(isinstance(one, list | dict) for one in value):
        raise refused(at, name, "expected a list of plain values")
    return Asked(attribute, "in", value)


def _quantified(name: str, raw: object, at: str) -> Asked:
    parts = raw if isinstance(raw, list) and len(raw) == len("ab") else [None, None]
    attribute = _var(parts[0], f"{at}/0")
    inner = parts[1] if isinstance(parts[1], dict) and len(parts[1]) == 1 else {"": None}
    (word, sides), *_ = inner.items()
    values = _element(word, sides)
    if attribute is None or values is None or name == "all":
        raise refused(at, name, "our lists are asked whether single values are on them")
    return Asked(attribute, "has_any", values, name == "none")


def _element(word: str, raw: object) -> list[object] | None:
    """Return the values an element is compared with, ``None`` for any other question."""
    sides = raw if isinstance(raw, list) and len(raw) == len("ab") else [None, None]
    if word in ("==", "===") and {"var": ""} in sides:
        value = sides[1 - sides.index({"var": ""})]
        return None if value is None or isinstance(value, list | dict) else [value]
    if word == "in" and sides[0] == {"var": ""} and isinstance(sides[1], list) and sides[1]:
        plain = not any(one is None or isinstance(one, list | dict) for one in sides[1])
        return sides[1] if plain else None
    return None


READERS: Mapping[str, Callable[[str, object, str], Asked]] = {
    **dict.fromkeys(("==", "===", "!=", "!=="), _equal),
    **dict.fromkeys(_ORDERS, _ordered),
    "in": _in,
    **dict.fromkeys(("all", "some", "none"), _quantified),
}
"""How each comparison is understood."""
