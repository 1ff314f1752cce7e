"""Of a set everybody is in exactly one member at every instant, whatever happens and when."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import durations, rankings, state_json
from rules.conditions import EventTest, Measure, Member, Not, Span
from rules.definitions import build
from rules.durations import DAY, HOUR
from rules.errors import InvalidError
from rules.fold import facts_at, fold
from rules.rankings import Ranking
from rules.single import alone
from rules.stability import Stability
from rules.state import Membership
from rules.switching import switch
from tests.rules.oracle import identify, track

VECTORS = Path(__file__).parents[1] / "vectors" / "switching.json"
CASES = json.loads(VECTORS.read_text())["cases"]
MEMBERS = [
    {"name": "buyer", "when": {"event": "Bought", "within": "40h"}},
    {
        "name": "keen",
        "when": {"event": "Viewed", "within": "9h", "operator": "at_least", "value": 2},
    },
    {"name": "pro", "when": {"attribute": "traits.plan", "operator": "not_equals", "value": "no"}},
]
LENGTHS = {"Bought": 40 * HOUR, "Viewed": 9 * HOUR}
PROVISIONAL = {"name": "new", "until": {"event": "Viewed"}, "for": "5h"}
TICKS = 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["description"])
def test_a_set_switches_as_the_vector_says(case):
    places = [Membership() for _ in range(case["members"])]
    firm = {
        name: durations.parse(value) if isinstance(value, str) else value
        for name, value in case["stability"].items()
    }
    for at, choice, expected, due in case["steps"]:
        switched, asked = switch(places, choice, at, Stability(**firm), case.get("free"))
        assert ([*switched] if switched else None, asked) == (expected, due)
        assert sum(place.member for place in places) == 1


def choice_at(tick, happened, *, provisional):
    """Return the member's name by reading the definition."""
    done = [(name, at) for name, at in happened if at <= tick]
    first = min(at for _, at in happened)
    views = [at for name, at in done if name == "Viewed"]
    if provisional and (not views or tick < first + 5):
        return "new"
    if any(name == "Bought" and tick - 40 < at for name, at in done):
        return "buyer"
    if sum(tick - 9 < at for at in views) >= 2:
        return "keen"
    told = [name for name, _ in done if name in {"no", "yes"}]
    return "pro" if told and told[-1] == "yes" else "visitor"


def naive(happened, stability, *, provisional):
    """Return (tick, left, entered), hour by hour, from what each setting says."""
    start = min(at for _, at in happened)
    present, since, chosen, chosen_since = None, start, None, start
    moves = []
    for tick in range(start, TICKS + 1):
        choice = choice_at(tick, happened, provisional=provisional)
        if choice != chosen:
            chosen, chosen_since = choice, tick
        made = sum(tick - 24 < at for at, left, _ in moves if left)
        calm = (
            tick >= chosen_since + stability.enter_after // HOUR
            and tick >= since + stability.min_stay // HOUR
            and (stability.max_moves_per_day is None or made < stability.max_moves_per_day)
        )
        if choice != present and (present in {None, "new"} or calm):
            moves.append((tick, present, choice))
            present, since = choice, tick
    return moves


hours = st.sampled_from([0, 0, 1, 4, 12, 30]).map(lambda n: n * HOUR)
stabilities = st.builds(
    Stability,
    enter_after=hours,
    min_stay=hours,
    max_moves_per_day=st.sampled_from([None, None, 1, 2]),
)
stories = st.lists(
    st.tuples(st.sampled_from(["Viewed", "Viewed", "Bought", "yes", "no"]), st.integers(1, 90)),
    min_size=1,
    max_size=25,
).map(lambda told: sorted(told, key=lambda one: one[1]))


def events_of(happened):
    for number, (name, at) in enumerate(happened):
        tie = f"{number:04}"
        said = name in {"yes", "no"}
        yield identify(at * HOUR, tie, plan=name) if said else track(at * HOUR, tie, name)


def built(stability, *, provisional, segments=None):
    document = {"members": MEMBERS, "default": "visitor"}
    ranking = rankings.parse({**document, "provisional": PROVISIONAL} if provisional else document)
    return build(segments or {}, {}, rankings={"mood": (ranking, stability)})


def the_set_is_what_it_says(happened, stability, provisional, cuts):
    asked = built(stability, provisional=provisional)
    names = {key: name.removeprefix("mood.") for name, key in asked.segments.items()}
    events, moves, state = list(events_of(happened)), [], None
    for until in sorted({*cuts, TICKS}):
        part = [e for e in events if e.at <= until * HOUR and (state is None or e.at > state[1])]
        if not part and state is None:
            continue
        held = state and state_json.load(state[0], asked)
        found = fold(held, part, asked, until * HOUR)
        state = (json.loads(json.dumps(state_json.dump(found))), until * HOUR)
        moves += found.moves
        facts = facts_at(found, asked, until * HOUR, {})
        assert sum(facts.segments[name] for name in asked.segments) == 1
    expected = [
        (at * HOUR, member, entered)
        for at, left, to in naive(happened, stability, provisional=provisional)
        for member, entered in ((left, False), (to, True))
        if member
    ]
    assert [(m.effective_at, names[m.segment], m.entered) for m in moves] == expected


