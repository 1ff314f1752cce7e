"""The shelf of carriers: how a delivery reaches somebody else's server."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from rules.registry import Shelf

NONE: Mapping[str, str] = MappingProxyType({})


class Load(NamedTuple):
    """One attempt at one delivery; ``now`` is microseconds UTC, ``secrets`` what signs it.

    ``cargo`` is what a carrier needs and no row holds: put in before the attempt, gone after it.
    """

    id: int
    site: int
    key: str
    lane: str
    kind: str
    payload: dict[str, Any]
    attempt: int
    written_at: int
    now: int
    secrets: tuple[str, ...] = ()
    cargo: Any = None


class Outcome(NamedTuple):
    """What came of an attempt: done, to be tried again (not before so many seconds), or dead.

    ``found`` is what the answer held, for whoever is told; it is not stored with the delivery.
    """

    state: str
    error: str = ""
    status: int | None = None
    ms: int | None = None
    answer: str = ""
    not_before: int = 0
    found: Any = None
    headers: Mapping[str, str] = NONE


class Carrier(Protocol):
    """One way to deliver: a class in ``push/carriers``, put on the shelf under its name."""

    label: str

    def carry(self, load: Load) -> Outcome:
        """Try once; what goes wrong is an outcome. It may be tried again with the same key."""


shelf = Shelf[Carrier]("personalization.push.carriers")
"""Every carrier by its name."""
