"""Conditions over columns as masks: of whom each is true, and of whom it is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from rules.columns.program import Program
from rules.columns.table import Columns
from rules.compiler import Keys
from rules.conditions import Condition, Member

Mask = npt.NDArray[np.bool_]
Marked = tuple[dict[str, Mask], dict[str, Mask]]


def mark(columns: Columns, keys: Keys, conditions: Mapping[str, Condition]) -> Marked:
    """Return where each condition is true, and where it is known; what they share is asked once."""
    program = Program(columns, keys)
    for one in conditions.values():
        program.add(one)
        program.add(one, False)
    masks = _run(program, columns.size, 2 * len(conditions))
    true = dict(zip(conditions, masks[::2], strict=True))
    false = dict(zip(conditions, masks[1::2], strict=True))
    return true, {name: true[name] | mask for name, mask in false.items()}


def member(columns: Columns, slug: str) -> Mask:
    """Return who is in a segment, as columns tell."""
    program = Program(columns, {})
    program.add(Member(slug))
    return _run(program, columns.size, 1)[0]


def _run(program: Program, size: int, count: int) -> list[Mask]:
    masks = [np.empty(size, np.bool_) for _ in range(count)]
    for part in program.parts():
        for mask, found in zip(masks, program.run(part), strict=True):
            mask[part] = found
    return masks
