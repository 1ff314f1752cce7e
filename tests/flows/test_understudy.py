"""A draft of a segment in the shadow: where people stand is what the log says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from personalization.flows import casting, publication, understudy
from personalization.plant.instants import to_text
from personalization.segments import watching
from personalization.segments.models import Member, Segment, SegmentRevision
from personalization.segments.shadows import SegmentShadow, Watched
from personalization.sites.models import AuditEntry, Site
from rules.errors import InvalidError
from tests.flows.ground import HOUR, SECOND, Ground

pytestmark = [pytest.mark.django_db, pytest.mark.services]
KEEN = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 2}
WIDE = {"event": "Viewed", "within": "2h"}


def grounded(draft=WIDE, slug="lantern"):
    ground = Ground(slug)
    ground.key = ground.segment("keen", KEEN)
    segment = Segment.objects.get(site=ground.site, slug="keen")
    ground.draft = SegmentRevision.objects.create(segment=segment, number=2, condition=draft)
    return ground


def begun(ground, **terms):
    return casting.begin(ground.draft, {"share": 100, **terms}, "ed", ground.clock)


def happen(ground, *names):
    at = to_text(ground.clock.now())
    ground.admit([{"type": "track", "event": "Viewed", "userId": name, "timestamp": at}
                  for name in names])  # fmt: skip
    ground.drain()


def look(ground):
    ground.clock.instant += 3 * SECOND
    while understudy.step(ground.clock):
        pass


def report(shadow):
    return watching.report(SegmentShadow.objects.get(pk=shadow.pk))


def test_who_would_be_in_is_told_and_moves_by_day():
    ground = grounded()
    happen(ground, "old")
    shadow = begun(ground, lasts="3d")
    happen(ground, "ann", "bob")
    happen(ground, "ann")
    look(ground)
    told = report(shadow)
    assert (told["people"], told["live"], told["draft"], told["differ"]) == (2, 1, 2, 1)
    [differs] = [way for way in told["ways"] if way["live"] != way["draft"]]
    assert differs["sample"] == [ground.profile("bob")]
    ground.clock.instant += 3 * HOUR
    look(ground)
    told = report(shadow)
    assert (told["live"], told["draft"]) == (0, 0)
    moves = [day[side][way] for day in told["days"] for side in ("live", "draft")
             for way in ("entered", "left")]  # fmt: skip
    assert sum(moves) == 2 * (1 + 2)


STEPS = st.lists(
    st.tuples(st.sets(st.sampled_from("abcd")), st.sampled_from([60, 1_800, 3_600, 4_000]),
              st.booleans()), min_size=1, max_size=7,
)  # fmt: skip


@given(STEPS)
@search(max_examples=12, deadline=None)
def test_however_often_somebody_looks_it_is_what_the_log_says(steps):
    SegmentShadow.objects.all().delete()
    ground = grounded(slug=f"s{Site.objects.count()}")
    shadow, seen = begun(ground, lasts="14d"), {}
    for names, wait, looks in steps:
        happen(ground, *names)
        for name in names:
            seen.setdefault(name, []).append(ground.clock.now())
        ground.clock.instant += wait * SECOND
        if looks:
            look(ground)
    look(ground)
    ground.fire()
    now = ground.clock.now()
    people = {row.profile.hex: row for row in Watched.objects.filter(shadow=shadow)}
    assert people.keys() == {ground.profile(name) for name in seen}
    inside = Member.objects.filter(key=ground.key, site_id=ground.site.pk)
    members = {row.hex for row in inside.values_list("profile", flat=True)}
    assert {profile for profile, row in people.items() if row.live} == members
    wide = {ground.profile(n) for n, times in seen.items() if times[-1] > now - 2 * HOUR}
    assert {profile for profile, row in people.items() if row.draft} == wide
    for row in people.values():
        for side in ("live", "draft"):
            turns = [one["entered"] for one in row.turns if one["side"] == side]
            assert turns == [n % 2 == 0 for n in range(len(turns))]


def test_nothing_that_is_live_changes():
    ground = grounded()
    happen(ground, "ann", "ann")
    before = (list(Member.objects.values()), ground.moves("ann"))
    begun(ground)
    happen(ground, "bob")
    look(ground)
    assert (list(Member.objects.values()), ground.moves("ann")) == before
    assert ground.draft.status == "draft"


def test_it_stops_by_itself_and_watches_no_more_than_it_may():
    ground = grounded()
    shadow = begun(ground, lasts="1h", most=2)
    happen(ground, "a", "b", "c", "d")
    look(ground)
    assert report(shadow)["people"] == 2
    ground.clock.instant += HOUR
    happen(ground, "e")
    look(ground)
    told = report(shadow)
    assert (told["ended"], told["people"]) == ("time", 2)
    look(ground)
    second = begun(ground)
    publication.publish_segment(ground.draft.pk, "ed", ground.clock)
    look(ground)
    assert report(second)["ended"] == "unfit"


def test_a_share_is_a_share_of_people_and_the_same_ones():
    ground = grounded()
    shadow = begun(ground, share=30)
    names = [f"u{n}" for n in range(120)]
    happen(ground, *names)
    look(ground)
    watched = {row.profile.hex for row in Watched.objects.filter(shadow=shadow)}
    assert 10 < len(watched) < 65
    assert watched == {
        ground.profile(n) for n in names if understudy.is_drawn(shadow, ground.profile(n))
    }


def test_a_new_shadow_ends_the_one_before_and_both_are_audited():
    ground = grounded()
    first, second = begun(ground), begun(ground)
    assert report(first)["ended"] == "stopped"
    assert casting.end(second, "ed", ground.clock)
    assert not casting.end(second, "ed", ground.clock)
    assert AuditEntry.objects.filter(action__contains="shadow").count() == 3


@pytest.mark.parametrize(
    ("terms", "at"),
    [({"share": 0}, "/share"), ({"share": 101}, "/share"), ({"lasts": "15d"}, "/lasts"),
     ({"lasts": "x"}, "/lasts"), ({"most": 0}, "/most"), ({"more": 1}, "/more")],
)  # fmt: skip
def test_terms_out_of_range_are_refused(terms, at):
    with pytest.raises(InvalidError) as fault:
        begun(grounded(), **terms)
    assert fault.value.at == at
    assert not SegmentShadow.objects.exists()


def test_what_is_live_already_is_refused():
    ground = grounded()
    ground.draft = SegmentRevision.objects.get(number=1)
    with pytest.raises(InvalidError) as fault:
        begun(ground)
    assert fault.value.at == "/revision"
