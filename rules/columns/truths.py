"""A condition over columns: for every profile true, false or unknown, as compiled it would say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rules.columns.column import Mask
from rules.columns.program import Program
from rules.columns.table import Columns
from rules.compiler import Keys
from rules.conditions import Condition

_NO_KEYS: Keys = {}


def compile(  # noqa: A001 the word of the field
    condition: Condition,
    columns: Columns,
    keys: Keys = _NO_KEYS,
    named: Mapping[str, Condition] | None = None,
) -> tuple[Mask, Mask]:
    """Return where the condition is true, and where it is known (Kleene).

    ``keys`` must know every measure and ``same`` group, as for ``rules.compiler.compile``, whose
    answers these are. ``named`` are conditions of segments the columns do not tell.
    ``InvalidError`` for what the compiler refuses.

    >>> from rules.columns.gathering import column
    >>> from rules.conditions import Test
    >>> columns = Columns(3, {"traits.age": column([17, 18, None])})
    >>> true, known = compile(Test("traits.age", "at_least", 18), columns)
    >>> true.tolist(), known.tolist()
    ([False, True, False], [True, True, False])
    """
    program = Program(columns, keys, named)
    program.add(condition)
    program.add(condition, False)
    true, known = np.empty(columns.size, np.bool_), np.empty(columns.size, np.bool_)
    for part in program.parts():
        true[part], false = program.run(part)
        known[part] = true[part] | false
    return true, known


def count(
    conditions: Mapping[str, Condition],
    columns: Columns,
    keys: Keys = _NO_KEYS,
) -> dict[str, tuple[int, int]]:
    """Return, for each condition, of how many profiles it is true and of how many it is unknown.

    The conditions may name each other as segments; see ``compile``.

    >>> from rules.conditions import Everyone
    >>> count({"everyone": Everyone()}, Columns(388))
    {'everyone': (388, 0)}
    """
    program = Program(columns, keys, conditions)
    for condition in conditions.values():
        program.add(condition)
        program.add(condition, False)
    totals = np.zeros((len(conditions), 2), np.int64)
    for part in program.parts():
        counts = [np.count_nonzero(mask) for mask in program.run(part)]
        totals += np.array(counts, np.int64).reshape(totals.shape)
    return {
        name: (int(true), columns.size - int(true) - int(false))
        for name, (true, false) in zip(conditions, totals, strict=True)
    }
