"""One attribute of very many profiles, and a test asked of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rules.facts import Facts
from rules.operators.registry import Check, Operator

Mask = npt.NDArray[np.bool_]
"""One truth for each row."""

Codes = npt.NDArray[Any]
"""For each row the place of its value in a list of distinct values."""

Ask = Callable[[slice], Mask]
"""The rows of a part (a slice with step 1) at which a test answers as wanted; read it only."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One bound operator, the instant it is asked at, and which answer is looked for.

    ``wanted`` False looks for the rows at which the test is false, which is not the same as not
    true: what is unknown is neither.
    """

    operator: Operator
    operand: Any
    check: Check
    now: int = 0
    wanted: bool = True
    nobody: Facts = field(default_factory=Facts)

    def holds(self, value: object, beside: Mapping[str, object] | None = None) -> bool:
        """Tell whether the answer on one value is the wanted one; ``beside`` are other attributes.

        >>> from rules.operators.registry import operators
        >>> part = operators["at_least"]
        >>> Question(part, 3, part.bind(3)).holds(3)
        True
        """
        if value is None and not self.operator.total:
            return False
        facts = self.nobody if beside is None else Facts(beside, now=self.now)
        return self.check(value, facts) is self.wanted


class Column(Protocol):
    """The canonical values of one attribute, row by row, however they are kept."""

    def __len__(self) -> int:
        """Return the number of rows."""

    def known(self, part: slice) -> Mask:
        """Return which rows of a part have a value."""

    def distinct(self, part: slice) -> tuple[Sequence[object], Codes]:
        """Return values (``None`` for the unknown), and for each row of the part which it has."""

    def ask(self, question: Question) -> Ask:
        """Return where the answer is as wanted; what can be known beforehand is worked out here."""


def one_by_one(column: Column, question: Question) -> Ask:
    """Return the way that works for every operator: its own check, once for each distinct value.

    >>> from rules.columns.coded import constant
    >>> from rules.operators.registry import operators
    >>> part = operators["contains"]
    >>> question = Question(part, "ro", part.bind("ro"))
    >>> one_by_one(constant("pro", 2), question)(slice(0, 2)).tolist()
    [True, True]
    """

    def ask(part: slice) -> Mask:
        values, codes = column.distinct(part)
        table = np.fromiter(map(question.holds, values), np.bool_, len(values))
        return table[codes]

    return ask


def fitting(known: Mask | None, size: int) -> Mask | None:
    """Return the mask of the known rows; ``ValueError`` for one of another length.

    >>> fitting(None, 3) is None
    True
    """
    if known is not None and known.shape != (size,):
        raise ValueError(f"expected a mask of {size} rows")
    return known


def never(part: slice) -> Mask:
    """Return the mask of no row of a part.

    >>> never(slice(2, 4)).tolist()
    [False, False]
    """
    return np.zeros(part.stop - part.start, np.bool_)


def always(part: slice) -> Mask:
    """Return the mask of every row of a part.

    >>> always(slice(2, 4)).tolist()
    [True, True]
    """
    return np.ones(part.stop - part.start, np.bool_)
