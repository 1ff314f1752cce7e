"""How long it takes to refuse what a stranger sends to hurt, or to take it, in every notation."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from time import process_time

from benchmarks.ground import say
from rules.errors import InvalidError
from tests.rules.notations.test_hostile_corpus import CORPUS

RUNS = 3
AIM = 50.0
"""Milliseconds of CPU."""


def took(read: Callable[[object], object], said: object) -> float:
    """Return the milliseconds of CPU of the quickest of a few runs."""
    best = float("inf")
    for _ in range(RUNS):
        gc.collect()
        began = process_time()
        with suppress(InvalidError):
            read(said)
        best = min(best, (process_time() - began) * 1_000)
        if best < AIM / 2:
            break
    return best


def main() -> None:
    """Print, for each notation, how many there are, the slowest, and what takes too long."""
    for notation, part in CORPUS.items():
        ways = [way for way in (part.READ, getattr(part, "ANSWER", None)) if way]
        found = {name: max(took(way, made()) for way in ways) for name, made in part.MADE.items()}
        slowest = max(found, key=found.__getitem__)
        say(
            "hostile",
            notation=notation,
            inputs=len(found),
            slowest=slowest,
            slowest_ms=round(found[slowest], 1),
            over={name: round(ms) for name, ms in found.items() if ms > AIM},
        )


if __name__ == "__main__":
    main()
