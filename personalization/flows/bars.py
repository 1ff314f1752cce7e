"""When somebody was in which segment: a bar for each stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from personalization.plant.instants import to_text
from rules.definitions import Definitions
from rules.state import Move


def of(moves: Iterable[Move], asked: Definitions, since: int) -> list[dict[str, Any]]:
    """Return when somebody was in each segment they were in, in the order of their first entry."""
    names = {key: slug for slug, key in asked.segments.items()}
    stays: dict[str, list[list[int | None]]] = {}
    for move in sorted(moves, key=lambda move: move.effective_at):
        held = stays.setdefault(move.segment, [])
        if move.entered:
            held.append([move.effective_at, None])
        elif held:
            held[-1][1] = move.effective_at
    return [
        {"segment": names[key], "stays": told}
        for key, held in stays.items()
        if key in names and (told := _seen(held, since))
    ]


def _seen(held: Sequence[Sequence[int | None]], since: int) -> list[dict[str, str | None]]:
    shown = [(start, end) for start, end in held if end is None or end >= since]
    return [
        {"from": to_text(start or 0), "until": None if end is None else to_text(end)}
        for start, end in shown
    ]
