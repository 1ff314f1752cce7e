"""Which tests of our language are cells of S-FEEL, and how those are written."""

from __future__ import annotations

from decimal import Decimal

from rules.conditions import Test
from rules.values import instant_text

_SIGNS = {"at_least": ">=", "at_most": "<=", "less_than": "<", "more_than": ">"}
_INSTANTS = {"before": "<", "after": ">", "not_before": ">=", "not_after": "<="}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONGEST = 8_000


def literal(value: object) -> str:
    """Return a string, number, boolean, null or list as FEEL writes it.

    >>> literal("a"), literal(0.1), literal(True), literal((1, None))
    ('"a"', '0.1', 'true', '[1, null]')
    """
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{"".join(map(_sign, value))}"'
    return format(Decimal(repr(value)), "f")


def cell(test: Test) -> str | None:
    """Return the cell that passes exactly where the test is true, or ``None`` where none does.

    The unknown is null in FEEL, and ``not(...)`` passes null: it is excluded by name.

    >>> cell(Test("traits.plan", "not_equals", "pro")), cell(Test("traits.age", "between", (1, 2)))
    ('not("pro", null)', '[1..2]')
    """
    said = None if test.ignore_case else _said(test.operator, test.value)
    return said if said and len(said) <= _LONGEST else None


def kind(test: Test) -> str:
    """Return the type of FEEL a sayable test asks of its attribute, ``""`` where it asks none.

    >>> kind(Test("traits.age", "at_least", 3)), kind(Test("traits.age", "is_known"))
    ('number', '')
    """
    if test.operator in _INSTANTS:
        return "date and time"
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    kinds = {_kind(value) for value in values}
    return kinds.pop() if len(kinds) == 1 else "Any"


def _said(name: str, value: object) -> str | None:
    if name in _SIGNS:
        return f"{_SIGNS[name]} {literal(value)}"
    if name in _INSTANTS and isinstance(value, int):
        return f'{_INSTANTS[name]} date and time("{instant_text(value)}")'
    if isinstance(value, tuple):
        return _several(name, value)
    return {
        "is_known": "not(null)",
        "is_unknown": "null",
        "equals": literal(value),
        "not_equals": f"not({literal(value)}, null)",
    }.get(name)


def _several(name: str, values: tuple[object, ...]) -> str | None:
    said = [literal(value) for value in values]
    alike = len(set(map(_kind, values))) == 1
    ways = {
        "between": f"[{'..'.join(said)}]",
        "not_between": f"< {said[0]}, > {said[-1]}",
        "in": ", ".join(said),
        "not_in": f"not({', '.join(said)}, null)" if alike else None,
    }
    return ways.get(name) if len(values) > 1 else None


def _kind(value: object) -> str:
    if value is None:
        return ""
    return {str: "string", bool: "boolean"}.get(type(value), "number")


def _sign(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    code = ord(sign)
    plain = sign.isprintable() or sign == " "
    return sign if plain else f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:06x}"
