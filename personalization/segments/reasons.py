"""Why something derived is so of a profile: the rule in words, its revision, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any
from uuid import UUID

from personalization.plant.instants import to_text
from personalization.segments import stages
from personalization.segments.models import Conclusion, StageRulesRevision

LOOKED_BACK = 50
"""So many of the newest conclusions are read for the instant since when a value has stood."""


def of(site_id: int, profile: UUID) -> list[dict[str, Any]]:
    """Return what is concluded of a profile as JSON: value, rule, its words and its revision.

    The revision is the one in force when that was concluded; ``when`` is null where it is gone.
    """
    said = Conclusion.objects.filter(profile=profile, site_id=site_id).order_by("-at", "-id")
    rows = list(said[:LOOKED_BACK])
    if not rows:
        return []
    newest = rows[0]
    revision = StageRulesRevision.objects.filter(pk=newest.revision, rules__site_id=site_id).first()
    words = stages.whens(revision.document) if revision else {}
    return [
        {
            "name": name,
            "value": newest.values[name],
            "since": to_text(_since(rows, name)),
            "because": newest.because.get(name),
            "when": words.get(newest.because.get(name)),
            "revision": revision.number if revision else None,
        }
        for name in sorted(newest.values)
    ]


def _since(rows: Sequence[Conclusion], name: str) -> int:
    value = rows[0].values[name]
    standing = takewhile(lambda row: row.values.get(name) == value, rows)
    return min(int(row.at) for row in standing)
