"""What is done again from the log: scores are trained anew, segments folded anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from uuid import UUID

from personalization.events import log
from personalization.features.models import Feature
from personalization.flows import publication, recording, refolding
from personalization.learning import champion, training
from personalization.learning.examples import Example, definitions, examples
from personalization.learning.registry import Score, scores
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.models import Run
from personalization.profiles.models import Identity, Profile
from rules.parser import parse_measure
from rules.state import Event

SLICE = 200
"""So many profiles are read, or folded in one transaction, at a time."""
SAMPLE = 20_000
"""A model learns from so many people; ids are hashes, so the first ones are a fair draw."""


def recompute_scores(site_id: int, clock: Clock) -> Run:
    """Train every score anew, and put in force what is not worse; return the row of the run."""

    def work(run: Run) -> None:
        for score in scores.values():
            runs.advance(run, _train(site_id, score, clock))

    return runs.recorded("recompute_scores", site_id, clock, work)


def recompute_segments(site_id: int, clock: Clock) -> Run:
    """Fold every profile anew in small transactions; return the row of the run."""

    def work(run: Run) -> None:
        run.total = Profile.objects.filter(site_id=site_id, merged_into=None).count()
        for part in _slices(site_id):
            refolding.refold(site_id, part, "publish", clock)
            if not runs.advance(run, len(part)):
                return

    return runs.recorded("recompute_segments", site_id, clock, work)


def _train(site_id: int, score: Score, clock: Clock) -> int:
    now = clock.now()
    rows = list(_examples(site_id, score, now))
    names = sorted({name for row in rows for name in row.features if _is_told(row.features[name])})
    parts = training.split(rows, score.horizon)
    try:
        fitted = training.fit(names, parts)
    except training.RefusedError as refusal:
        raise runs.RefusedError(f"{score.name}: {refusal}") from refusal
    if champion.settle(site_id, score.name, fitted, parts, now).champion:
        publication.publish_features(site_id, "recompute_scores", clock)
    return len(rows)


def _is_told(value: object) -> bool:
    return isinstance(value, int | float)


def _examples(site_id: int, score: Score, now: int) -> Iterator[Example]:
    declared = Feature.objects.filter(site_id=site_id).values_list("name", "measure")
    asked = definitions({name: parse_measure(measure) for name, measure in declared})
    people = 0
    for part in _slices(site_id, device_view=False):
        for history in _histories(part):
            yield from examples(history, asked, score.goal, score.horizon, now)
        people += len(part)
        if people >= SAMPLE:
            return


def _histories(profiles: Iterable[UUID]) -> Iterator[list[Event]]:
    identities = Identity.objects.filter(person__in=profiles).values_list("person", "id")
    entries = log.history(
        [(person.hex, identity.hex, False, -1) for person, identity in identities]
    )
    for _, group in groupby(entries, key=lambda entry: entry.profile):
        yield [recording.event(entry) for entry in group]


def _slices(site_id: int, **narrowed: object) -> Iterator[list[UUID]]:
    """Yield the ids of the site's profiles, some at a time, in the order of their ids."""
    profiles = Profile.objects.filter(site_id=site_id, merged_into=None, **narrowed).order_by("id")
    last = UUID(int=0)
    while part := list(profiles.filter(id__gt=last).values_list("id", flat=True)[:SLICE]):
        yield part
        last = part[-1]
