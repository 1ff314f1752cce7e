"""A file as lines of cells, before anything is made of them, and what was seen on the way."""

from __future__ import annotations

from typing import NamedTuple

from rules.errors import InvalidError


class Opened(NamedTuple):
    """The cells of a file; cells that cannot be read are empty and stand in ``faults``.

    ``notes`` say what was taken for granted: another encoding than UTF-8, sheets left unread.
    """

    lines: list[list[str]]
    faults: tuple[InvalidError, ...] = ()
    notes: tuple[str, ...] = ()
