"""Publishing in the background: circles, what is used, cancelling, going on after a crash."""

import orjson
import pytest

from personalization.features.recorder import Kept
from personalization.flows import (
    definitions,
    event,
    leaving,
    preparation,
    publication,
    refolding,
    retirement,
)
from personalization.segments import history
from personalization.segments.models import Member, Move, Segment, SegmentRevision
from personalization.sites.models import Generation, Publication
from rules import state_json
from rules.definitions import Stability, build
from rules.errors import InvalidError
from rules.fold import fold
from rules.parser import parse
from rules.scopes import Scope
from rules.state import Event
from tests.flows.ground import HOUR, SECOND, START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

BUYER = {"event": "Order Completed"}
KEEN = {"event": "Product Viewed", "within": "24h"}


@pytest.fixture
def ground(monkeypatch):
    monkeypatch.setattr(preparation, "AT_ONCE", -1)  # every site is a large one
    return Ground()


def draft(ground, slug, condition, **stability):
    segment, _ = Segment.objects.get_or_create(site=ground.site, slug=slug, name=slug)
    return SegmentRevision.objects.create(
        segment=segment,
        number=segment.revisions.count() + 1,
        condition=condition,
        stability=stability,
    )


def begun(ground, revision):
    return publication.publish_segment(revision.pk, "test", ground.clock)


def publish(ground, slug, condition, **stability):
    revision = draft(ground, slug, condition, **stability)
    finish(ground, begun(ground, revision))
    return revision


def finish(ground, *publications):
    for one in publications:
        preparation.prepare(one, ground.clock)
        one.refresh_from_db()
    return [one.state for one in publications]


def key(ground, slug):
    return definitions.live(ground.site.pk).segments[slug]


def members(ground, slug):
    return history.members_now(ground.site.pk, key(ground, slug)).count()


def people(ground, *stories):
    ground.clock.instant += HOUR
    for user, names in enumerate(stories):
        ground.admit([track(name, f"u{user}", at) for at, name in enumerate(names)])
    ground.drain()


def test_two_drafts_that_make_a_circle_are_refused_the_second_of_them(ground):
    publish(ground, "a", BUYER)
    publish(ground, "b", KEEN)
    people(ground, ["Order Completed"])
    begun(ground, draft(ground, "a", {"segment": "b"}))
    second = draft(ground, "b", {"segment": "a"})
    with pytest.raises(InvalidError, match="without a circle"):
        begun(ground, second)


def test_a_circle_that_slipped_through_fails_at_its_flip_and_never_stops_the_drain(
    ground, monkeypatch
):
    publish(ground, "a", BUYER)
    publish(ground, "b", KEEN)
    people(ground, ["Order Completed"])
    monkeypatch.setattr("personalization.flows.fitting.together", lambda revision: None)
    both = [
        begun(ground, draft(ground, "a", {"segment": "b"})),
        begun(ground, draft(ground, "b", {"segment": "a"})),
    ]
    assert finish(ground, both[0]) == ["live"]
    ground.admit([track("Product Viewed", "u0", 600)])
    ground.drain()
    assert finish(ground, both[1]) == ["failed"]
    assert "circle" in both[1].error
    assert (members(ground, "a"), members(ground, "b")) == (1, 1)
    assert ground.balance()["applied"] == 2


def test_what_others_use_is_not_retired_and_they_are_named(ground):
    used = publish(ground, "buyer", BUYER)
    publish(ground, "happy", {"all": [{"segment": "buyer"}, KEEN]})
    with pytest.raises(InvalidError, match="/segments/happy"):
        retirement.retire_segment(used.pk, "test", ground.clock)


