"""One operator on one attribute of an event, as an expression that is NULL where it is unknown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis

from personalization.features.pointintime.told import real, told
from rules.conditions import Test
from rules.errors import InvalidError
from rules.operators.registry import operators
from rules.windows.distinct import token

SMALLEST, LARGEST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Attribute:
    """One path of a table of events; a part of it is a column."""

    events: Any
    path: str

    def __getitem__(self, part: str) -> Any:
        return told(self.events, self.path, part)


def test(condition: Test, events: Any) -> Any:
    """Return a test as a boolean expression over a table of events, NULL for unknown.

    ``InvalidError`` with the code ``unsupported`` for an operator no engine answers exactly alike.

    >>> from personalization.features.pointintime.told import completed
    >>> log = completed(ibis.table({"at": "int64"}), ["properties.n"])
    >>> test(Test("properties.n", "at_least", 3), log).type().is_boolean()
    True
    """
    name, negated = condition.operator, False
    if name not in OPERATORS:
        name, negated = operators[name].negation or name, True
    if name not in OPERATORS or (condition.ignore_case and name not in FOLDING):
        case = " without regard to case" if name in OPERATORS else ""
        raise InvalidError(
            "/where", "unsupported", f"{condition.operator}{case} is not asked of a whole log"
        )
    attribute = Attribute(events, condition.attribute)
    said = OPERATORS[name](attribute, condition.value, condition.ignore_case)
    return ~said if negated else said


def _least(attribute: Attribute, number: float) -> Any:
    """Return ``value >= number``, exact where an integer is no double and the other way round."""
    low = math.ceil(number)
    edge = float(number)
    edge = math.nextafter(edge, math.inf) if edge < number else edge
    whole = _whole(attribute, low, upward=True)
    return ibis.coalesce(whole, attribute["real"] >= real(edge))


def _most(attribute: Attribute, number: float) -> Any:
    high = math.floor(number)
    edge = float(number)
    edge = math.nextafter(edge, -math.inf) if edge > number else edge
    whole = _whole(attribute, high, upward=False)
    return ibis.coalesce(whole, attribute["real"] <= real(edge))


def _whole(attribute: Attribute, bound: int, *, upward: bool) -> Any:
    value = attribute["whole"]
    if SMALLEST <= bound <= LARGEST:
        return value >= bound if upward else value <= bound
    holds = bound < SMALLEST if upward else bound > LARGEST
    return ibis.ifelse(value.notnull(), holds, ibis.null("boolean"))


def _alike(attribute: Attribute, values: tuple[Any, ...], ignore_case: bool) -> Any:
    """Return whether the value is one of these; of a type none of them has it is unknown."""
    texts = [value for value in values if isinstance(value, str)]
    flags = [value for value in values if isinstance(value, bool)]
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    said = []
    if texts:
        sought = [text.casefold() for text in texts] if ignore_case else texts
        said.append(_text(attribute, ignore_case).isin(sought))
    if flags:
        said.append(attribute["flag"].isin(flags))
    if numbers:
        said += [_isin(attribute["whole"], _integers(numbers)), _isin_real(attribute, numbers)]
    return ibis.coalesce(*said)


def _integers(numbers: list[Any]) -> list[int]:
    return [int(n) for n in numbers if n == math.floor(n) and SMALLEST <= n <= LARGEST]


def _isin(value: Any, sought: list[int]) -> Any:
    if sought:
        return value.isin(sought)
    return ibis.ifelse(value.notnull(), False, ibis.null("boolean"))


def _isin_real(attribute: Attribute, numbers: list[Any]) -> Any:
    value = attribute["real"]
    exact = [value == real(n) for n in numbers if isinstance(n, float)]
    nothing = ibis.ifelse(value.notnull(), False, ibis.null("boolean"))
    return reduce(lambda one, other: one | other, exact, nothing)


def _text(attribute: Attribute, ignore_case: bool) -> Any:
    if not ignore_case:
        return attribute["text"]
    return ibis.coalesce(attribute["fold"], attribute["text"])


def _looking(method: str) -> Callable[[Attribute, Any, bool], Any]:
    def looking(attribute: Attribute, operand: Any, ignore_case: bool) -> Any:
        sought = operand.casefold() if ignore_case else operand
        return getattr(_text(attribute, ignore_case), method)(sought)

    return looking


def _known(attribute: Attribute, _operand: Any, _case: bool) -> Any:
    there = [attribute[part].notnull() for part in ("text", "whole", "real", "flag", "object")]
    return reduce(lambda one, other: one | other, there, attribute["size"].notnull())


def _empty(attribute: Attribute, _operand: Any, _case: bool) -> Any:
    return ibis.coalesce(attribute["text"] == "", attribute["size"] == 0)


def _typed(attribute: Attribute, operand: Any, _case: bool) -> Any:
    kinds = {"text": "string", "whole": "number", "real": "number", "flag": "boolean"}
    said = [
        ibis.ifelse(attribute[part].notnull(), kind == operand, ibis.null("boolean"))
        for part, kind in {**kinds, "size": "list"}.items()
    ]
    return ibis.coalesce(*said)


def _items(join: Callable[[Any, Any], Any]) -> Callable[[Attribute, Any, bool], Any]:
    def items(attribute: Attribute, operand: Any, _case: bool) -> Any:
        found = [attribute["items"].contains(token(value)) for value in operand]
        said = reduce(join, found)
        return ibis.ifelse(attribute["size"].notnull(), said, ibis.null("boolean"))

    return items


def _size(attribute: Attribute, operand: Any, _case: bool) -> Any:
    low, high = operand
    size = attribute["size"]
    least = size >= (low if low is not None else 0)
    return least if high is None else least & (size <= high)


OPERATORS: Mapping[str, Callable[[Attribute, Any, bool], Any]] = {
    "at_least": lambda attribute, operand, _: _least(attribute, operand),
    "at_most": lambda attribute, operand, _: _most(attribute, operand),
    "between": lambda attribute, operand, _: (
        _least(attribute, operand[0]) & _most(attribute, operand[1])
    ),
    "before": lambda attribute, operand, _: ~_least(attribute, operand),
    "after": lambda attribute, operand, _: ~_most(attribute, operand),
    "equals": lambda attribute, operand, case: _alike(attribute, (operand,), case),
    "in": _alike,
    "contains": _looking("contains"),
    "starts_with": _looking("startswith"),
    "ends_with": _looking("endswith"),
    "is_known": _known,
    "is_empty": _empty,
    "has_type": _typed,
    "has_any": _items(lambda one, other: one | other),
    "has_all": _items(lambda one, other: one & other),
    "size": _size,
}
"""What is exact in every engine; RE2, time zones, networks and distances are not."""
FOLDING = frozenset({"equals", "in", "contains", "starts_with", "ends_with"})
"""Operators that may ignore case: by the folded text that lies beside the text."""
