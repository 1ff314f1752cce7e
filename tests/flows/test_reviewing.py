"""The workflow: whoever asks, who may, what others approved, schedules, freezes, undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from personalization.content import slots
from personalization.decisions.models import Matrix
from personalization.flows import comparing, listing, settling, undoing
from personalization.flows.kinds import KINDS
from personalization.segments import drafts as segments
from personalization.segments import rolls
from personalization.sites import progress, roles
from personalization.sites.models import AuditEntry, Publication
from personalization.sites.reviews import Freeze, Remark, Review, Schedule
from personalization.sites.roles import Caller
from rules.errors import InvalidError
from rules.reviewing import VERBS
from tests import estate
from tests.flows.desk import MINUTE, TIME, Desk, code

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_draft_is_reviewed_by_another_and_published(desk: Desk):
    desk.terms(approvals=1)
    ann, bob = desk.who("ann", "editor", "publisher"), desk.who("bob", "reviewer")
    draft = desk.draft()
    assert code("publish", desk, draft, ann) == "approvals"
    assert desk.do("submit", draft, ann, note="please").review.state == "in_review"
    assert code("approve", desk, draft, desk.who("ann")) == "self_approval"
    assert desk.do("approve", draft, bob).review.state == "approved"
    done = desk.do("publish", draft, ann)
    assert (done.review.state, done.publication.state) == ("live", "live")
    assert desk.live() == draft.number
    before = desk.mine.matrix.revisions.get(number=1)
    assert desk.state(before) == "retired"
    steps = [(s.verb, s.actor, s.before, s.after) for s in done.review.steps.all()]
    assert steps == [
        ("submit", "ann", "draft", "in_review"),
        ("approve", "bob", "in_review", "approved"),
        ("went_live", "ann", "approved", "live"),
    ]
    acts = AuditEntry.objects.filter(object_type="matrix", object_id=str(desk.mine.matrix.pk))
    assert {"submit", "approve", "publish"} <= set(acts.values_list("action", flat=True))


def test_a_changed_draft_takes_the_review_with_it_and_its_approvals_are_gone(desk: Desk):
    desk.terms(approvals=1)
    ann, bob = desk.who("ann"), desk.who("bob", "reviewer")
    first = desk.draft()
    desk.do("submit", first, ann)
    desk.do("approve", first, bob)
    second = desk.draft("cem")
    assert (desk.state(first), desk.state(second)) == ("draft", "in_review")
    assert code("publish", desk, first, ann) == "approvals"
    assert code("publish", desk, second, ann) == "approvals"
    assert code("approve", desk, second, ann) == "self_approval"
    assert desk.do("approve", second, bob).review.state == "approved"


def test_who_wrote_an_earlier_draft_of_the_same_change_does_not_approve_the_later(desk: Desk):
    desk.terms(approvals=1)
    desk.draft("ann")
    later = desk.draft("bob")
    desk.do("submit", later, desk.who("bob"))
    assert code("approve", desk, later, desk.who("ann")) == "self_approval"
    desk.terms(self_approval=True)
    assert desk.do("approve", later, desk.who("ann")).review.state == "approved"


def test_changes_requested_meanwhile_stop_a_publish_and_a_schedule(desk: Desk):
    draft, bob = desk.draft(), desk.who("bob", "reviewer")
    desk.do("schedule", draft, desk.who("ann"), at=TIME[0], zone=TIME[1])
    asked = desk.do("request_changes", draft, bob, note="the second row")
    assert asked.review.state == "changes_requested"
    assert Schedule.objects.get().state == "cancelled"
    assert code("publish", desk, draft, desk.who("ann")) == "state"


def outcome(desk: Desk, verb: str, draft: Any, who: Caller) -> str:
    """Try a verb and take it back: what it was answered."""
    try:
        with transaction.atomic():
            desk.do(verb, draft, who, note="x", at=TIME[0], zone=TIME[1])
            transaction.set_rollback(True)
    except PermissionDenied:
        return "denied"
    except InvalidError as fault:
        return fault.code
    return "done"


def test_every_verb_is_for_those_whose_role_holds_it_and_on_their_site_alone(desk: Desk):
    draft, before = desk.draft(), Review.objects.count()
    stranger = Caller("eve", {desk.site.pk + 1: roles.permissions(["owner"])})
    for verb, known in VERBS.items():
        for role in estate.ALL_ROLES:
            found = outcome(desk, verb, draft, desk.who("dora", role))
            may = known.needs in estate.MAY[role].split()
            assert found in ({"done", "state"} if may else {"denied"}), (verb, role)
        assert outcome(desk, verb, draft, stranger) == "denied"
    assert (Review.objects.count(), desk.state(draft), desk.live()) == (before, "draft", 1)


def test_in_a_freeze_nothing_goes_live_but_a_rollback_an_undo_and_an_override(desk: Desk):
    ann, draft = desk.who("ann", "publisher"), desk.draft()
    now = desk.clock.now()
    desk.do("publish", draft, ann)
    frozen = {"name": "Christmas", "start_at": now, "until_at": now + 90 * MINUTE}
    Freeze.objects.create(site=desk.site, **frozen)
    after = desk.draft()
    assert code("publish", desk, after, ann) == "frozen"
    live = desk.mine.matrix.revisions.get(number=draft.number)
    assert code("retire", desk, live, ann) == "frozen"
    assert desk.do("rollback", desk.mine.matrix.revisions.get(number=1), ann).review.state == "live"
    offer = undoing.offered("matrix", desk.mine.matrix.pk, desk.clock.now())
    assert offer.number == draft.number
    undoing.undo(ann, offer.publication, desk.clock)
    assert desk.live() == draft.number
    with pytest.raises(PermissionDenied):
        desk.do("publish", after, ann, overrides=True)
    both = desk.who("ann", "publisher", "override")
    assert code("publish", desk, after, both) == "frozen"
    assert desk.do("publish", after, both, overrides=True).review.state == "live"


@pytest.mark.parametrize("kind", ["matrix", "segment"])
def test_an_undo_is_one_step_back_within_half_an_hour(desk: Desk, kind: str):
    ann, thing = desk.who("ann"), getattr(desk.mine, kind)
    draft = (
        desk.draft() if kind == "matrix" else segments.draft(thing, {"not": estate.PRO}, {}, "ann")
    )
    desk.do("publish", draft, ann, kind)
    offer = undoing.offered(kind, thing.pk, desk.clock.now())
    assert offer.number == 1
    late = desk.clock.now() + 31 * MINUTE
    assert undoing.offered(kind, thing.pk, late) is None
    with pytest.raises(PermissionDenied):
        undoing.undo(desk.who("bob", "editor"), offer.publication, desk.clock)
    undoing.undo(ann, offer.publication, desk.clock)
    thing.refresh_from_db()
    assert thing.live.number == 1
    with pytest.raises(InvalidError, match="newest publish"):
        undoing.undo(ann, offer.publication, desk.clock)
    again = undoing.offered(kind, thing.pk, desk.clock.now())
    assert again.number == draft.number


def test_the_undo_of_a_first_publish_puts_it_out_of_force_and_of_a_retirement_in_again(desk: Desk):
    ann, live = desk.who("ann"), desk.mine.matrix.revisions.get(number=1)
    desk.do("retire", live, ann)
    offer = undoing.offered("matrix", desk.mine.matrix.pk, desk.clock.now())
    undoing.undo(ann, offer.publication, desk.clock)
    assert desk.live() == 1
    Publication.objects.all().delete()
    desk.do("retire", live, ann)
    desk.do("publish", desk.draft(), ann)
    offer = undoing.offered("matrix", desk.mine.matrix.pk, desk.clock.now())
    assert offer.number == 0
    undoing.undo(ann, offer.publication, desk.clock)
    assert Matrix.objects.get(pk=desk.mine.matrix.pk).live is None


def test_a_comment_is_kept_with_who_when_and_which_row(desk: Desk):
    draft = desk.draft()
    desk.do("comment", draft, desk.who("lea", "analyst"), note="Why only pro?", row="one")
    remark = progress.of(KINDS["matrix"].subject(draft), draft).remarks.get()
    assert (remark.actor, remark.row, remark.text) == ("lea", "one", "Why only pro?")
    assert code("comment", desk, draft, desk.who("lea")) == "length"


def test_a_comment_is_settled_and_opened_again_by_who_may_comment(desk: Desk):
    draft = desk.draft()
    desk.do("comment", draft, desk.who("lea", "analyst"), note="Why only pro?")
    remark, bob = Remark.objects.select_related("review").get(), desk.who("bob", "reviewer")
    with pytest.raises(PermissionDenied):
        settling.settle(desk.who("vic", "viewer"), remark, desk.clock)
    done = settling.settle(bob, remark, desk.clock)
    assert (done.settled_by, done.settled_at) == ("bob", desk.clock.now())
    with pytest.raises(InvalidError, match="not settled already"):
        settling.settle(bob, remark, desk.clock)
    assert settling.settle(bob, remark, desk.clock, again=True).settled_by == ""
    with pytest.raises(InvalidError, match="not open already"):
        settling.settle(bob, remark, desk.clock, again=True)
    told = AuditEntry.objects.filter(actor="bob").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["settled", "reopened"]


def test_a_freeze_holds_a_list_s_next_upload_and_no_older_one(desk: Desk):
    roll, now = desk.mine.roll, desk.clock.now()
    roll.condition = None
    roll.save()
    newer = rolls.upload(roll, [b"userId\nann\nbob\n"], "ann", "club.csv", now)
    Freeze.objects.create(site=desk.site, name="Quiet", start_at=now, until_at=now + MINUTE)
    with pytest.raises(InvalidError, match="freeze Quiet"):
        listing.put_in_force(newer, "ann", desk.clock)
    desk.clock.instant += MINUTE
    assert listing.put_in_force(newer, "ann", desk.clock).live == newer
    later = desk.clock.now()
    Freeze.objects.create(site=desk.site, name="Quiet", start_at=later, until_at=later + MINUTE)
    older = roll.versions.get(number=newer.number - 1)
    assert listing.put_in_force(older, "ann", desk.clock).live == older


def test_a_variant_is_retired_and_undone_and_a_slot_is_undone_but_never_retired(desk: Desk):
    ann, variant, slot = desk.who("ann"), desk.mine.variant, desk.mine.slot
    live = variant.revisions.get(status="live")
    desk.do("retire", live, ann, "variant")
    assert not variant.revisions.filter(status="live").exists()
    offer = undoing.offered("variant", variant.pk, desk.clock.now())
    undoing.undo(ann, offer.publication, desk.clock)
    assert variant.revisions.get(status="live") == live
    draft = slots.draft(slot, {"ttl": 5}, "ann")
    desk.do("publish", draft, ann, "slot")
    assert code("retire", desk, draft, ann, "slot") == "state"
    offer = undoing.offered("slot", slot.pk, desk.clock.now())
    undoing.undo(ann, offer.publication, desk.clock)
    slot.refresh_from_db()
    assert slot.ttl == 60


def test_a_slot_is_revised_reviewed_and_rolled_back_like_everything_else(desk: Desk):
    slot, ann = desk.mine.slot, desk.who("ann")
    draft = slots.draft(slot, {"fallback": ["sale"], "ttl": 5}, "ann")
    slot.refresh_from_db()
    assert (slot.fallback, slot.live.number, draft.number) == (["baseline"], 1, 3)
    desk.terms(approvals=1)
    desk.do("submit", draft, ann, "slot")
    desk.do("approve", draft, desk.who("bob"), "slot")
    desk.do("publish", draft, ann, "slot")
    slot.refresh_from_db()
    assert (slot.fallback, slot.ttl, slot.live.number) == (["sale"], 5, 3)
    published = AuditEntry.objects.filter(action="publish", object_type="slot").first()
    assert "fallback.0: baseline -> sale" in published.detail["diff"]
    desk.do("rollback", slot.revisions.get(number=1), ann, "slot")
    slot.refresh_from_db()
    assert (slot.fallback, slot.ttl) == (["baseline"], 60)
    wrong = slots.draft(slot, {"fallback": ["nobody"]}, "cem")
    desk.terms(approvals=0)
    assert code("publish", desk, wrong, ann, "slot") == "unknown"


@pytest.mark.parametrize(
    ("document", "at"),
    [
        ({"fallback": "baseline"}, "/fallback"),
        ({"fallback": [1]}, "/fallback/0"),
        ({"swap": "never"}, "/swap"),
        ({"ttl": -1}, "/ttl"),
        ({"enabled": 1}, "/enabled"),
        ({"key": "other"}, "/key"),
    ],
)
def test_a_slot_that_could_not_be_published_is_not_drafted(desk: Desk, document: Any, at: str):
    with pytest.raises(InvalidError) as raised:
        slots.draft(desk.mine.slot, document, "ann")
    assert raised.value.at == at


def test_a_publish_tells_the_audit_what_it_changes_in_words(desk: Desk):
    desk.do("publish", desk.draft(), desk.who("ann"))
    entry = AuditEntry.objects.filter(action="publish", object_type="matrix").first()
    assert entry.detail["diff"] == ["Row 1, variant: sale -> baseline"]
    draft = segments.draft(desk.mine.segment, {"all": [estate.PRO, {"segment": "x"}]}, {}, "ann")
    said = comparing.differences(KINDS["segment"], desk.mine.segment.live, draft)
    assert said == ['Now also asked: in segment "x"']
