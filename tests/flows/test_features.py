"""Declared features come in force: back-filled from the log, beside the live path."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from personalization.features import card, declaration
from personalization.features.models import Feature, FeatureSet, ProfileState
from personalization.flows import declaring, definitions, leaving, preparation
from personalization.sites.models import Generation, Publication
from rules.errors import InvalidError
from tests.flows.ground import Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

SPENT = {"event": "Order Completed", "measure": {"sum": "properties.revenue"}}


@pytest.fixture
def ground() -> Ground:
    made = Ground()
    made.clock.instant += 100_000_000
    told = [track("Order Completed", f"u{n % 7}", n, revenue=n / 4) for n in range(40)]
    made.admit([*told, track("Viewed", "u8", 1)], "import")
    assert made.drain("import") == len(told) + 1
    return made


def declare(ground: Ground, name: str = "spent", measure: Any = SPENT) -> None:
    Feature.objects.create(site=ground.site, name=name, measure=measure)


def known(ground: Ground, name: str) -> Any:
    asked = definitions.live(ground.site.pk)
    profile = ProfileState.objects.get(pk=ground.profile(name)).pk
    return card.of(ground.site.pk, profile, asked, ground.clock.now())["features"]


def spent(who: int, until: int = 40) -> float:
    return sum(n / 4 for n in range(until) if n % 7 == who)


def test_a_feature_is_filled_from_the_log_before_it_is_in_force(ground: Ground) -> None:
    declare(ground)
    done = declaring.publish(ground.site.pk, "test", ground.clock)
    assert (done.state, done.done, done.total) == ("live", 8, 8)
    assert [known(ground, f"u{n}") for n in range(7)] == [{"spent": spent(n)} for n in range(7)]
    assert known(ground, "u8") == {"spent": 0}


def test_what_is_only_declared_is_not_in_force(ground: Ground) -> None:
    declare(ground)
    assert known(ground, "u1") == {}
    assert definitions.load(ground.site.pk).features == {}


def test_the_live_path_goes_on_while_a_feature_is_prepared(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "AT_ONCE", 0)
    monkeypatch.setattr(preparation, "SLICE", 2)
    declare(ground)
    begun = declaring.publish(ground.site.pk, "test", ground.clock)
    assert (begun.state, begun.total) == ("preparing", 8)
    preparation.prepare(begun, ground.clock, until=lambda: True)
    begun.refresh_from_db()
    assert (begun.state, begun.done) == ("preparing", 2)
    ground.admit([track("Order Completed", f"u{n % 7}", 50 + n, revenue=100) for n in range(14)])
    ground.drain()
    assert known(ground, "u1") == {}
    assert preparation.prepare(begun, ground.clock)
    assert [known(ground, f"u{n}") for n in range(7)] == [
        {"spent": spent(n) + 200} for n in range(7)
    ]


def test_what_is_edited_meanwhile_waits_for_the_next_publication(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "AT_ONCE", 0)
    declare(ground)
    begun = declaring.publish(ground.site.pk, "test", ground.clock)
    Feature.objects.update(measure={"event": "Order Completed"})
    with pytest.raises(InvalidError, match="in preparation"):
        declaring.publish(ground.site.pk, "test", ground.clock)
    assert preparation.prepare(begun, ground.clock)
    assert declaration.in_force(ground.site.pk) == {"spent": SPENT}
    monkeypatch.undo()
    declaring.publish(ground.site.pk, "test", ground.clock)
    assert known(ground, "u1") == {"spent": 6}


def test_a_cancelled_feature_leaves_nothing(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "AT_ONCE", 0)
    declare(ground)
    begun = declaring.publish(ground.site.pk, "test", ground.clock)
    preparation.prepare(begun, ground.clock, until=lambda: True)
    leaving.cancel(begun, "test", ground.clock)
    assert not preparation.prepare(begun, ground.clock)
    assert (declaration.in_force(ground.site.pk), known(ground, "u1")) == ({}, {})
    ground.admit([track("Order Completed", "u1", 60, revenue=1)])
    ground.drain()
    state = ProfileState.objects.get(pk=ground.profile("u1"))
    assert orjson.loads(bytes(state.body)).get("windows", {}) == {}


def test_publishing_what_is_in_force_is_a_new_generation_and_no_new_set(ground: Ground) -> None:
    declare(ground)
    first = declaring.publish(ground.site.pk, "test", ground.clock)
    again = declaring.publish(ground.site.pk, "test", ground.clock)
    assert (again.state, again.generation) == ("live", (first.generation or 0) + 1)
    assert FeatureSet.objects.count() == 1
    assert Generation.objects.get(site=ground.site).number == again.generation


def test_an_undeclared_feature_leaves_with_the_next_set(ground: Ground) -> None:
    declare(ground)
    declaring.publish(ground.site.pk, "test", ground.clock)
    Feature.objects.all().delete()
    assert known(ground, "u1") == {"spent": spent(1)}
    declaring.publish(ground.site.pk, "test", ground.clock)
    assert known(ground, "u1") == {}
    statuses = FeatureSet.objects.order_by("number").values_list("status", flat=True)
    assert list(statuses) == ["retired", "live"]


def test_a_feature_that_does_not_fit_is_refused_and_nothing_is_begun(ground: Ground) -> None:
    half = {"decayed": {"half_life": "7d", "of": "properties.revenue"}}
    declare(ground, "score", {"event": "Viewed", "measure": half, "in_session": True})
    with pytest.raises(InvalidError):
        declaring.publish(ground.site.pk, "test", ground.clock)
    assert not Publication.objects.filter(kind="features").exists()
    assert not FeatureSet.objects.exists()
