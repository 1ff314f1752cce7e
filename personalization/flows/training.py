"""Scores trained anew from the log, by the declarations that serve them."""

from __future__ import annotations

from collections.abc import Iterator

from personalization.flows import declared, declaring, histories
from personalization.learning import champion, training
from personalization.learning.examples import Example, definitions, examples
from personalization.learning.registry import Score, scores
from personalization.plant import runs
from personalization.plant.clock import Clock
from personalization.plant.models import Run

SAMPLE = 20_000
"""A model learns from so many people."""


def recompute_scores(site_id: int, clock: Clock) -> Run:
    """Train every score anew, and put in force what is not worse; return the row of the run."""

    def work(run: Run) -> None:
        for score in scores.values():
            runs.advance(run, _train(site_id, score, clock))

    return runs.recorded("recompute_scores", site_id, clock, work)


def _train(site_id: int, score: Score, clock: Clock) -> int:
    """Train one score; return from how many examples, or refuse where they are too few."""
    now = clock.now()
    rows = [example for _, example in examples_of(site_id, score, now)]
    parts = training.split(rows, score.horizon)
    try:
        fitted = training.fit(training.names(rows), parts)
    except training.RefusedError as refusal:
        raise runs.RefusedError(f"{score.name}: {refusal}") from refusal
    if champion.settle(site_id, score.name, fitted, parts, now).champion:
        declaring.renew(site_id, "recompute_scores", clock)
    return len(rows)


def examples_of(site_id: int, score: Score, now: int) -> Iterator[tuple[str, Example]]:
    """Yield people with what was known of them at past instants, by the features in force."""
    asked = definitions(declared.features(site_id), declared.hierarchies(site_id))
    people = 0
    for part in histories.slices(site_id, device_view=False):
        for who, history in histories.of(part):
            for example in examples(history, asked, score.goal, score.horizon, now):
                yield who, example
        people += len(part)
        if people >= SAMPLE:
            return
