"""What a shadow found so far, as JSON: how many decisions would differ, by row, and for whom."""

from __future__ import annotations

from typing import Any

from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.plant.instants import to_text
from rules.errors import InvalidError

MOST_TIME = 14 * 86_400_000_000
MOST_DECISIONS = 10_000_000


def report(shadow: Shadow) -> dict[str, Any]:
    """Return a shadow with its report."""
    pairs = [
        {
            "live": {"row": pair.live_row or None, "variant": pair.live_variant or None},
            "draft": {"row": pair.draft_row or None, "variant": pair.draft_variant or None},
            "decisions": pair.count,
            "differs": pair.live_variant != pair.draft_variant,
            "sample": pair.sample,
        }
        for pair in shadow.pairs.order_by("-count")
    ]
    matrix = shadow.revision.matrix
    return {
        "id": shadow.pk,
        "slot": matrix.slot.key,
        "revision": shadow.revision.number,
        "share": shadow.share,
        "started": to_text(shadow.started_at),
        "ends": to_text(shadow.ends_at),
        "stopped": None if shadow.stopped_at is None else to_text(shadow.stopped_at),
        "ended": shadow.ended,
        "asked_by": shadow.asked_by,
        "seen": sum(pair["decisions"] for pair in pairs),
        "differ": sum(pair["decisions"] for pair in pairs if pair["differs"]),
        "pairs": pairs,
    }


def begin(revision: MatrixRevision, terms: tuple[float, int, int], actor: str, now: int) -> Shadow:
    """Write a running shadow; one of the same matrix that runs is stopped.

    ``terms`` are the share in percent, how long in microseconds, and after how many decisions.
    """
    share, lasts, most = terms
    if not 0 < share <= 100:  # noqa: PLR2004 -- per cent
        raise InvalidError("/share", "range", "expected more than 0 and at most 100 percent")
    if not 0 < lasts <= MOST_TIME:
        raise InvalidError("/lasts", "range", "expected at most 14d")
    if not 0 < most <= MOST_DECISIONS:
        raise InvalidError("/most", "range", f"expected 1 to {MOST_DECISIONS}")
    if revision.status != MatrixRevision.Status.DRAFT:
        raise InvalidError("/revision", "status", "expected a draft")
    for other in Shadow.objects.filter(revision__matrix=revision.matrix, stopped_at=None):
        end(other, now)
    return Shadow.objects.create(
        site=revision.matrix.slot.site,
        revision=revision,
        share=share,
        most=most,
        started_at=now,
        ends_at=now + lasts,
        asked_by=actor[:150],
    )


def end(shadow: Shadow, now: int) -> bool:
    """Stop a shadow; False where it was over."""
    running = Shadow.objects.filter(pk=shadow.pk, stopped_at=None)
    return bool(running.update(stopped_at=now, ended=Shadow.Ended.STOPPED))
