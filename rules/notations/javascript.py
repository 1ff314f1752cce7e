"""JSON values as JavaScript sees them: the text and the number of a value, and its order.

Source: ECMA-262, abstract operations ToString, ToNumber, ToPrimitive and IsLessThan.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal

from rules.errors import InvalidError

DEEPEST = 64
"""How deep documents and data may nest here: far more than people write, less than a stack."""
MOST_NODES = 20_000
"""How many values a rule or a visitor's attributes may hold."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?", re.ASCII)
_BASED = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)", re.ASCII)
_LARGEST_PLAIN = 1e21
_SMALLEST_PLAIN = 1e-6
_LONGEST_NUMBER = 400
_EXACT = 18
_BLANK = " \t\n\r\v\f\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)


def bounded(raw: object, at: str = "") -> int:
    """Return how deep a JSON value is; refuse one too deep or too large, before anybody walks it.

    >>> bounded({"a": [1, 2, 3]})
    3
    """
    level, depth, nodes = [raw], 0, 1
    while level:
        depth, nodes = depth + 1, nodes + sum(map(len, filter(_holds, level)))  # type: ignore[arg-type]
        if depth > DEEPEST:
            raise InvalidError(at, "too_deep", f"expected at most {DEEPEST} levels")
        if nodes > MOST_NODES:
            raise InvalidError(at, "too_large", f"expected at most {MOST_NODES} values")
        level = [child for node in level for child in _inside(node)]
    return depth


def weight(value: object) -> int:
    """Return roughly how long it takes to look at a value, in steps of a comparison.

    >>> weight("DE"), weight("x" * 1024), weight(list(range(100)))
    (0, 4, 50)
    """
    if isinstance(value, str):
        return len(value) >> 8
    total, level = 0, list(_inside(value))
    while level:
        total += len(level) + sum(len(node) >> 5 for node in level if isinstance(node, str))
        level = [child for node in level for child in _inside(node)]
    return total >> 1


def _holds(node: object) -> bool:
    return isinstance(node, dict | list)


def _inside(node: object) -> Iterable[object]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def is_number(value: object) -> bool:
    """Tell whether a value is a number; true and false are none.

    >>> is_number(1.5), is_number(True)
    (True, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def truthy(value: object) -> bool:
    """Tell whether ``if (value)`` runs: not for null, false, 0, NaN and the empty string.

    >>> truthy([]), truthy(""), truthy("0")
    (True, False, True)
    """
    if isinstance(value, list | dict):
        return True
    return bool(value) and value == value  # noqa: PLR0124 NaN is the one that differs from itself


def text(value: object) -> str:
    """Return ``String(value)``.

    >>> text(1.0), text(None), text([1, None, ["a"]]), text({})
    ('1', 'null', '1,,a', '[object Object]')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join("" if entry is None else text(entry) for entry in value)
    return _digits(value) if isinstance(value, int | float) else "[object Object]"


def _digits(value: float) -> str:
    if isinstance(value, int) and -_LARGEST_PLAIN < value < _LARGEST_PLAIN:
        return str(value)
    if not math.isfinite(_double(value)):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124
    if abs(value) < _LARGEST_PLAIN and value == int(value):
        return str(int(value))
    shown = repr(_double(value))
    if _SMALLEST_PLAIN <= abs(value) < 1:
        return format(Decimal(shown), "f")
    return re.sub(r"e([+-])0+", r"e\1", shown)


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number(value: object) -> float:
    """Return ``Number(value)``; what is no number is NaN.

    >>> number("0x10"), number(" 1.50 "), number(None), number([7]), number("12px")
    (16.0, 1.5, 0, 7, nan)
    """
    if isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if value is None:
        return 0
    if isinstance(value, list):
        return _parsed(text(value))
    return _parsed(value) if isinstance(value, str) else math.nan


def _parsed(source: str) -> float:
    digits = source.strip(_BLANK)
    if not digits:
        return 0
    if len(digits) > _LONGEST_NUMBER:
        return math.nan
    if _BASED.fullmatch(digits):
        return _double(int(digits, 0))
    if digits.lstrip("+-") == "Infinity" and len(digits) <= len("+Infinity"):
        return -math.inf if digits[0] == "-" else math.inf
    if _DECIMAL.fullmatch(digits) is None:
        return math.nan
    return int(digits) if len(digits) <= _EXACT and digits.lstrip("+-").isdigit() else float(digits)


def primitive(value: object) -> object:
    """Return what an operator works on: lists and objects become their text.

    >>> primitive([1, 2]), primitive(5)
    ('1,2', 5)
    """
    return text(value) if isinstance(value, list | dict) else value


def key(value: object) -> tuple[str, object]:
    """Return what two values are strictly equal by; lists and objects are equal to none.

    >>> key(1) == key(1.0), key(1) == key(True), key([]) == key([])
    (True, False, False)
    """
    if is_number(value):
        return "number", value
    if value is None or isinstance(value, str | bool):
        return type(value).__name__, value
    return "object", object()


def order(first: object, second: object) -> int | None:
    """Return -1, 0 or 1 as the first is less than, like, or more than the second; ``None`` for NaN.

    >>> order("10", "9"), order("10", 9), order(None, 1), order("a", 1)
    (-1, 1, -1, None)
    """
    one, other = primitive(first), primitive(second)
    if isinstance(one, str) and isinstance(other, str):
        if one.isascii() and other.isascii():
            return (one > other) - (one < other)
        return (units(one) > units(other)) - (units(one) < units(other))
    low, high = number(one), number(other)
    if low != low or high != high:  # noqa: PLR0124 NaN is the one that differs from itself
        return None
    return (low > high) - (low < high)


def units(value: str) -> bytes:
    r"""Return text such that it sorts by UTF-16 code units.

    >>> units("z") < units("\U0001f600") < units("\uff5a")
    True
    """
    return value.encode("utf-16-be", "surrogatepass")
