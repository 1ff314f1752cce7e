"""How JsonLogic compares two values, finds one in another, and looks one up in data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from rules.errors import InvalidError
from rules.notations import javascript

Compare = Callable[[object, object, str], bool]


def alike(first: object, second: object, at: str) -> bool:
    """Tell whether two values are loosely equal; null is 0 beside a number or a boolean.

    ``InvalidError`` where a number meets what is none.

    >>> alike(1, "1", ""), alike(None, 0, ""), alike(None, "", "")
    (True, True, False)
    """
    if isinstance(first, str) and isinstance(second, str):
        return first == second
    if first is None or second is None:
        plain = isinstance(first, str) or isinstance(second, str) or first is second
        if plain:
            return first is second
    return order(first, second, at) == 0


def order(first: object, second: object, at: str) -> int | None:
    """Return -1, 0 or 1 as the first is less than, like, or more than the second.

    Two texts are compared as text, everything else as numbers; null beside a text that is no
    number has no order, ``None``. ``InvalidError`` where anything else is no number.

    >>> order("10", "9", ""), order("10", 9, ""), order(None, "a", "")
    (-1, 1, None)
    """
    for value in (first, second):
        if isinstance(value, list | dict):
            raise InvalidError(at, "not_a_number", "expected no list and no object to compare")
    found = javascript.order(first, second)
    if found is None and first is not None and second is not None:
        raise InvalidError(at, "not_a_number", "expected two numbers, or two texts, to compare")
    return found


def identical(first: object, second: object) -> bool:
    """Tell whether two values are of one type and equal; lists and objects only with themselves.

    >>> identical(1, 1.0), identical(1, True), identical([], [])
    (True, False, False)
    """
    if isinstance(first, list | dict):
        return first is second
    return javascript.key(first) == javascript.key(second)


def by_the_letter(name: str, values: Sequence[object]) -> bool:
    """Compare the way json-logic-js does: two values, for < and <= also three; NaN is false.

    >>> by_the_letter("==", [None, 0]), by_the_letter("<", [1, 2, 3]), by_the_letter("<", [1, "a"])
    (False, True, False)
    """
    first, second, *others = [*values, None, None][: max(2, len(values))]
    if name in ("===", "!=="):
        return identical(first, second) is (name == "===")
    if name in ("==", "!="):
        return _loosely(first, second) is (name == "==")
    accepted = _ACCEPTED[name]
    chain = [first, second, *(others[:1] if name in ("<", "<=") else [])]
    return all(javascript.order(one, other) in accepted for one, other in pairwise(chain))


def _loosely(first: object, second: object) -> bool:
    if first is None or second is None:
        return first is second
    if isinstance(first, list | dict) and isinstance(second, list | dict):
        return first is second
    return javascript.order(first, second) == 0


def within(item: object, among: object) -> bool:
    """Tell whether an item is in a list, or in a text as a part of it.

    >>> within("b", ["a", "b"]), within("Spring", "Springfield"), within("1", [1])
    (True, True, False)
    """
    if isinstance(among, str):
        return bool(among) and javascript.text(item) in among
    return isinstance(among, list) and any(identical(item, one) for one in among)


def looked_up(data: object, path: object, otherwise: object) -> object:
    """Return what stands at a dotted path of the data, else the other value; no path is all of it.

    >>> looked_up({"a": [{"b": 1}]}, "a.0.b", None), looked_up({}, "a", 9), looked_up(5, "", None)
    (1, 9, 5)
    """
    if path is None or path == "":
        return data
    current = data
    for part in javascript.text(path).split("."):
        if isinstance(current, dict) and part in current:
            current = current[part]
        elif isinstance(current, list | str) and part == "length":
            current = len(current)
        elif isinstance(current, list | str) and _is_index(part, len(current)):
            current = current[int(part)]
        else:
            return otherwise
    return current


def _is_index(part: str, length: int) -> bool:
    plain = part.isascii() and part.isdigit() and (part == "0" or part[0] != "0")
    return plain and len(part) <= len(str(length)) and int(part) < length


_ACCEPTED: Mapping[str, tuple[int, ...]] = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0)}


def _ordered(accepted: tuple[int, ...]) -> Compare:
    return lambda first, second, at: order(first, second, at) in accepted


COMPARISONS: Mapping[str, Compare] = {
    "==": alike,
    "!=": lambda first, second, at: not alike(first, second, at),
    "===": lambda first, second, _at: identical(first, second),
    "!==": lambda first, second, _at: not identical(first, second),
    **{name: _ordered(accepted) for name, accepted in _ACCEPTED.items()},
}
"""Each comparison of two values, in the community's reading."""
