"""A column of a path where the log has it, and the typed nothing where no event ever said it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis

from personalization.features.pointintime.cells import PARTS, column


def completed(events: Any, paths: Iterable[str]) -> Any:
    """Return a table of events that has a column for every part of these paths.

    >>> "properties_n_687de002_whole" in completed(ibis.table({"at": "int64"}), ["properties.n"])
    True
    """
    missing = {
        column(path, part): ibis.null(kind)
        for path in paths
        for part, kind in PARTS.items()
        if column(path, part) not in events.columns
    }
    return events.mutate(**missing) if missing else events


def told(events: Any, path: str, part: str) -> Any:
    """Return the column of a part of a path.

    >>> log = completed(ibis.table({"at": "int64"}), ["properties.n"])
    >>> told(log, "properties.n", "whole").type().is_int64()
    True
    """
    return events[column(path, part)]


def real(number: float) -> Any:
    """Return a double as an expression: told as text, since a decimal literal may be rounded twice.

    >>> real(0.1).type().is_float64()
    True
    """
    return ibis.literal(repr(float(number))).cast("float64")
