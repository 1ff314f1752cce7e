"""A fixed share of everybody, by a salted hash: the same people every time."""

from __future__ import annotations

from typing import Any

from rules.allocation import position
from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import BUCKET

_WHOLE = 100


@operator(
    "bucket",
    "falls into the share",
    negation=("not_bucket", "falls outside the share"),
    kinds=("string", "number"),
    shape=BUCKET,
    example=Example({"salt": "spring", "from": 0, "until": 50}, "b", "f"),
)
def bucket(operand: tuple[str, float, float]) -> Check:
    """The hash of salt and value falls between these two percentages, the second excluded."""
    salt, low, high = operand

    def check(value: Any, _facts: Facts) -> Truth:
        if type(value) not in (str, int):
            return None
        return low <= position(salt, str(value)) * _WHOLE < high

    return check