ARGUMENTS = (stories, stabilities, st.booleans(), st.lists(st.integers(0, TICKS), max_size=4))


@given(*ARGUMENTS)
@settings(max_examples=40, deadline=None)
def test_everybody_is_in_exactly_one_and_switches_when_reading_says(
    happened, stability, provisional, cuts
):
    the_set_is_what_it_says(happened, stability, provisional, cuts)


@pytest.mark.nightly
@given(*ARGUMENTS)
@settings(max_examples=20_000, deadline=None)
def test_everybody_is_in_exactly_one_by_night(happened, stability, provisional, cuts):
    the_set_is_what_it_says(happened, stability, provisional, cuts)


@given(stories, stabilities)
@settings(max_examples=20, deadline=None)
def test_segments_that_name_members_follow_in_the_same_instant(happened, stability):
    segments = {
        "settled": (Not(Member("mood.new")), Stability()),
        "keen": (Member("mood.keen"), Stability()),
    }
    asked = built(stability, provisional=True, segments=segments)
    state = fold(None, events_of(happened), asked, TICKS * HOUR)
    seen = {name: [] for name in asked.segments}
    for move in state.moves:
        name = next(n for n, key in asked.segments.items() if key == move.segment)
        seen[name].append((move.effective_at, move.entered))
    assert seen["keen"] == seen["mood.keen"]
    begun = happened[0][1] * HOUR
    turned = [(at, not entered) for at, entered in seen["mood.new"] if at > begun]
    new_at_first = (begun, True) in seen["mood.new"]
    assert seen["settled"] == (turned if new_at_first else [(begun, True), *turned])


VIEWED = EventTest(Measure("Viewed", span=Span(length=DAY)))


@pytest.mark.parametrize(
    ("document", "at", "code"),
    [
        ({"members": [], "default": "a"}, "/members", "length"),
        ({"members": MEMBERS}, "", "missing"),
        ({"members": MEMBERS, "default": "keen"}, "/default", "duplicate"),
        ({"members": MEMBERS, "default": "a.b"}, "/default", "characters"),
        ({"members": [*MEMBERS, {"name": "x"}], "default": "a"}, "/members/3", "missing"),
        (
            {"members": [{"name": "x", "when": {"all": [{}]}}], "default": "a"},
            "/members/0/when/all/0",
            "shape",
        ),
        (
            {"members": MEMBERS, "default": "a", "provisional": {"name": "b"}},
            "/provisional",
            "missing",
        ),
        (
            {"members": MEMBERS, "default": "a", "provisional": {"name": "a", "for": "1h"}},
            "/provisional/name",
            "duplicate",
        ),
    ],
)
def test_what_is_no_set_is_refused_with_its_place(document, at, code):
    with pytest.raises(InvalidError) as refused:
        rankings.parse(document)
    assert (refused.value.at, refused.value.code) == (at, code)


@pytest.mark.parametrize("named", ["mood.buyer", "mood.visitor", "mood"])
def test_a_set_that_names_itself_is_refused(named):
    ranking = Ranking((("buyer", Member("other")),), "visitor")
    segments = {"other": (Member(named), Stability())}
    with pytest.raises(InvalidError) as refused:
        build(segments, {}, rankings={"mood": (ranking, Stability())})
    assert refused.value.code == ("unknown" if named == "mood" else "circle")


def test_a_set_is_read_back_as_it_was_written():
    document = {"members": MEMBERS, "default": "visitor", "provisional": PROVISIONAL}
    ranking = rankings.parse(document)
    assert rankings.parse(rankings.document(ranking)) == ranking
    assert list(rankings.told(ranking, "mood")) == ["new", "buyer", "keen", "pro", "visitor"]
    assert "otherwise visitor" in rankings.words(ranking)


def test_a_renamed_member_keeps_its_key_and_a_changed_one_does_not():
    one = Ranking((("keen", VIEWED),), "rest")
    keys = [
        build({}, {}, rankings={"mood": (ranking, stability)}).segments
        for ranking, stability in (
            (one, Stability()),
            (Ranking((("warm", VIEWED),), "rest"), Stability()),
            (Ranking((("keen", Not(VIEWED)),), "rest"), Stability()),
            (one, Stability(min_stay=1)),
        )
    ]
    assert keys[0]["mood.keen"] == keys[1]["mood.warm"]
    assert len({key["mood.rest"] for key in (keys[0], keys[2], keys[3])}) == 3


def test_one_segment_apart_brings_the_set_it_names():
    ranking = Ranking((("keen", VIEWED),), "rest")
    told = {"a": (Member("mood.rest"), Stability(enter_after=5)), "b": (VIEWED, Stability())}
    found = alone(told, {}, "a", {"mood": (ranking, Stability()), "other": (ranking, Stability(1))})
    assert set(found.segments) == {"a", "mood.keen", "mood.rest"}


def test_the_values_seen_are_those_of_the_members_asked_up_to_the_one_entered():
    asked = built(Stability(), provisional=False)
    moves = fold(None, events_of([("Viewed", 1), ("Viewed", 2)]), asked, 2 * HOUR).moves
    assert [len(move.values) for move in moves] == [3, 3, 2]
    assert list(moves[-1].values.values()) == [0, 2]