def test_members_leave_a_retired_segment_because_it_was_published_so(ground):
    revision = publish(ground, "buyer", BUYER)
    publish(ground, "keen", KEEN)
    people(ground, ["Order Completed", "Product Viewed"], ["Product Viewed"])
    gone, stays = key(ground, "buyer"), key(ground, "keen")
    done = retirement.retire_segment(revision.pk, "test", ground.clock)
    assert finish(ground, done) == ["live"]
    moves = Move.objects.filter(key=gone).order_by("pk").values_list("entered", "cause")
    assert list(moves) == [(True, "event"), (False, "publish")]
    assert not Member.objects.filter(key=gone).exists()
    assert Member.objects.filter(key=stays).count() == 2
    assert list(definitions.live(ground.site.pk).segments) == ["keen"]
    revision.refresh_from_db()
    assert (revision.status, revision.segment.live) == ("retired", None)


def test_a_retired_segment_that_comes_back_has_its_history_again(ground):
    revision = publish(ground, "buyer", BUYER)
    people(ground, ["Order Completed"])
    finish(ground, retirement.retire_segment(revision.pk, "test", ground.clock))
    ground.clock.instant += HOUR
    ground.admit([track("Order Completed", "u1", 2 * 3_600)])
    ground.drain()
    assert finish(ground, begun(ground, revision)) == ["live"]
    assert ground.moves("u0") == [("buyer", "in", 0)]
    assert ground.moves("u1") == [("buyer", "in", 2 * 3_600)]
    assert members(ground, "buyer") == 2


def test_who_used_it_since_stops_a_retirement_at_its_flip(ground):
    used = publish(ground, "buyer", BUYER)
    publish(ground, "keen", KEEN)
    people(ground, ["Order Completed"])
    retiring = retirement.retire_segment(used.pk, "test", ground.clock)
    publish(ground, "happy", {"segment": "buyer"})
    assert finish(ground, retiring) == ["failed"]
    assert members(ground, "buyer") == members(ground, "happy") == 1


def test_a_changed_segment_keeps_who_is_in_both_and_says_goodbye_to_the_others(ground):
    publish(ground, "good", BUYER)
    old = key(ground, "good")
    people(ground, ["Order Completed", "Product Viewed"], ["Order Completed"], ["Product Viewed"])
    publish(ground, "good", KEEN)
    assert members(ground, "good") == 2
    assert not Member.objects.filter(key=old).exists()
    left = Move.objects.filter(key=old, entered=False)
    assert [(m.profile.hex, m.cause) for m in left] == [(ground.profile("u1"), "publish")]
    fresh = Move.objects.filter(key=key(ground, "good")).values_list("entered", "cause")
    assert list(fresh) == [(True, "publish")] * 2


def test_what_was_cancelled_never_happened(ground):
    publish(ground, "good", BUYER)
    people(ground, ["Order Completed"], ["Product Viewed"])
    began = begun(ground, draft(ground, "keen", KEEN))
    digest = definitions.load(ground.site.pk).digest
    assert not preparation.prepare(began, ground.clock, until=lambda: True)
    assert Move.objects.filter(cause="publish").exists()
    leaving.cancel(began, "cancelled by test", ground.clock)
    assert (began.state, began.error) == ("cancelled", "cancelled by test")
    assert not Move.objects.filter(cause="publish", superseded_at=None).exists()
    assert Member.objects.count() == members(ground, "good") == 1
    assert definitions.load(ground.site.pk).digest != digest
    ground.clock.instant += HOUR
    ground.admit([track("Product Viewed", "u1", 3_600)])
    ground.drain()
    assert ground.moves("u0") == [("good", "in", 0)]
    assert ground.moves("u1") == []


def test_another_revision_of_the_same_segment_takes_the_place_of_one_that_prepares(ground):
    people(ground, ["Order Completed"])
    publish(ground, "other", BUYER)
    first = begun(ground, draft(ground, "good", KEEN))
    second = begun(ground, draft(ground, "good", BUYER))
    first.refresh_from_db()
    assert first.state == "cancelled"
    assert finish(ground, second) == ["live"]
    assert members(ground, "good") == 1


