"""The demo's people have small states: what is stored of each after 30 days of the demo's shop."""

import pytest

from personalization.features.models import Feature, ProfileState
from personalization.flows import declaring, simulation
from personalization.flows.lantern import catalogue, definitions
from tests.flows.ground import DAY, START, Ground

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def test_the_state_of_a_demo_visitor_is_at_most_two_kilobytes():
    ground = Ground()
    for name, told in definitions()["features"].items():
        Feature.objects.create(site=ground.site, name=name, measure=told["measure"])
    declaring.publish(ground.site.pk, "test", ground.clock)
    for slug, told in definitions()["segments"].items():
        ground.segment(slug, told["condition"], **told.get("stability", {}))
    ground.clock.instant = START + 40 * DAY
    crowd = simulation.everybody(7, 60, 2_400, ground.clock.now(), catalogue())
    for messages in crowd:
        ground.admit(messages, "import")
    ground.drain("import")
    sizes = sorted(len(bytes(body)) for body in ProfileState.objects.values_list("body", flat=True))
    assert sizes
    assert sum(sizes) / len(sizes) <= 2_048
    assert sizes[int(len(sizes) * 0.9)] <= 4 * 2_048
