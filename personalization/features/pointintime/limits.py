"""Where a live window gives up for want of room, the batch says unknown too."""

from __future__ import annotations

from typing import Any

import ibis

from rules.conditions import Span
from rules.windows.begun import moves
from rules.windows.kept import LIMIT


def bounded(value: Any, kept: Any, span: Span, *, always: bool = False, most: int = LIMIT) -> Any:
    """Return the value, unknown where a window that has an end would have to keep too much.

    ``kept`` is how much that is. Without an end only a window that keeps everything has a bound,
    and one whose beginning moves: it keeps what may yet count.
    """
    if span.length is None and not moves(span) and not always:
        return value
    return ibis.ifelse(kept > most, ibis.null(value.type()), value)


def capped(value: Any, different: Any, span: Span, most: int) -> Any:
    """Return the value, unknown where a window without an end would tell too many values apart."""
    if span.length is not None or moves(span):
        return value
    return ibis.ifelse(different > most, ibis.null(value.type()), value)
