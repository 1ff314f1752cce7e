"""What is known of very many profiles at one instant: facts, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.columns.column import Column


@dataclass(frozen=True, slots=True)
class Columns:
    """The facts of ``size`` profiles at ``now`` (microseconds UTC), keyed as one profile's are.

    ``attributes`` are columns by dotted path; ``segments`` columns of booleans by name (``flags``
    makes one of a mask); ``windows`` what live windows read at ``now``, by window key: a number
    where a measure counts (sums and the like in millionths), a boolean for ``same``. A path or a
    segment without a column is unknown everywhere, a window without one has seen nothing.
    ``ValueError`` for a column of another length.

    >>> from rules.columns.coded import constant
    >>> Columns(2, {"traits.plan": constant("pro", 2)}).size
    2
    """

    size: int
    attributes: Mapping[str, Column] = field(default_factory=dict)
    segments: Mapping[str, Column] = field(default_factory=dict)
    windows: Mapping[str, Column] = field(default_factory=dict)
    now: int = 0

    def __post_init__(self) -> None:
        for columns in (self.attributes, self.segments, self.windows):
            for name, column in columns.items():
                if len(column) != self.size:
                    raise ValueError(f"{name}: expected a column of {self.size} rows")
