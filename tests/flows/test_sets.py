"""A set of segments in force: everybody in exactly one member, and what names them follows."""

from __future__ import annotations

import pytest

from personalization.flows import backtest, definitions, preview, publication, set_publication
from personalization.segments import drafts, sets
from personalization.segments.models import Member, Move, Segment, SegmentSet
from rules.errors import InvalidError
from tests.flows.ground import DAY, HOUR, START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

BUYER = {"name": "buyer", "when": {"event": "Bought", "within": "30d"}}
KEEN = {
    "name": "keen",
    "when": {"event": "Viewed", "within": "1d", "operator": "at_least", "value": 2},
}
MOOD = {"members": [BUYER, KEEN], "default": "visitor"}
NEW = {"name": "new", "until": {"event": "Viewed"}, "for": "1h"}


@pytest.fixture
def ground() -> Ground:
    return Ground(consent="opt_out")


def put(ground: Ground, document: object = MOOD, slug: str = "mood", **stability: object):
    row, _ = SegmentSet.objects.get_or_create(
        site=ground.site, slug=slug, defaults={"name": slug.title(), "visible": True}
    )
    revision = sets.draft(row, document, stability, "ann")
    set_publication.publish_set(revision.pk, "ann", ground.clock)
    revision.refresh_from_db()
    return revision


def inside(ground: Ground) -> dict[str, int]:
    """Return how many are in each segment in force."""
    keys = definitions.live(ground.site.pk).segments
    return {name: Member.objects.filter(key=key).count() for name, key in keys.items()}


def happen(ground: Ground, *told: dict[str, object]) -> None:
    ground.admit([each | {"messageId": f"m{id(each)}"} for each in told])
    ground.drain()


def test_everybody_is_in_one_member_and_switches_in_one_instant(ground: Ground) -> None:
    put(ground, {**MOOD, "provisional": NEW})
    happen(ground, track("Home", "ann", 0))
    assert inside(ground) == {"mood.new": 1, "mood.buyer": 0, "mood.keen": 0, "mood.visitor": 0}
    ground.clock.instant = START + 2 * HOUR
    happen(ground, track("Viewed", "ann", 5), track("Viewed", "ann", 6))
    ground.fire()
    assert ground.moves("ann") == [
        ("mood.new", "in", 0),
        ("mood.new", "out", 3_600),
        ("mood.keen", "in", 3_600),
    ]
    ground.clock.instant = START + 2 * DAY
    ground.fire()
    assert ground.moves("ann")[3:] == [
        ("mood.keen", "out", 86_400 + 5),
        ("mood.visitor", "in", 86_400 + 5),
    ]
    happen(ground, track("Bought", "ann", 3_000))
    assert ground.moves("ann") == [
        ("mood.new", "in", 0),
        ("mood.new", "out", 3_600),
        ("mood.buyer", "in", 3_600),
    ]
    assert sum(inside(ground).values()) == 1


def test_a_set_put_in_force_places_everybody_from_the_log(ground: Ground) -> None:
    people = ("ann", "bob", "cy")
    ground.clock.instant = START + 3 * HOUR
    happen(ground, *(track("Home", name, 0) for name in people), track("Bought", "bob", 60))
    put(ground, MOOD, min_stay="2h")
    assert inside(ground) == {"mood.buyer": 1, "mood.keen": 0, "mood.visitor": 2}
    assert set(Move.objects.values_list("cause", flat=True)) == {"publish"}
    shown = Segment.objects.get(slug="mood.keen")
    assert (shown.visible, shown.name, shown.live.number) == (True, "Mood: keen", 1)
    assert ground.moves("bob") == [
        ("mood.visitor", "in", 0),
        ("mood.visitor", "out", 7_200),
        ("mood.buyer", "in", 7_200),
    ]


def test_segments_name_members_and_a_circle_is_refused(ground: Ground) -> None:
    put(ground)
    ground.segment("calm", {"not": {"segment": "mood.keen"}})
    happen(ground, track("Viewed", "ann", -9), track("Viewed", "ann", -8))
    assert inside(ground) == {"mood.buyer": 0, "mood.keen": 1, "mood.visitor": 0, "calm": 0}
    with pytest.raises(InvalidError) as refused:
        put(
            ground,
            {"members": [{"name": "calm", "when": {"segment": "calm"}}, KEEN], "default": "x"},
        )
    assert refused.value.code == "circle"
    assert sum(inside(ground).values()) == 1


def test_another_revision_moves_those_it_moves_and_retires_who_is_gone(ground: Ground) -> None:
    first = put(ground)
    happen(ground, track("Viewed", "ann", -9), track("Viewed", "ann", -8))
    put(ground, {"members": [BUYER], "default": "visitor"})
    assert inside(ground) == {"mood.buyer": 0, "mood.visitor": 1}
    gone = Segment.objects.get(slug="mood.keen")
    assert (gone.live, gone.revisions.get().status) == (None, "retired")
    set_publication.publish_set(first.pk, "ann", ground.clock)
    assert inside(ground) == {"mood.buyer": 0, "mood.keen": 1, "mood.visitor": 0}


def test_a_member_is_changed_with_its_set_only(ground: Ground) -> None:
    put(ground)
    member = Segment.objects.get(slug="mood.keen")
    with pytest.raises(InvalidError, match="of a set"):
        drafts.draft(member, {"everyone": True}, {}, "ann")
    with pytest.raises(InvalidError, match="of a set"):
        publication.publish_segment(member.live_id, "ann", ground.clock)
    assert backtest.backtest(member.live_id, {}, ground.clock).state == "failed"


def test_a_set_that_leaves_and_enters_apart_is_refused(ground: Ground) -> None:
    row = SegmentSet.objects.create(site=ground.site, slug="mood", name="Mood")
    with pytest.raises(InvalidError) as refused:
        sets.draft(row, MOOD, {"exit_after": "1h"}, "ann")
    assert refused.value.at == "/stability/exit_after"


def test_a_preview_counts_what_publishing_then_does(ground: Ground) -> None:
    happen(ground, *(track("Home", name, 0) for name in ("ann", "bob")), track("Bought", "cy", 0))
    row = SegmentSet.objects.create(site=ground.site, slug="mood", name="Mood")
    revision = sets.draft(row, {**MOOD, "provisional": NEW}, {}, "ann")
    run = preview.preview("set", revision.pk, ground.clock)
    assert (run.state, run.error) == ("done", "")
    set_publication.publish_set(revision.pk, "ann", ground.clock)
    counted = {
        f"mood.{name}": number
        for name, number in run.result.items()
        if name not in ("people", "method")
    }
    assert (run.result["people"], counted) == (3, inside(ground))
