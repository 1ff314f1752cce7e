"""A journey says at every instant what folding the log up to that instant says, and deciding."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from personalization.features.known import Permitted, Request
from personalization.flows import assembly, decision, timetravel
from personalization.flows.decision import Visitor
from rules.conditions import MICROSECONDS
from rules.fold import fold
from rules.state import Event, State
from tests.flows.test_decision import blueprint

MINUTE = 60 * MICROSECONDS
START = 1_790_000_000 * MICROSECONDS
KEEN = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 2}
CALM = ["calm", {"not": {"event": "Viewed", "within": "30m"}}, {"enter_after": "10m"}, True]
ROWS = [
    {"segment": "keen"},
    {"event": "Viewed", "within": "3h", "operator": "at_least", "value": 3},
    {"all": [{"segment": "calm"}, {"attribute": "features.views", "operator": "at_least",
                                  "value": 2}]},
    {"attribute": "traits.plan", "operator": "equals", "value": "pro"},
    {"attribute": "time.hour", "operator": "between", "value": [14, 15]},
    {"event": "Viewed", "measure": "recency", "operator": "less_than", "value": 7_200},
]  # fmt: skip
VARIANTS = ("keen", "likely", "many", "pro")
instants = some.integers(0, 400).map(lambda minute: START + minute * MINUTE + minute * 7_919)
happened = some.tuples(instants, some.sampled_from(["Viewed", "Bought", "identify"]))


def site(rows, active):
    told = [(row, VARIANTS[n % len(VARIANTS)]) for n, row in enumerate(rows)]
    features = {
        "views": {"event": "Viewed", "within": "2h"},
        "more": {"event": "Viewed", "within": "3h"},
        "since": {"event": "Viewed", "measure": "recency"},
    }
    segments = [["keen", KEEN, {}, True], CALM]
    source = blueprint(*told, features=features, segments=segments)
    if active and rows:
        row = source["slots"][0]["matrix"]["document"]["rows"][0]
        row["active"] = {"from": "2026-09-21T15:00", "until": "2026-09-21T17:30",
                             "zone": "UTC"}  # fmt: skip
    built, faults = assembly.build(source)
    assert faults == []
    return built


def events(pairs):
    found = []
    for number, (at, name) in enumerate(sorted(pairs)):
        kind = "identify" if name == "identify" else "track"
        traits = {"plan": "pro" if number % 2 else "free"} if kind == "identify" else {}
        found.append(Event(at, f"{number:03}", kind, name, {}, {}, traits))
    return found


@settings(max_examples=40, deadline=None)
@given(
    some.lists(happened, max_size=12),
    some.lists(some.sampled_from(ROWS), max_size=4),
    some.lists(instants, min_size=1, max_size=8),
    instants,
    some.booleans(),
)
def test_the_journey_agrees_with_deciding_at_any_instant(pairs, rows, asked, since, active):
    built, story, permits = site(rows, active), events(pairs), Permitted("none", (), gpc=False)
    visitor = Visitor(built, None, "u", ("",), Request({}, {}))
    until = START + 500 * MINUTE
    told = timetravel.journey(visitor, story, permits, since, until)
    assert told.whole
    definitions = built.asked.definitions
    for at in (at for at in asked if at >= since):
        past = [event for event in story if event.at <= at]
        here = [step for step in told.steps if step.at <= at]
        assert bool(here) == bool(past)
        if past:
            state = fold(None, past, definitions, at) if past else State()
            known = timetravel.known(visitor, state, permits, at)
            [(_, shown)] = decision.decide(visitor, ["hero"], known)
            assert here[-1].slots["hero"]["variant"] == shown["variant"]
            moves = [move for move in told.moves if move.effective_at <= at]
            inside = {name for name, key in definitions.segments.items()
                      if [m.entered for m in moves if m.segment == key][-1:] == [True]}  # fmt: skip
            assert inside == {name for name, member in known.held.segments.items() if member}


def test_a_journey_that_is_too_long_says_so(monkeypatch):
    monkeypatch.setattr(timetravel, "MOST", 3)
    built = site(ROWS[:1], active=False)
    visitor = Visitor(built, None, "u", ("",), Request({}, {}))
    story = events([(START + n * MINUTE, "Viewed") for n in range(9)])
    permits = Permitted("none", (), gpc=False)
    told = timetravel.journey(visitor, story, permits, START, START + 500 * MINUTE)
    assert (told.whole, len(told.steps)) == (False, 3)
