"""What a revision would do if it were in force: a run that counts people and keeps the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from personalization.decisions.models import MatrixRevision
from personalization.flows import census, draft_matrix, draft_segment, draft_set
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.models import Run
from personalization.segments.models import SegmentRevision, SegmentSetRevision
from rules.errors import InvalidError

TASK = "preview"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of revision: where it is found, whose site it is of, and how people are counted."""

    model: Any
    related: str
    site: Callable[[Any], int]
    count: Callable[[Any, Clock], Counter[str]]


KINDS: Mapping[str, Kind] = {
    "segment": Kind(
        SegmentRevision, "segment", lambda row: row.segment.site_id, draft_segment.count
    ),
    "set": Kind(SegmentSetRevision, "set", lambda row: row.set.site_id, draft_set.count),
    "matrix": Kind(
        MatrixRevision, "matrix__slot", lambda row: row.matrix.slot.site_id, draft_matrix.count
    ),
}


def preview(kind: str, revision_id: int, clock: Clock) -> Run:
    """Count for one revision; return the row of the run, whose result says how many of how many."""
    known = KINDS[kind]
    revision = known.model.objects.select_related(known.related).get(pk=revision_id)
    site_id = known.site(revision)

    def work(run: Run) -> None:
        run.subject, run.total = subject(kind, revision_id), census.size(site_id)
        try:
            told = known.count(revision, clock)
        except InvalidError as error:
            raise runs.RefusedError(str(error)) from error
        method = "columns" if "age_seconds" in told else "profiles"
        run.result = {**told, "method": method}
        runs.advance(run, told["people"])

    return runs.recorded(TASK, site_id, clock, work)


def subject(kind: str, revision_id: int) -> str:
    """Return how a run's row names the revision it is about."""
    return f"{kind} {revision_id}"
