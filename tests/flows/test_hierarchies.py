"""A hierarchy comes in force with a generation: segments, rows and features take what is below."""

from __future__ import annotations

import pytest

from personalization.flows import assembly, blueprint, declaring, definitions
from personalization.plant import sql
from personalization.profiles import catalogue
from personalization.profiles.models import Attribute
from personalization.segments.models import Member
from rules import hierarchies
from tests.flows.ground import Ground, track

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


def fans(ground: Ground) -> int:
    key = definitions.live(ground.site.pk).segments["fans"]
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
