"""Row by row: what became of it, what each leaf saw, and what the visitor is short of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.decisions.current import Live
from personalization.flows import shortfall
from personalization.flows.standpoint import Standpoint
from rules import wording
from rules.allocation import position
from rules.compiler import leaves
from rules.facts import Facts
from rules.matrix.document import Row

WHOLE = 100
MOST = 100
"""Of so many rows the nearest miss is told."""


def rows(live: Live, facts: Facts, unit: str, stood: Standpoint) -> list[dict[str, Any]]:
    """Return each row of a matrix as JSON, in order."""
    told = live.matrix.explain(facts, unit)
    parsed = live.matrix.matrix.rows
    return [
        {
            **{name: each[name] for name in ("row", "outcome", "chosen", "behind")},
            "number": number,
            "words": wording.words(row.when),
            "then": row.then(),
            "note": row.note,
            "share": _share(row, unit),
            "leaves": [_leaf(*pair) for pair in zip(leaves(row.when), each["leaves"])]  # type: ignore[call-overload]  # noqa: B905 -- a row that is off tells none
            if row.enabled
            else [],
            "nearest": []
            if each["chosen"] or number > MOST
            else list(shortfall.words(live.matrix, facts, unit, row.id, stood)),
        }
        for number, (row, each) in enumerate(zip(parsed, told, strict=True), 1)
    ]


def _leaf(leaf: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    return {"words": wording.words(leaf), "truth": told["truth"], "seen": told["seen"]}


def _share(row: Row, unit: str) -> dict[str, Any] | None:
    """Return where chance puts the visitor on the line of a row that is rolled out to a share."""
    if row.rollout >= WHOLE:
        return None
    place = position(row.id, unit) * WHOLE
    return {"percent": row.rollout, "position": place, "inside": place < row.rollout}
