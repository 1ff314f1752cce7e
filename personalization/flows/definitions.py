"""What a site asks of its profiles now: the live definitions, and those being prepared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from personalization.features.models import Feature
from personalization.segments.models import Segment, SegmentRevision
from personalization.sites.models import Generation, Publication
from rules import definitions, durations, parser
from rules.conditions import Condition, Measure
from rules.definitions import Definitions, Stability
from rules.errors import InvalidError
from rules.scopes import Scope

_loaded: dict[int, tuple[tuple[object, ...], Definitions]] = {}


def load(site_id: int) -> Definitions:
    """Return the definitions a batch folds with: live, and beside them all that is preparing."""
    preparing = tuple(
        Publication.objects.filter(site_id=site_id, state=Publication.State.PREPARING)
        .order_by("id")
        .values_list("kind", "revision_id")
    )
    number = Generation.objects.values_list("number", flat=True).filter(site_id=site_id).first()
    stamp = (number, preparing)
    held = _loaded.get(site_id)
    if held is None or held[0] != stamp:
        held = _loaded[site_id] = (stamp, _compose(site_id, preparing))
    return held[1]


def _compose(site_id: int, preparing: tuple[tuple[str, int], ...]) -> Definitions:
    found = live(site_id)
    for kind, revision_id in preparing:
        if kind == "segment":
            found = definitions.union(found, live(site_id, replacing=revision_id))
    return found


def live(site_id: int, replacing: int | None = None) -> Definitions:
    """Return the live definitions, or what they would be with one more revision in force."""
    revisions = {
        revision.segment_id: revision
        for revision in SegmentRevision.objects.filter(
            segment__site_id=site_id, pk__in=Segment.objects.filter(site_id=site_id).values("live")
        ).select_related("segment")
    }
    if replacing is not None:
        revision = SegmentRevision.objects.select_related("segment").get(pk=replacing)
        revisions[revision.segment_id] = revision
    segments = {r.segment.slug: _segment(r.condition, r.stability) for r in revisions.values()}
    features = dict(Feature.objects.filter(site_id=site_id).values_list("name", "measure"))
    return build(segments, features)


def build(
    segments: Mapping[str, tuple[Condition, Stability]],
    features: Mapping[str, Any],
) -> Definitions:
    """Compile segments and features; raises InvalidError for unknown names and circles."""
    measures: dict[str, Measure] = {
        name: parser.parse_measure(measure) for name, measure in features.items()
    }
    return definitions.build(segments, measures)


def _segment(condition: Any, stability: Mapping[str, Any]) -> tuple[Condition, Stability]:
    return parser.parse(condition, scope=Scope.SEGMENT), parse_stability(stability)


EXPECTED = "expected enter_after, exit_after, min_stay or max_moves_per_day"
DURATIONS = ("enter_after", "exit_after", "min_stay")


def parse_stability(document: Mapping[str, Any]) -> Stability:
    """Return stability settings from their JSON: durations as text, moves a day as a number.

    >>> parse_stability({"enter_after": "30m"}).enter_after
    1800000000
    """
    known = {*DURATIONS, "max_moves_per_day"}
    _refuse_unknown(set(document) - known)
    moves = document.get("max_moves_per_day")
    if moves is not None and (not isinstance(moves, int) or moves < 1):
        raise InvalidError("/max_moves_per_day", "value", "expected a whole number from 1")
    times = {name: durations.parse(document[name]) for name in DURATIONS if document.get(name)}
    return Stability(**times, max_moves_per_day=moves)


def _refuse_unknown(names: Iterable[str]) -> None:
    for name in sorted(names):
        raise InvalidError(f"/{name}", "unknown", EXPECTED)  # fmt: skip
