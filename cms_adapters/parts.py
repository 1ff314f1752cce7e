"""A part of a sync, an entry each: one that cannot be read keeps no other from being read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cms_adapters.messages import Item, Unreadable, reading

MOST = 20
"""So many of the unreadable are named."""


def legible(
    told: Iterable[Any], read: Callable[[Any], Iterable[Item]]
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return the items of a part, and why others of its entries could not be read.

    Where none of them can be read it is no content: ``Unreadable``.

    >>> from cms_adapters.messages import Item
    >>> item = Item("1", "posts", "", 7, True, "Hello", {})
    >>> legible(["good", "bad"], lambda one: {"good": [item]}[one])[1]
    ("entry 2 of the part: expected an entry: KeyError('bad')",)
    """
    items: list[Item] = []
    unread: list[str] = []
    number = 0
    for number, one in enumerate(told, 1):
        try:
            with reading("an entry"):
                items += read(one)
        except Unreadable as fault:
            unread.append(f"entry {number} of the part: {fault}")
    if unread and len(unread) == number:
        raise Unreadable(unread[0])
    return tuple(items), tuple(unread[:MOST])
