"""Names of variants and segments in a file that this site does not have, each at its cell."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from personalization.content.models import Slot, Variant
from personalization.flows import definitions
from personalization.segments.models import Segment
from rules import canonical
from rules.filing import Taken
from rules.grid.addresses import Spot
from rules.matrix.document import Matrix, Row

SHOWN = 8
"""So many names are offered instead of one that is not known."""


def faults(slot: Slot, taken: Taken, before: Matrix) -> Iterator[Spot]:
    """Yield each unknown name; what the draft asks for already is left to its checks."""
    assert taken.matrix is not None
    variants = set(Variant.objects.filter(slot=slot).values_list("slug", flat=True))
    segments = set(Segment.objects.filter(site_id=slot.site_id).values_list("slug", flat=True))
    segments |= set(definitions.live(slot.site_id).segments)
    shown = variants | {row.variant for row in before.rows} | {""}
    asked = segments | {name for row in before.rows for name in _segments(row)}
    for i, row in enumerate(taken.matrix.rows):
        if row.variant not in shown:
            message = f"expected a variant of {slot.key}{_offered(variants)}, not {row.variant}"
            yield taken.spot(i, "variant", "unknown", message)
        for name in sorted(_segments(row) - asked):
            message = f"expected a segment of this site{_offered(segments)}, not {name}"
            yield taken.spot(i, _column(taken, i, name), "unknown", message)
    for name in taken.matrix.fallback:
        if name not in variants and name not in before.fallback:
            message = f"expected variants of {slot.key}{_offered(variants)}, not {name}"
            yield Spot(0, "fallback", "", name, "unknown", message)


def _segments(row: Row) -> set[str]:
    """Return the segments a row's condition asks about, wherever in it."""
    found: set[str] = set()
    waiting: list[Any] = [canonical.document(row.when)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found |= {part["segment"]} if isinstance(part.get("segment"), str) else set()
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def _column(taken: Taken, row: int, name: str) -> str:
    """Return the heading of the first cell of a row in which a name stands."""
    if not taken.numbers:
        return "segments"
    head = taken.heads()
    line = taken.lines[taken.numbers[row] - 1]
    plain = ("id", "variant", "note")
    found = (h for h, cell in zip(head, line, strict=False) if name in cell and h not in plain)
    return next(found, "segments")


def _offered(names: AbstractSet[str]) -> str:
    offered = sorted(names)[:SHOWN]
    more = ", ..." if len(names) > SHOWN else ""
    return f" ({', '.join(offered)}{more})" if offered else ""
