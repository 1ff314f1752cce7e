"""A site's own pause between sessions: written into what names none, and into nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.content.models import Slot
from personalization.decisions import drafts as matrices
from personalization.decisions.models import Matrix
from personalization.features import declaration
from personalization.features.models import Feature
from personalization.flows import declaring, publication
from personalization.segments import drafts, sets, stages, triggers
from personalization.segments.models import Segment, SegmentSet, StageRules, Trigger
from tests.flows.ground import Ground, track

pytestmark = pytest.mark.django_db
VIEWS = {"event": "Viewed", "in_session": True, "operator": "at_least", "value": 2}
SAID = {**VIEWS, "in_session": "1h"}
OWN = {**VIEWS, "in_session": "5m"}


@pytest.fixture
def ground() -> Ground:
    return Ground(session_pause=3_600)


def put(ground: Ground, slug: str, condition: Any) -> Any:
    segment = Segment.objects.create(site=ground.site, slug=slug, name=slug)
    revision = drafts.draft(segment, condition, {}, "test")
    publication.publish_segment(revision.pk, "test", ground.clock)
    return revision.condition


def test_a_segment_that_names_no_pause_has_that_of_its_site(ground: Ground) -> None:
    assert put(ground, "keen", {"not": VIEWS}) == {"not": SAID}
    assert put(ground, "keener", OWN) == OWN
    put(ground, "seen", VIEWS)
    ground.clock.instant += 3_000 * 1_000_000
    ground.admit([track("Viewed", "ann", 0), track("Viewed", "ann", 2_999)])
    ground.drain()
    assert ground.moves("ann") == [("keen", "in", 0), ("keen", "out", 2_999), ("seen", "in", 2_999)]


def test_what_was_written_keeps_its_pause_when_the_site_has_another(ground: Ground) -> None:
    row = Segment.objects.create(site=ground.site, slug="seen", name="seen")
    first = drafts.draft(row, VIEWS, {}, "test")
    type(ground.site).objects.filter(pk=ground.site.pk).update(session_pause=1_800)
    first.refresh_from_db()
    assert (first.condition, drafts.draft(row, VIEWS, {}, "test").condition) == (SAID, VIEWS)


def test_every_kind_of_draft_is_written_with_it_and_what_is_no_condition_is_not(
    ground: Ground,
) -> None:
    site = ground.site
    members = {"members": [{"name": "keen", "when": VIEWS}], "default": "cold"}
    drafted: Any = sets.draft(SegmentSet.objects.create(site=site, slug="set"), members, {}, "test")
    assert drafted.document["members"][0]["when"] == SAID
    rules = {"rules": [{"id": "one", "when": VIEWS, "conclude": {"derived.stage": "keen"}}]}
    drafted = stages.draft(StageRules.objects.create(site=site), rules, "test")
    assert drafted.document["rules"][0]["when"] == SAID
    matrix = Matrix.objects.create(slot=Slot.objects.create(site=site, key="hero"))
    row = {"id": "one", "when": VIEWS, "then": {"values": {"in_session": True}}}
    drafted = matrices.draft(matrix, {"slot": "hero", "rows": [row]}, "test")
    assert drafted.document["rows"] == [{**row, "when": SAID}]
    done = {"action": "event", "event": "Told", "properties": {"in_session": True}}
    trigger = Trigger.objects.create(site=site, slug="told")
    drafted = triggers.draft(trigger, {"on": {"event": "Viewed"}, "do": done}, "test")
    assert drafted.document["do"] == done


def test_a_feature_has_it_and_is_in_force_as_it_was_declared(ground: Ground) -> None:
    measure = {"event": "Viewed", "in_session": True}
    row = Feature.objects.create(site=ground.site, name="views", measure=measure)
    declaring.publish(ground.site.pk, "test", ground.clock)
    assert declaration.in_force(ground.site.pk)["views"] == {"event": "Viewed", "in_session": "1h"}
    assert declaration.is_in_force(row)
    type(ground.site).objects.filter(pk=ground.site.pk).update(session_pause=7_200)
    assert not declaration.is_in_force(row)