def test_a_preparation_goes_on_where_another_process_left_it(ground, monkeypatch):
    monkeypatch.setattr(preparation, "SLICE", 1)
    publish(ground, "good", BUYER)
    people(ground, *[["Order Completed", "Product Viewed"]] * 5)
    began = begun(ground, draft(ground, "keen", KEEN))
    for done in range(1, 4):
        assert not preparation.prepare(began, ground.clock, until=lambda: True)
        began.refresh_from_db()
        assert (began.done, began.total) == (done, 5)
    definitions._loaded.clear()
    assert finish(ground, began) == ["live"]
    assert (began.done, members(ground, "keen")) == (5, 5)


def test_events_meanwhile_are_folded_with_one_revision_or_the_other_whole(ground, monkeypatch):
    monkeypatch.setattr(preparation, "SLICE", 1)
    publish(ground, "good", BUYER)
    people(ground, *[["Order Completed"]] * 4)
    began = begun(ground, draft(ground, "good", KEEN))
    preparation.prepare(began, ground.clock, until=lambda: True)
    ground.admit([track("Product Viewed", f"u{n}", 3_000) for n in range(4)])
    ground.drain()
    assert Generation.objects.get(site=ground.site).number == 2
    assert members(ground, "good") == 4  # the revision that is live
    assert finish(ground, began) == ["live"]
    moves = Move.objects.filter(key=key(ground, "good"), superseded_at=None)
    assert (
        list(moves.values_list("entered", "effective_at")) == [(True, START + 3_000 * SECOND)] * 4
    )


def test_time_that_passes_during_a_publish_is_no_doing_of_the_publication(ground):
    publish(ground, "keen", KEEN)
    people(ground, ["Product Viewed"])
    ground.clock.instant = START + 25 * HOUR
    publish(ground, "buyer", BUYER)
    moves = Move.objects.filter(key=key(ground, "keen")).order_by("pk")
    assert [(m.entered, m.cause) for m in moves] == [(True, "event"), (False, "timer")]


def test_where_something_is_due_for_everybody_a_small_site_is_still_published_in_the_call():
    ground = Ground()
    publish(ground, "keen", KEEN)
    used = publish(ground, "buyer", BUYER)
    people(ground, ["Product Viewed"], ["Product Viewed"])
    ground.clock.instant = START + 25 * HOUR
    assert retirement.retire_segment(used.pk, "test", ground.clock).state == "live"


def test_nothing_is_lost_of_a_state_when_a_publication_needs_nothing_of_it(ground):
    revision = publish(ground, "keen", KEEN)
    publish(ground, "buyer", BUYER)
    people(ground, ["Product Viewed", "Order Completed"])
    finish(ground, retirement.retire_segment(revision.pk, "test", ground.clock))
    ground.clock.instant += SECOND
    before = Move.objects.count()
    refolding.refold(ground.site.pk, [ground.profile("u0")], "rebuild", ground.clock)
    assert Move.objects.count() == before
    assert event.shares.definitions.live(ground.site.pk).segments.keys() == {"buyer"}


def test_one_that_cannot_be_prepared_ends_with_the_reason_and_the_loop_goes_on(ground, monkeypatch):
    publish(ground, "good", BUYER)
    people(ground, ["Order Completed"])
    began = begun(ground, draft(ground, "keen", KEEN))

    def fails(*_):
        raise ValueError("a profile that cannot be folded")

    monkeypatch.setattr("personalization.flows.backfill.bring", fails)
    assert preparation.advance(ground.clock, bool)
    began.refresh_from_db()
    assert (began.state, began.error) == (
        Publication.State.FAILED,
        "ValueError: a profile that cannot be folded",
    )
    assert not preparation.advance(ground.clock, bool)


def test_a_checkpoint_asked_what_nobody_knows_any_more_is_not_folded_from():
    event = Event(1, "", "track", "Product Viewed", {}, {}, {})
    asked, before = (
        build({"good": (parse(condition, scope=Scope.SEGMENT), Stability())}, {})
        for condition in (BUYER, KEEN)
    )
    for held, base in ((asked, 5), (before, -1)):
        frozen = orjson.dumps(state_json.dump(fold(None, [event], held, 1)))
        kept = Kept("p", digest=asked.digest, checkpoint=frozen, checkpoint_at=5)
        assert kept.base(asked, 9)[1] == base
