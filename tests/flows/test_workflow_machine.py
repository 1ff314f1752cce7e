"""Whoever does whatever in whichever order: revisions stand where docs/reviews.md says they stand.

A state machine drives reviews, schedules, freezes, undo and roll back of all kinds of revisions,
through the flow and through the desk's pages, by people of different roles, while time moves over
the changes of the clocks; after every step all that is stored is compared with a naive office.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from personalization.content import drafts as contents
from personalization.content import slots
from personalization.decisions import drafts as matrices
from personalization.flows import punctual, reviewing, undoing
from personalization.flows.kinds import KINDS
from personalization.flows.verbs import Ask
from personalization.plant import clock as clocks
from personalization.plant.clock import FixedClock
from personalization.segments import drafts as segments
from personalization.segments.models import Segment
from personalization.sites import roles
from personalization.sites.models import Publication, Role
from personalization.sites.reviews import Freeze, Remark, Review, ReviewTerms, Schedule
from personalization.sites.roles import Caller
from rules.errors import InvalidError
from tests import estate
from tests.flows.desk import MINUTE
from tests.flows.naive_workflow import (
    BEGIN,
    FROM,
    HELD,
    NEEDS,
    THINGS,
    WHEN,
    WRITERS,
    Office,
    Paper,
    Refused,
)

pytestmark = pytest.mark.django_db

STEPS = Counter[str]()
people = st.sampled_from([*sorted(HELD), "dora", "dora", "gus", "cem"])
things = st.sampled_from(THINGS)
asked = st.tuples(
    st.integers(0, 29),
    st.sampled_from([0, 0, 0, 1, 1, 2, 3]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(WHEN),
    st.booleans(),
)
"""A verb's number, how many revisions back, whether over a freeze, when, on the page."""
EVERY = sorted(set(NEEDS) - {"undo"})


