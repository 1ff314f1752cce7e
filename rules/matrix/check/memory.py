"""What was found out about rows before an edit, and as long as it must still be true.

A visitor found for a row proves that it is reached as long as the row is the same and no row in its
way holds for that visitor; rows that hide it prove the contrary as long as they are there.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any as AnyValue
from typing import NamedTuple

from rules.matrix.document import Row


class Kept(NamedTuple):
    """An answer and the rows it rests on; it stands as long as they do."""

    rows: tuple[Row, ...]
    answer: AnyValue


class Memory:
    """Answers by question; those not asked for during one check are forgotten at its end."""

    def __init__(self) -> None:
        self._old: dict[Hashable, Kept] = {}
        self._new: dict[Hashable, Kept] = {}

    def get(self, question: Hashable, rows: Mapping[str, Row]) -> Kept | None:
        """Return the answer if every row it rests on is among these, unchanged."""
        kept = self._old.get(question)
        if kept is None or not all(rows.get(row.id) == row for row in kept.rows):
            return None
        return kept

    def put(self, question: Hashable, rows: Iterable[Row], answer: AnyValue) -> None:
        """Keep an answer until the end of the next check."""
        self._new[question] = Kept(tuple(rows), answer)

    def turn(self) -> None:
        """End a check."""
        self._old, self._new = self._new, {}
