"""What may be asked of one entry of a list: an operator, its value, and whether case counts."""

from __future__ import annotations

from typing import cast

from rules import budgets, expect
from rules.errors import InvalidError
from rules.operators.registry import Operator, operators
from rules.operators.shapes import Shape

Asked = tuple[str, object, bool]
"""An operator's name, its operand in canonical form, and whether case is ignored."""

MOST_TESTS = 8
_SINGLE = frozenset(("string", "number", "boolean"))


def _read(raw: object, at: str) -> tuple[Asked, ...]:
    if not isinstance(raw, list):
        return (_test(raw, at),)
    tests = expect.items(raw, at, MOST_TESTS)
    return tuple(_test(test, f"{at}/{i}") for i, test in enumerate(tests))


def _test(raw: object, at: str) -> Asked:
    said = expect.record(raw, at, ("operator",), ("value", "ignore_case"))
    name = said["operator"]
    part = operators.get(name) if isinstance(name, str) else None
    if part is None or not of_single(part):
        raise InvalidError(f"{at}/operator", "operator", "expected an operator on single values")
    ignore_case = expect.flag(said.get("ignore_case", False), f"{at}/ignore_case")
    if ignore_case and not part.cases:
        raise InvalidError(f"{at}/ignore_case", "value", f"{part.name} knows no case")
    return part.name, part.shape.read(said.get("value"), f"{at}/value"), ignore_case


def of_single(part: Operator) -> bool:
    """Tell whether an operator may be asked of one string, number or boolean.

    >>> of_single(operators["at_least"]), of_single(operators["size"])
    (True, False)
    """
    return not part.total and not _SINGLE.isdisjoint(part.kinds)


def _write(value: object) -> object:
    tests = [_written(*asked) for asked in cast("tuple[Asked, ...]", value)]
    return tests[0] if len(tests) == 1 else tests


def _written(name: str, value: object, ignore_case: bool) -> dict[str, object]:
    written = operators[name].shape.write(value) if value is not None else None
    said: dict[str, object] = {"operator": name} | ({} if written is None else {"value": written})
    return {**said, "ignore_case": True} if ignore_case else said


def _cost(raw: object) -> int:
    return budgets.PATTERN * budgets.plain(raw)


_TEST = {"$ref": "#/$defs/item"}
ITEM = Shape(
    "item",
    {"oneOf": [_TEST, {"type": "array", "minItems": 1, "maxItems": MOST_TESTS, "items": _TEST}]},
    _read,
    _write,
    _cost,
)
