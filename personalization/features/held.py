"""States a worker has just folded, held so that a profile's next event need not read them.

A held state is used only while the stored row still has the version it was held under, and taking
it removes it: what a transaction rolled back is never used again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from rules.state import State

MOST = 4_000
"""So many states are held, the least recently folded ones go first (10 to 40 KB each)."""


class Held(NamedTuple):
    """A state, the version of the row it was stored in, and the definitions it was folded with."""

    version: int
    digest: str
    state: State


_held: OrderedDict[str, Held] = OrderedDict()


def version(profile: str, digest: str) -> int:
    """Return the version a profile is held under, or -1."""
    found = _held.get(profile)
    return found.version if found and found.digest == digest else -1


def take(profile: str) -> State:
    """Return a held state and hold it no longer; ``KeyError`` where none is held."""
    return _held.pop(profile).state


def keep(profile: str, held: Held) -> None:
    """Hold a state whose transaction has committed."""
    _held[profile] = held
    _held.move_to_end(profile)
    while len(_held) > MOST:
        _held.popitem(last=False)
