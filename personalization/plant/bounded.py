"""Lists that stay fast at any size: pages are counted up to a bound, never the whole table."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

MOST = 5_000
"""A list is read this far; what lies beyond is found by searching."""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts the keys of at most ``MOST`` rows, so that no page costs a count of everything."""

    most = MOST

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or ``MOST`` where there are more."""
        rows: Any = self.object_list
        if isinstance(rows, (list, tuple)):
            return len(rows)
        return len(rows.values_list("pk")[:MOST])
