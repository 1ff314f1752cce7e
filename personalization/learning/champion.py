"""Which model of a score is in force, and when a newly trained one takes its place."""

from __future__ import annotations

from django.db import transaction

from personalization.learning.models import TrainedModel
from personalization.learning.training import Fitted, Split, judge


def in_force(site_id: int, score: str) -> TrainedModel | None:
    """Return the champion of a score on a site."""
    found = TrainedModel.objects.filter(site_id=site_id, score=score, champion=True)
    return found.first()


def settle(site_id: int, score: str, fitted: Fitted, parts: Split, now: int) -> TrainedModel:
    """Store what was trained; it becomes champion if it is not worse than what is in force.

    Both are measured on the same examples, which the new one has not seen: the lower log loss wins,
    and the fresher model wins a tie. Where no model is in force, the constant share of those who
    reached the goal stands in for one; so it does for a model whose features are declared no more.
    """
    parameters, metrics, rows = fitted
    with transaction.atomic():
        champion = in_force(site_id, score)
        standing = metrics["log_loss_of_the_share"]
        if champion is not None:
            standing = judge(champion.parameters, parts)["log_loss"]
        wins = metrics["log_loss"] <= standing
        if wins:
            TrainedModel.objects.filter(site_id=site_id, score=score).update(champion=False)
        return TrainedModel.objects.create(
            site_id=site_id,
            score=score,
            kind=str(parameters["kind"]),
            parameters=parameters,
            metrics=metrics | {"log_loss_to_beat": standing},
            rows=rows,
            champion=wins,
            trained_at=now,
        )
