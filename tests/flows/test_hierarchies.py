"""A hierarchy comes in force with a generation: segments, rows and features take what is below."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.flows import assembly, blueprint, declaring, definitions
from personalization.plant import sql
from personalization.plant.instants import to_text
from personalization.profiles import catalogue
from personalization.profiles.models import Attribute
from personalization.segments.models import Member
from rules import hierarchies
from tests.flows.ground import SECOND, START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

OUTDOOR = {"attribute": "properties.category", "operator": "equals", "value": "outdoor"}


@pytest.fixture
def ground() -> Ground:
    made = Ground(consent="opt_out")
    made.segment("fans", {"event": "Viewed", "where": OUTDOOR})
    made.admit([track("Viewed", "ann", -5, category="stoves"), track("Viewed", "bob", -5)])
    made.drain()
    return made


def edit(ground: Ground, lines: str) -> None:
    row, _ = Attribute.objects.get_or_create(site=ground.site, path="properties.category")
    row.hierarchy = hierarchies.parse(lines)
    row.save()


def identify(user: str, at: int, **traits: Any) -> dict[str, Any]:
    when = to_text(START + at * SECOND)
    return {"type": "identify", "userId": user, "traits": traits, "timestamp": when}


def fans(ground: Ground) -> int:
    return members(ground, "fans")


def members(ground: Ground, slug: str) -> int:
    key = definitions.live(ground.site.pk).segments[slug]
    return Member.objects.filter(key=key).count()


def compiled(ground: Ground):
    [(source,)] = sql.rows(blueprint.ROWS, [ground.site.pk])
    return assembly.build(source)


def test_a_tree_counts_once_it_is_published_and_no_longer_when_it_is_gone(ground: Ground) -> None:
    edit(ground, "outdoor > stoves")
    assert fans(ground) == 0
    ground.admit([track("Viewed", "cy", -4, category="stoves") | {"messageId": "cy"}])
    ground.drain()
    assert fans(ground) == 0
    done = declaring.publish(ground.site.pk, "ann", ground.clock)
    assert (done.state, fans(ground)) == ("live", 2)
    found, faults = compiled(ground)
    assert faults == []
    assert found.asked.definitions.segments == definitions.live(ground.site.pk).segments
    assert declaring.publish(ground.site.pk, "ann", ground.clock).revision_id == 0
    edit(ground, "")
    assert catalogue.hierarchies(ground.site.pk) == {}
    declaring.publish(ground.site.pk, "ann", ground.clock)
    assert fans(ground) == 0


def test_a_parent_of_attributes_holds_for_those_known_when_it_was_published(ground: Ground) -> None:
    ground.segment("locals", {"attribute": "traits.home", "operator": "equals", "value": "Graz"})
    Attribute.objects.create(site=ground.site, path="traits.home", nested=True)
    ground.admit(
        [identify("ann", -3, home={"city": "Graz"}), identify("bob", -3, home={"city": "Linz"})]
    )
    ground.drain()
    assert members(ground, "locals") == 0
    declaring.publish(ground.site.pk, "ann", ground.clock)
    assert catalogue.hierarchies(ground.site.pk) == {"traits.home": ["traits.home.city"]}
    assert members(ground, "locals") == 1
    ground.admit([identify("bob", -2, home={"work": "Graz"})])
    ground.drain()
    assert members(ground, "locals") == 1
    declaring.publish(ground.site.pk, "ann", ground.clock)
    assert members(ground, "locals") == 2