class Machine(RuleBasedStateMachine):
    """The product beside the office."""

    def __init__(self) -> None:
        super().__init__()
        self.hold = transaction.atomic()
        self.hold.__enter__()
        self.clock, self.system = FixedClock(BEGIN), clocks.system
        clocks.system = self.clock
        mine = estate.found("mine")
        self.site = mine.site
        solo = Segment.objects.create(site=self.site, slug="solo", name="Solo")
        self.rows = dict(zip(THINGS, (mine.matrix, solo, mine.slot, mine.variant), strict=True))
        self.made = 0
        self.write("segment", "ann")
        slots.draft(mine.slot, {"ttl": 7}, "ann")
        Publication.objects.all().delete()
        self.doors = {name: self.person(name) for name in HELD}
        self.office = Office(HELD, self.clock.now())
        for kind in THINGS:
            self.office.papers[kind] = [
                Paper(one.number, one.status, {one.author} - {""}) for one in self.revisions(kind)
            ]
            self.office.log[kind] = []

    def teardown(self) -> None:
        clocks.system = self.system
        transaction.set_rollback(True)
        self.hold.__exit__(None, None, None)

    def person(self, name: str) -> Client:
        user = get_user_model().objects.create(username=name, password="!", is_staff=True)
        for held in HELD[name]:
            Role.objects.create(site=self.site, user=user, name=held)
        client = Client()
        client.force_login(user)
        return client

    def revisions(self, kind: str) -> list[Any]:
        rows = self.rows[kind].revisions.all()
        rows = rows.filter(locale="") if kind == "variant" else rows
        return list(rows.order_by("number"))

    def write(self, kind: str, who: str) -> None:
        self.made += 1
        row = type(self.rows[kind]).objects.get(pk=self.rows[kind].pk)
        if kind == "matrix":
            document = estate.document("home.hero", ("sale", "baseline")[self.made % 2])
            matrices.draft(row, document, who, f"step {self.made}")
        elif kind == "segment":
            said = {"attribute": "traits.n", "operator": "equals", "value": str(self.made)}
            segments.draft(row, said, {}, who)
        elif kind == "slot":
            slots.draft(row, {"ttl": self.made}, who)
        else:
            contents.draft(row, {"html": f"<p>{self.made}</p>"}, who)

    @initialize(needed=st.integers(0, 2), own=st.booleans(), reset=st.booleans())
    def begin(self, needed: int, own: bool, reset: bool) -> None:
        self.terms(needed, own, reset)

    @rule(needed=st.integers(0, 2), own=st.booleans(), reset=st.booleans())
    def terms(self, needed: int, own: bool, reset: bool) -> None:
        said = {"approvals": needed, "self_approval": own, "reset_on_change": reset}
        ReviewTerms.objects.filter(site=self.site).update(**said)
        self.office.needed, self.office.own, self.office.reset = needed, own, reset

    @rule(kind=things, who=st.sampled_from(WRITERS))
    def edit(self, kind: str, who: str) -> None:
        self.write(kind, who)
        self.office.draft(kind, who)
        STEPS["edit"] += 1

    @rule(asked=asked, kind=things, who=people)
    def act(self, asked: Any, kind: str, who: str) -> None:
        self.ask(asked, kind, who)

    @rule(asked=asked, who=people)
    def act_on_one_thing(self, asked: Any, who: str) -> None:
        self.ask(asked, "matrix", who)

    @rule(asked=asked)
    def the_owner_acts(self, asked: Any) -> None:
        self.ask(asked, "variant", "dora")

    def ask(self, asked: Any, kind: str, who: str) -> None:
        choice, back, overrides, when, page = asked
        number = max(1, len(self.office.papers[kind]) - back)
        state = self.office.papers[kind][number - 1].state
        apt = [name for name in EVERY if state in FROM.get(name, ())]
        verb = EVERY[choice] if choice < len(EVERY) else apt[choice % len(apt)]
        revision = self.revisions(kind)[number - 1]
        said = {"note": "so", "row": "", **dict(zip(("at", "zone", "which"), when, strict=True))}
        wanted = ""
        try:
            self.office.act(verb, kind, number, who, **said, overrides=overrides)
        except Refused as refused:
            wanted = str(refused)
        STEPS[f"{verb}: {wanted or 'done'}"] += 1
        door = self.through_the_page if page else self.through_the_flow
        found = door(verb, kind, revision, who, {**said, "overrides": overrides})
        assert found == wanted or (page and bool(found) == (wanted == "denied")), (verb, wanted)

    def through_the_flow(
        self, verb: str, kind: str, revision: Any, who: str, said: dict[str, Any]
    ) -> str:
        caller = Caller(who, {self.site.pk: roles.permissions(HELD[who])})
        try:
            with transaction.atomic():
                reviewing.act(caller, verb, KINDS[kind], revision, Ask(**said), self.clock)
        except PermissionDenied:
            return "denied"
        except InvalidError as fault:
            return fault.code
        return ""

    def through_the_page(
        self, verb: str, kind: str, revision: Any, who: str, said: dict[str, Any]
    ) -> str:
        name = {"cancel": "unschedule"}.get(verb, verb)
        given = {key: value for key, value in said.items() if key != "overrides" or value}
        path = reverse(f"desk:{name}", args=[kind, revision.pk])
        answer = self.doors[who].post(path, given)
        assert answer.status_code in {302, 403}
        return "denied" if answer.status_code == 403 else ""

    @rule(kind=things, who=people)
    def undo(self, kind: str, who: str) -> None:
        caller = Caller(who, {self.site.pk: roles.permissions(HELD[who])})
        offer = undoing.offered(kind, self.rows[kind].pk, self.clock.now())
        expected = self.office.undoable(kind)
        assert (offer is None) == (expected is None)
        if offer is None or expected is None:
            return
        assert offer.number == (expected.before or 0)
        try:
            self.office.undo(kind, who)
        except Refused:
            with pytest.raises(PermissionDenied):
                undoing.undo(caller, offer.publication, self.clock)
            return
        STEPS["undo: done"] += 1
        undoing.undo(caller, offer.publication, self.clock)
        with pytest.raises(InvalidError):
            undoing.undo(caller, offer.publication, self.clock)

    @rule(minutes=st.sampled_from([1, 29, 30, 31, 240, 600, 1440, 60 * 24 * 217]))
    def wait(self, minutes: int) -> None:
        self.clock.instant += minutes * MINUTE
        while punctual.step(self.clock):
            STEPS["fired or not"] += 1
        self.office.pass_time(self.clock.now())

    @rule(start=st.integers(-2, 20), hours=st.integers(1, 30))
    def freeze(self, start: int, hours: int) -> None:
        begins = self.clock.now() + start * 60 * MINUTE
        ends = begins + hours * 60 * MINUTE
        Freeze.objects.create(site=self.site, name="Quiet", start_at=begins, until_at=ends)
        self.office.freezes.append((begins, ends))

    @rule()
    def thaw(self) -> None:
        Freeze.objects.filter(site=self.site).delete()
        self.office.freezes.clear()

    @invariant()
    def all_stands_as_told(self) -> None:
        reviews = {(one.kind, one.number): one for one in Review.objects.filter(locale="")}
        for kind, papers in self.office.papers.items():
            rows = self.revisions(kind)
            live = [row.number for row in rows if row.status == "live"]
            assert live == [paper.number for paper in papers if paper.state == "live"]
            for row, paper in zip(rows, papers, strict=True):
                review = reviews.get((kind, row.number))
                if review is None:
                    assert paper.state == row.status
                    continue
                stands = (review.state, set(review.authors), set(review.approvals))
                assert stands == (paper.state, paper.authors, paper.approvals), (kind, row.number)
        found = Schedule.objects.order_by("pk").values_list(
            "review__kind", "review__number", "at", "state"
        )
        told = self.office.appointments
        assert list(found) == [(one.kind, one.number, one.at, one.state) for one in told]
        remarks = sum(one.remarks for papers in self.office.papers.values() for one in papers)
        assert Remark.objects.count() == remarks


def drive(examples: int, steps: int) -> None:
    shrinks = (Phase.shrink,) if os.environ.get("MACHINE_SHRINKS") else ()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.generate, *shrinks),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_revisions_stand_where_the_document_says():
    drive(6, 40)
    assert any(step.endswith(": done") for step in STEPS)


@pytest.mark.nightly
def test_revisions_stand_where_the_document_says_in_many_orders(capsys: Any):
    began = time.monotonic()
    STEPS.clear()
    drive(250, 60)
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{sum(STEPS.values())} steps in {took:.0f} s: {dict(STEPS.most_common())}")  # noqa: T201
    done = {step for step in STEPS if step.endswith(": done")}
    assert {f"{verb}: done" for verb in NEEDS} <= done
