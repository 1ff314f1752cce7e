"""The hit policies: who comes first, how many may hold, and what is made of them.

Source: DMN 1.5, 8.2.10 (hit policies and aggregation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from rules.errors import InvalidError
from rules.expect import pointer
from rules.matrix.outcome import Output, Value, Values, same

LARGEST = 10**15
"""The largest number, either way, that is summed: every sum is then a number too."""


class Policy(NamedTuple):
    """``several``: all rows that hold are the answer. ``ranked``: by priority, not by the list.

    ``alone``: a second row that holds is a conflict, or (``agreeing``) one that says otherwise.
    """

    several: bool = False
    ranked: bool = False
    alone: bool = False
    agreeing: bool = False


POLICIES: Mapping[str, Policy] = {
    "first": Policy(),
    "unique": Policy(alone=True),
    "priority": Policy(ranked=True),
    "any": Policy(alone=True, agreeing=True),
    "collect": Policy(several=True),
    "rule_order": Policy(several=True),
    "output_order": Policy(several=True, ranked=True),
}

Kinds = tuple[type, ...]
_NUMBERS: Kinds = (int, float)


class Aggregate(NamedTuple):
    """What is made of the values of one output, and of which kinds they may be, alike in one."""

    of: Callable[[Sequence[Value]], Value]
    kinds: tuple[Kinds, ...] = ()


def total(values: Sequence[Value]) -> Value:
    """Return the sum of numbers as they are written, whole where it is whole; 0 of nothing.

    >>> total([0.1, 0.2]), total([])
    (0.3, 0)
    """
    summed = sum((Fraction(repr(value)) for value in values), Fraction(0))
    return summed.numerator if summed.denominator == 1 else float(summed)


AGGREGATES: Mapping[str, Aggregate] = {
    "count": Aggregate(len),
    "sum": Aggregate(total, (_NUMBERS,)),
    "min": Aggregate(lambda values: min(values, default=None), (_NUMBERS, (str,))),  # type: ignore[type-var]
    "max": Aggregate(lambda values: max(values, default=None), (_NUMBERS, (str,))),  # type: ignore[type-var]
}
"""What ``collect`` can make of the values of the rows that hold, output by output."""

COUNT = "count"
"""The name of a count of rows that say no values."""


def aggregated(name: str, named: Sequence[str], held: Sequence[Values]) -> Values:
    """Return each output's aggregate over the rows that hold; a row that is silent adds nothing.

    >>> aggregated("sum", ["price"], [(("price", 2),), (("price", 3), ("note", "x"))])
    (('price', 5),)
    """
    made = AGGREGATES[name].of
    said = [dict(values) for values in held]
    if name == COUNT and not named:
        return ((COUNT, len(said)),)
    return tuple((out, made([row[out] for row in said if out in row])) for out in named)


def ranks(
    priorities: Sequence[int], values: Sequence[Values], declared: Sequence[Output]
) -> Sequence[int]:
    """Return the rows by priority, the highest first, then by their outputs, then as listed.

    An output that declares its values puts the first of them first; what is not said comes last.

    >>> ranks([0, 5], [(), ()], ())
    [1, 0]
    """
    listed = [
        (output.name, {same(value): i for i, value in enumerate(output.values)})
        for output in declared
        if output.values
    ]

    def rank(row: int) -> tuple[int, ...]:
        said = dict(values[row]) if listed else {}
        places = (order.get(same(said.get(name)), len(order)) for name, order in listed)
        return (-priorities[row], *places)

    return sorted(range(len(priorities)), key=rank)


def summable(name: str, values: Values, at: str, seen: dict[str, Kinds]) -> None:
    """Raise ``InvalidError`` where a row says what the aggregate cannot take; ``seen`` fills up.

    >>> summable("sum", (("price", 2),), "/then", {})
    """
    kinds = AGGREGATES[name].kinds
    if kinds and not values:
        raise InvalidError(at, "missing", f"expected values, for the matrix takes their {name}")
    for output, value in values if kinds else ():
        place = f"{at}/values/{pointer(output)}"
        kind = next((kind for kind in kinds if type(value) in kind), None)
        if kind is None or seen.setdefault(output, kind) is not kind:
            raise InvalidError(place, "type", f"expected what {name} is taken of, one kind only")
        if isinstance(value, int | float) and abs(value) > LARGEST:
            raise InvalidError(place, "out_of_range", "expected a number between -10^15 and 10^15")
