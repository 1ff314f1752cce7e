"""The aggregates on one shelf: how a kind of measure is worked out over a whole log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from personalization.features.pointintime.matched import Matched
from rules.registry import Shelf


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One kind of measure: ``answer`` gives one row a point at which something was heard.

    The rows have ``profile``, ``now`` and the columns of the answer. ``nothing`` is the answer
    where nothing was heard, ``None`` for unknown.
    """

    answer: Callable[[Matched], Any]
    columns: tuple[str, ...] = ("value",)
    nothing: int | None = None


aggregates: Shelf[Aggregate] = Shelf("personalization.features.pointintime.aggregates")
SAID = ("text", "whole", "real", "flag")
"""The columns of an answer that is a value as it was said: one of them has it."""
LIST = ("list",)
"""The column of an answer that is several such values: structures of them and their ``place``."""
TRUTH = ("flag",)
"""The column of a habit's answer: whether it is so."""


def aggregate(
    *names: str, nothing: int | None = None, columns: tuple[str, ...] = ("value",)
) -> Callable[[Callable[[Matched], Any]], Callable[[Matched], Any]]:
    """Return the decorator that puts a function on the shelf, under the kinds it answers.

    >>> callable(aggregate("mode"))
    True
    """

    def shelve(answer: Callable[[Matched], Any]) -> Callable[[Matched], Any]:
        for name in names:
            aggregates.put(name, Aggregate(answer, columns, nothing))
        return answer

    return shelve
