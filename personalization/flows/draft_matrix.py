"""Whom each row would be shown to, and who would see something else, under another revision."""

from __future__ import annotations

from collections import Counter

import numpy as np

from personalization.decisions.models import MatrixRevision
from personalization.flows import contest, voting
from personalization.plant.clock import Clock
from rules.columns import choices


def count(revision: MatrixRevision, clock: Clock) -> Counter[str]:
    """Return for each row how many it would be shown to, for how many none, and who sees a change.

    What a request says is unknown here. ``InvalidError`` for what could not be published.
    """
    slot = revision.matrix.slot
    asked = contest.of(slot.site_id, slot.key, revision.document)
    found = voting.of(asked, clock.now())
    rows = choices.counts(asked.new.matrix.matrix, found.rows)
    told = Counter(
        {
            "people": found.size,
            **{f"row {row}": number for row, number in rows.items()},
            "nothing": int(np.count_nonzero(found.rows == choices.NOTHING)),
            "conflict": int(np.count_nonzero(found.rows == choices.CONFLICT)),
            "changed": int(np.count_nonzero(found.was != found.sees)),
        }
    )
    if found.told["method"] == "columns":
        told["age_seconds"] = found.told["age_seconds"]
    return told
