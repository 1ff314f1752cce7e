"""The operators of GrowthBook's conditions that compare one value with one operand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.notations import javascript
from rules.notations.mongo import expressions

Compare = Callable[[object, object, str], bool]
_WIDTH = 5
_PARTS = 3
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array"}


def at_path(subject: object, path: str) -> object:
    """Return the value at a dotted path of a JSON value, null where there is none.

    A list has a ``length`` and numbered entries; a text has neither.

    >>> at_path({"user": {"tags": ["a", "b"]}}, "user.tags.1")
    'b'
    """
    current = subject
    for part in path.split("."):
        if isinstance(current, dict) and part in current:
            current = current[part]
        elif isinstance(current, list) and _is_index(part, len(current)):
            current = current[int(part)]
        elif isinstance(current, list) and part == "length":
            current = len(current)
        else:
            return None
    return current


def _is_index(part: str, length: int) -> bool:
    plain = part.isascii() and part.isdigit() and (part == "0" or part[0] != "0")
    return plain and len(part) <= len(str(length)) and int(part) < length


def is_operators(wanted: Mapping[str, object]) -> bool:
    """Tell whether an object holds operators and nothing else.

    >>> is_operators({"$gt": 1}), is_operators({}), is_operators({"$gt": 1, "a": 2})
    (True, False, False)
    """
    return bool(wanted) and all(isinstance(key, str) and key.startswith("$") for key in wanted)


def alike(wanted: object, value: object, ignore_case: bool = False) -> bool:
    """Tell whether a value is the plain one that is wanted, loosely as JavaScript compares.

    >>> alike("5", 5), alike(5, "5"), alike(True, "yes"), alike(None, 0)
    (True, True, True, False)
    """
    if isinstance(wanted, str):
        shown = javascript.text(value)
        return shown.lower() == wanted.lower() if ignore_case else shown == wanted
    if isinstance(wanted, bool):
        return value is not None and javascript.truthy(value) is wanted
    if isinstance(wanted, int | float):
        return javascript.number(value) == wanted
    return same(wanted, value)


def same(wanted: object, value: object) -> bool:
    """Tell whether two JSON values are equal to the last detail; 1 and true are two values.

    >>> same({"a": [1]}, {"a": [1.0]}), same([1], [True])
    (True, False)
    """
    if isinstance(wanted, dict) and isinstance(value, dict):
        return wanted.keys() == value.keys() and all(same(wanted[k], value[k]) for k in wanted)
    if isinstance(wanted, list) and isinstance(value, list):
        return len(wanted) == len(value) and all(map(same, wanted, value))
    return javascript.key(wanted) == javascript.key(value)


def is_in(value: object, among: Sequence[object], ignore_case: bool = False) -> bool:
    """Tell whether a value, or one entry of a list of values, is among these.

    >>> is_in(["a", "b"], ["b"]), is_in(1, [True]), is_in("A", ["a"], ignore_case=True)
    (True, False, True)
    """
    values = value if isinstance(value, list) else [value]
    if len(values) == 1 and not ignore_case:
        return values[0] in among and _confirmed(values[0], among)
    sought = {_folded(one, ignore_case) for one in values}
    return any(_folded(one, ignore_case) in sought for one in among)


def _confirmed(value: object, among: Sequence[object]) -> bool:
    """Look again where Python said yes: it takes 1 and true, and two lists, for the same."""
    return isinstance(value, str) or any(
        javascript.key(value) == javascript.key(one) for one in among
    )


def _folded(value: object, ignore_case: bool) -> tuple[str, object]:
    return javascript.key(value.lower() if ignore_case and isinstance(value, str) else value)


def padded(version: object) -> bytes:
    """Return a version such that an older one sorts first; what is no version is "0".

    >>> padded("1.9.0") < padded("1.10.0-rc.1") < padded("v1.10.0+build")
    True
    """
    source = javascript.text(version) if javascript.is_number(version) else version
    if not isinstance(source, str) or not source:
        source = "0"
    parts = source.removeprefix("v").partition("+")[0].replace("-", ".").split(".")
    if len(parts) == _PARTS:
        parts.append("~")
    numeric = (part.isascii() and part.isdigit() for part in parts)
    lined = (
        part.rjust(_WIDTH) if digits else part for part, digits in zip(parts, numeric, strict=True)
    )
    return javascript.units("-".join(lined))


def _equal(value: object, operand: object, _at: str) -> bool:
    return javascript.key(value) == javascript.key(operand)


def _ordered(*accepted: int) -> Compare:
    return lambda value, operand, _at: javascript.order(value, operand) in accepted


def _version(accept: Callable[[bytes, bytes], bool]) -> Compare:
    return lambda value, operand, _at: accept(padded(value), padded(operand))


def _exists(value: object, operand: object, _at: str) -> bool:
    return (value is not None) is javascript.truthy(operand)


def _listed(wanted: bool, ignore_case: bool = False) -> Compare:
    def compare(value: object, operand: object, _at: str) -> bool:
        return isinstance(operand, list) and is_in(value, operand, ignore_case) is wanted

    return compare


def _matching(wanted: bool, ignore_case: bool = False) -> Compare:
    def compare(value: object, operand: object, at: str) -> bool:
        pattern = expressions.compiled(operand, ignore_case, at)
        if pattern is None:
            return False
        try:
            return (pattern.search(javascript.text(value)) is not None) is wanted
        except UnicodeEncodeError:  # a lone surrogate, which is no text
            return not wanted

    return compare


def _type(value: object, operand: object, _at: str) -> bool:
    kind = "null" if value is None else _TYPES.get(type(value), "object")
    return operand == kind


PATTERNS = frozenset(("$regex", "$notRegex", "$regexi", "$notRegexi"))

OPERATORS: Mapping[str, Compare] = {
    "$eq": _equal,
    "$ne": lambda value, operand, at: not _equal(value, operand, at),
    "$lt": _ordered(-1),
    "$lte": _ordered(-1, 0),
    "$gt": _ordered(1),
    "$gte": _ordered(1, 0),
    "$veq": _version(bytes.__eq__),
    "$vne": _version(bytes.__ne__),
    "$vlt": _version(bytes.__lt__),
    "$vlte": _version(bytes.__le__),
    "$vgt": _version(bytes.__gt__),
    "$vgte": _version(bytes.__ge__),
    "$exists": _exists,
    "$in": _listed(True),
    "$nin": _listed(False),
    "$ini": _listed(True, ignore_case=True),
    "$nini": _listed(False, ignore_case=True),
    "$regex": _matching(True),
    "$notRegex": _matching(False),
    "$regexi": _matching(True, ignore_case=True),
    "$notRegexi": _matching(False, ignore_case=True),
    "$type": _type,
}
"""What each operator says of a value and an operand; the rest look into lists, groups and nots."""
