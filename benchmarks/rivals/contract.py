"""What the benchmark asks of another rule engine.

Each gets the cells of a table in its own notation. ``first`` is the first row by priority,
``all`` every row that matches; an engine that cannot do the one or the other says so with ``None``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from benchmarks.tables import Cell, Profile

Table = list[list[Cell]]


class Engine:
    """One engine with one table; ``most`` is the number of rows it can take at all."""

    name: ClassVar[str]
    package: ClassVar[str] = ""
    most: ClassVar[int] = 100_000
    why: ClassVar[str] = ""
    all: Callable[[Any], list[int]] | None = None

    def person(self, profile: Profile) -> Any:
        """Return a profile as the engine wants it; not part of what is measured."""
        return profile

    def first(self, person: Any) -> int | None:
        """Return the number of the first row that matches."""
        raise LookupError(person)
