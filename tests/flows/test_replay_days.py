"""A draft on the last days of the log counts as asking about everybody one by one does."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from personalization.decisions.models import MatrixRevision
from personalization.flows import calendar, explanation, replay
from personalization.plant import runs
from personalization.plant.instants import to_text
from personalization.plant.models import Run
from personalization.segments.models import Segment, SegmentRevision
from rules.zones import zone
from tests.flows.ground import DAY, START, track
from tests.flows.shown import Shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
KEEN = {"event": "Viewed", "within": "1d", "operator": "at_least", "value": 3}
LIVE = [{"id": "keen", "when": {"segment": "keen"}, "then": {"variant": "keen"}}]
DRAFT = [
    {"id": "b", "when": {"event": "Bought", "within": "2d"}, "then": {"variant": "pro"}},
    {"id": "half", "when": {"event": "Viewed", "within": "2d", "operator": "at_least",
                           "value": 2}, "then": {"variant": "keen"}, "rollout": 50},
    {"id": "try", "when": {"event": "Viewed", "within": "2d"}, "then": {"experiment": "new"},
     "rollout": 50},
]  # fmt: skip
PEOPLE = [f"p{n}" for n in range(9)]


@pytest.fixture
def lived():
    ground = Shown(timezone="Pacific/Auckland")
    ground.segment("keen", KEEN)
    slot = ground.put("hero", ("base", "keen", "pro"), LIVE, fallback=["base"])
    number = ground.matrix(slot, DRAFT, publish=False, fallback=["base"])
    ground.draft = MatrixRevision.objects.get(matrix__slot=slot, number=number)
    dice, ground.done, ground.viewed = Random(4), [], []
    ground.clock.instant = START + 6 * DAY
    for person in PEOPLE:
        for _ in range(dice.randrange(14)):
            at = dice.randrange(6 * 86_400)
            name = dice.choice(["Viewed", "Viewed", "Viewed", "Bought"])
            ground.done.append((person, at))
            if name == "Viewed":
                ground.viewed.append((person, START + at * 1_000_000))
            ground.see(track(name, person, at=at))
    return ground


def test_people_by_variant_and_day_are_those_asked_one_by_one(lived):
    run = replay.replay("matrix", lived.draft.pk, 5, lived.clock)
    assert (run.state, run.error) == (Run.State.DONE, "")
    days = calendar.Days(lived.clock.now(), 5, zone("Pacific/Auckland"))
    last = {}
    for person, at in sorted(lived.done, key=lambda one: one[1]):
        last[person, days.of(START + at * 1_000_000)] = START + at * 1_000_000
    live, draft, differ = Counter(), Counter(), Counter()
    for (person, day), at in last.items():
        if day >= 0:
            found = [shown(lived, person, at, which) for which in ("live", lived.draft.number)]
            live[day, found[0]] += 1
            draft[day, found[1]] += 1
            differ[day] += found[0] != found[1]
    told = run.result["days"]
    for side, counts in (("live", live), ("draft", draft)):
        assert counts == Counter(
            {(n, name): people for n, day in enumerate(told) for name, people in day[side].items()}
        )
    assert [day["differ"] for day in told] == [differ[n] for n in range(5)]
    assert sum(way["people"] for way in run.result["ways"]) >= run.result["moved"] > 0


def shown(lived, person, at, which):
    asked = {"slot": "hero", "visitor": {"userId": person}, "at": to_text(at), "matrix": which}
    decision = explanation.explain(lived.site, asked, lived.clock)["decision"]
    tried = decision["experiment"]
    return f"experiment {tried}" if tried else decision["variant"]


def test_a_segment_s_people_at_the_end_of_each_day(lived):
    segment = Segment.objects.get(site=lived.site, slug="keen")
    condition = {**KEEN, "value": 1}
    revision = SegmentRevision.objects.create(segment=segment, number=9, condition=condition)
    run = replay.replay("segment", revision.pk, 4, lived.clock)
    assert (run.state, run.error) == (Run.State.DONE, "")
    days = calendar.Days(lived.clock.now(), 4, zone("Pacific/Auckland"))
    for told, end in zip(run.result["days"], days.ends(), strict=True):
        for side, value in (("live", 3), ("draft", 1)):
            inside = sum(views(lived, person, end) >= value for person in people_by(lived, end))
            assert told[side].get("in", 0) == inside
        assert told["people"] == len(people_by(lived, end))


def views(lived, person, end):
    day = (end - DAY, end)
    return sum(day[0] < at <= day[1] for who, at in lived.viewed if who == person)


def people_by(lived, end):
    return {person for person, at in lived.done if START + at * 1_000_000 <= end}


def test_a_run_that_is_cancelled_ends_with_its_step(lived, monkeypatch):
    monkeypatch.setattr(replay, "SLICE", 2)
    real, seen = runs.advance, []

    def advance(run, rows):
        seen.append(rows)
        runs.cancel(run)
        return real(run, rows)

    monkeypatch.setattr(runs, "advance", advance)
    run = replay.replay("matrix", lived.draft.pk, 5, lived.clock)
    assert (run.state, run.result, seen) == (Run.State.CANCELLED, {}, [2])
