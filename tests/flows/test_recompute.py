"""Scores are trained from the log and put in force; recomputed segments are the same segments."""

from __future__ import annotations

import random

import pytest

from personalization.features.models import Feature
from personalization.flows import declaring, recompute, training
from personalization.learning import champion
from personalization.learning.examples import Example
from personalization.learning.models import TrainedModel
from personalization.learning.registry import scores
from personalization.learning.scoring import score
from personalization.learning.training import Fitted, split
from personalization.plant.models import Run
from personalization.segments.models import Move
from personalization.sites.models import Generation
from tests.flows.ground import DAY, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

NAME = "purchase_likelihood"
DAYS = 40


@pytest.fixture
def ground() -> Ground:
    made = Ground()
    for name, measure in scores[NAME].suggested.items():
        Feature.objects.create(site=made.site, name=name, measure=measure)
    declaring.publish(made.site.pk, "test", made.clock)
    return made


def visits(people: int, seed: int = 3) -> list[dict[str, object]]:
    """Visitors over forty days; whoever puts something into the cart buys it more often."""
    draw = random.Random(seed)
    told = []
    for number in range(people):
        user, keen = f"u{number}", number % 3 == 0
        for visit in range(draw.randrange(1, 5)):
            at = int(draw.random() * DAYS * 86_400)
            views = draw.randrange(4, 9) if keen else draw.randrange(1, 4)
            told += [track("Product Viewed", user, at + step * 60) for step in range(views)]
            if keen:
                told.append(track("Product Added", user, at + 600))
            if draw.random() < (0.7 if keen else 0.05):
                told.append(track("Order Completed", user, at + 7_200, revenue=50 + visit))
    return [message | {"messageId": f"m{number}"} for number, message in enumerate(told)]


def admitted(ground: Ground, told: list[dict[str, object]]) -> None:
    ground.clock.instant += (DAYS + 10) * DAY
    ground.admit(told, "import")
    ground.drain("import")


def test_a_score_is_trained_from_the_log_and_put_in_force(ground: Ground) -> None:
    admitted(ground, visits(300))
    before = Generation.objects.get(site=ground.site).number
    run = training.recompute_scores(ground.site.pk, ground.clock)
    assert (run.state, run.error) == ("done", "")
    assert run.rows > 300
    model = champion.in_force(ground.site.pk, NAME)
    assert model is not None
    assert model.trained_at == ground.clock.now()
    assert model.metrics["auc"] > 0.7
    assert model.metrics["log_loss"] <= model.metrics["log_loss_of_the_share"]
    assert Generation.objects.get(site=ground.site).number == before + 1
    cold = dict.fromkeys(model.parameters["features"], 0)
    warm = cold | {"features.views_24h": 8, "features.cart_adds_24h": 1, "features.views_7d": 8}
    assert score(model.parameters, warm) > score(model.parameters, cold)


def test_the_one_in_force_stays_where_the_new_one_is_worse(ground: Ground) -> None:
    admitted(ground, visits(300))
    training.recompute_scores(ground.site.pk, ground.clock)
    first = champion.in_force(ground.site.pk, NAME)
    assert first is not None
    names = first.parameters["features"]
    seen = [Example(n, dict.fromkeys(names, n % 3), n % 3 == 2) for n in range(60)]
    worse = Fitted(first.parameters, {"log_loss": 9.0, "log_loss_of_the_share": 0.7}, 60)
    stored = champion.settle(ground.site.pk, NAME, worse, split(seen, 0), ground.clock.now())
    assert not stored.champion
    assert stored.metrics["log_loss_to_beat"] < 9.0
    assert champion.in_force(ground.site.pk, NAME) == first


def test_a_model_whose_features_are_gone_gives_way(ground: Ground) -> None:
    admitted(ground, visits(300))
    training.recompute_scores(ground.site.pk, ground.clock)
    Feature.objects.exclude(name="views_7d").delete()
    declaring.publish(ground.site.pk, "test", ground.clock)
    training.recompute_scores(ground.site.pk, ground.clock)
    model = champion.in_force(ground.site.pk, NAME)
    assert model is not None
    assert model.parameters["features"] == ["features.views_7d"]


def test_training_the_same_log_again_takes_over_and_leaves_one_champion(ground: Ground) -> None:
    admitted(ground, visits(300))
    for _ in range(2):
        training.recompute_scores(ground.site.pk, ground.clock)
    assert TrainedModel.objects.filter(champion=True).get() == TrainedModel.objects.latest("pk")


def test_too_little_is_refused_with_the_reason(ground: Ground) -> None:
    admitted(ground, visits(10))
    run = training.recompute_scores(ground.site.pk, ground.clock)
    assert run.state == Run.State.FAILED
    assert run.error.startswith(f"{NAME}: too_few_reached: ")
    assert not TrainedModel.objects.exists()


def test_a_site_without_features_is_refused(ground: Ground) -> None:
    Feature.objects.all().delete()
    declaring.publish(ground.site.pk, "test", ground.clock)
    admitted(ground, visits(10))
    run = training.recompute_scores(ground.site.pk, ground.clock)
    assert run.error.startswith(f"{NAME}: no_features: ")


def test_recomputed_segments_are_the_same_segments(ground: Ground) -> None:
    ground.segment(
        "keen", {"event": "Product Viewed", "within": "24h", "operator": "at_least", "value": 4}
    )
    admitted(ground, visits(60))
    moves = list(Move.objects.order_by("pk").values())
    assert moves
    run = recompute.recompute_segments(ground.site.pk, ground.clock)
    assert (run.state, run.rows, run.total) == ("done", 60, 60)
    assert list(Move.objects.order_by("pk").values()) == moves


def test_another_sites_events_teach_nothing(ground: Ground) -> None:
    other = Ground("other")
    admitted(other, visits(300))
    ground.clock.instant = other.clock.instant
    run = training.recompute_scores(ground.site.pk, ground.clock)
    assert run.state == Run.State.FAILED
