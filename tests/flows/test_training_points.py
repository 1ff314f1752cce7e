"""What a score learns from is what was known then: by the live fold, and by the log at once."""

from __future__ import annotations

import random
from typing import Any

import pytest

from personalization.features.models import Feature
from personalization.flows import declared, declaring, histories, training
from personalization.learning.registry import scores
from personalization.profiles.models import Attribute
from rules import hierarchies, spreading
from tests.features.comparing import batch
from tests.flows.ground import DAY, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
VIEW, ORDER = {"event": "Product Viewed"}, {"event": "Order Completed"}
OUTDOOR = {"attribute": "properties.category", "operator": "equals", "value": "outdoor"}
DECLARED = {
    "views": {**VIEW, "within": "7d"},
    "outdoor": {**VIEW, "where": OUTDOOR, "within": "14d"},
    "spent": {**ORDER, "measure": {"sum": "properties.revenue"}},
    "usual": {**ORDER, "measure": {"avg": "properties.revenue"}, "within": "30d"},
    "kinds": {**VIEW, "measure": {"distinct": "properties.category"}, "since_last": {
        **ORDER, "where": {"attribute": "properties.revenue", "operator": "at_least", "value": 50},
    }},
    "visit": {**VIEW, "in_session": True},
    "since": {**ORDER, "measure": "recency"},
    "score": {**VIEW, "measure": {"decayed": {"half_life": "3d"}}},
}  # fmt: skip
SCORE = scores["purchase_likelihood"]


def lived(people: int) -> list[dict[str, Any]]:
    draw, told = random.Random(11), []
    for number in range(people):
        for _ in range(draw.randrange(3, 30)):
            at, bought = draw.randrange(40 * 86_400), draw.random() < 0.2
            said = {"revenue": draw.randrange(100)} if bought else {}
            said |= {"category": draw.choice(["outdoor", "stoves", "books"])}
            name = (ORDER if bought else VIEW)["event"]
            told.append(track(name, f"u{number}", at, **said))
    return [message | {"messageId": f"m{number}"} for number, message in enumerate(told)]


def test_every_value_a_score_learns_from_is_the_one_the_log_says_was_known_then() -> None:
    ground = Ground(session_pause=3_600)
    path = {"site": ground.site, "path": "properties.category"}
    Attribute.objects.create(**path, hierarchy=hierarchies.parse("outdoor > stoves"))
    for name, measure in DECLARED.items():
        Feature.objects.create(site=ground.site, name=name, measure=measure)
    declaring.publish(ground.site.pk, "test", ground.clock)
    ground.clock.instant += 60 * DAY
    ground.admit(lived(60), "import")
    ground.drain("import")
    learned = list(training.examples_of(ground.site.pk, SCORE, ground.clock.now()))
    assert len(learned) > 150
    people = next(histories.slices(ground.site.pk))
    told = [(who, event) for who, events in histories.of(people) for event in events]
    points = sorted({(who, example.at) for who, example in learned})
    below, wrong = declared.hierarchies(ground.site.pk), []
    for name, measure in declared.features(ground.site.pk).items():
        known = batch(told, spreading.measure(measure, below), points)
        for who, example in learned:
            value = example.features[f"features.{name}"]
            if value != known[who, example.at]:
                wrong.append((name, who, example.at, value, known[who, example.at]))
    assert wrong == []
    assert {example.features["features.outdoor"] for _, example in learned} > {0, 1}
