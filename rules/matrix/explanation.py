"""Why a row did or did not fire: every leaf of its condition, what it saw and what it said."""

from __future__ import annotations

from collections.abc import Collection

from rules import canonical, compiler
from rules.allocation import included
from rules.compiler import Keys, in_millionths, leaves, measuring, reading, windowed
from rules.conditions import Condition, EventTest, Member, Test
from rules.facts import Facts, Truth
from rules.matrix.document import Matrix, Row
from rules.values import unscaled

OUTCOMES = (
    "matched",
    "not_matched",
    "unknown",
    "disabled",
    "not_active",
    "outside_rollout",
)
"""The words for what became of a row, the condition's answer first."""

_WHOLE = 100
_WORDS = {True: "matched", False: "not_matched", None: "unknown"}


def explain(
    matrix: Matrix, keys: Keys, facts: Facts, unit: str, chosen: Collection[int]
) -> list[dict[str, object]]:
    """Return, for each row in order: its id, outcome, whether it was chosen, and its leaves.

    A leaf says its condition, its truth (true, false or ``None`` for unknown) and the value seen.
    ``chosen`` are the places of the rows that were taken. ``behind`` are the rows because of which
    one that matched was not: those that were, or (in a conflict) all others that matched.
    ``rules.matrix.nearest`` says what would help.

    >>> matrix = Matrix((Row("a", Member("vip"), "gold"),))
    >>> explain(matrix, {}, Facts(), "visitor-1", ())[0]["outcome"]
    'unknown'
    """
    outcomes = [outcome(row, keys, facts, unit) for row in matrix.rows]
    matched = [row.id for row, became in zip(matrix.rows, outcomes, strict=True)
               if became == "matched"]  # fmt: skip
    ahead = [matrix.rows[place].id for place in chosen] or matched
    return [
        {
            "row": row.id,
            "index": i,
            "outcome": became,
            "chosen": i in chosen,
            "behind": [name for name in ahead if name != row.id]
            if became == "matched" and i not in chosen
            else [],
            "leaves": [_leaf(leaf, keys, facts) for leaf in leaves(row.when)]
            if row.enabled
            else [],
        }
        for i, (row, became) in enumerate(zip(matrix.rows, outcomes, strict=True))
    ]


def outcome(row: Row, keys: Keys, facts: Facts, unit: str) -> str:
    """Return the word for what became of one row.

    >>> outcome(Row("a", Member("vip"), "gold", enabled=False), {}, Facts(), "visitor-1")
    'disabled'
    """
    if not row.enabled:
        return "disabled"
    if not _in_force(row, facts.now):
        return "not_active"
    truth: Truth = compiler.compile(row.when, keys)(facts)
    if truth and row.rollout < _WHOLE and not included(row.id, unit, row.rollout):
        return "outside_rollout"
    return _WORDS[truth]


def _in_force(row: Row, now: int) -> bool:
    active = row.active
    if active is None:
        return True
    begun = active.start_at is None or active.start_at <= now
    return begun and (active.until_at is None or now < active.until_at)


def _leaf(leaf: Condition, keys: Keys, facts: Facts) -> dict[str, object]:
    truth = compiler.compile(leaf, keys)(facts)
    return {"condition": canonical.document(leaf), "truth": truth, "seen": seen(leaf, keys, facts)}


def seen(leaf: Condition, keys: Keys, facts: Facts) -> object:
    """Return the value a leaf looked at, ``None`` where it is unknown or there is no single one.

    >>> seen(Test("traits.plan", "equals", "pro"), {}, Facts({"traits.plan": "free"}))
    'free'
    """
    if isinstance(leaf, Test):
        return reading(leaf.attribute)(facts)
    if isinstance(leaf, Member):
        return facts.segments.get(leaf.segment)
    if isinstance(leaf, EventTest):
        measure = windowed(leaf)
        value = measuring(measure, keys)(facts)
        return unscaled(value) if type(value) is int and in_millionths(measure.kind) else value
    return None
