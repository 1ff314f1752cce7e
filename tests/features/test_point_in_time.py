"""A declared feature at points of the past: the log in DuckDB says what the live fold says."""

from __future__ import annotations

import random
from typing import Any

import ibis
import pytest
from hypothesis import Phase, given, settings

from personalization.features.pointintime import engines
from personalization.features.pointintime.powers import fading, power
from personalization.features.pointintime.registry import aggregates
from personalization.features.pointintime.values import values
from rules.errors import InvalidError
from rules.parser import parse_measure
from rules.state import Event
from rules.windows import decayed
from rules.windows.kept import LIMIT
from rules.windows.registry import kinds
from rules.windows.window import WHOLE
from tests.acceptance import retail
from tests.features import made, retail_log, shop
from tests.features.comparing import compared, live, measured

LOG = ibis.table(engines.LOG, name="events")
POINTS = ibis.table(engines.POINTS, name="points")


def agree(histories: dict[str, list[Event]], documents: list[Any], instants: list[int]) -> int:
    declared = {f"f{n}": document for n, document in enumerate(documents)}
    told = [(profile, event) for profile, history in histories.items() for event in history]
    asked = [(profile, now) for profile in [*histories, "nobody"] for now in instants]
    count, mismatches = compared(told, asked, declared)
    assert not mismatches
    return count


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(made.histories(), made.declarations, made.instants)
def test_the_log_says_what_the_fold_says(histories: Any, documents: Any, instants: Any) -> None:
    agree(histories, documents, instants)


@pytest.mark.nightly
@settings(max_examples=3_000, deadline=None)
@given(made.histories(40), made.declarations, made.instants)
def test_the_log_says_what_the_fold_says_in_a_long_search(
    histories: Any, documents: Any, instants: Any
) -> None:
    agree(histories, documents, instants)


def test_a_window_is_half_open_in_the_log_too() -> None:
    history = [Event(at, "", "track", "Viewed", {}, {}, {}) for at in (0, 10, 20)]
    documents = [
        {"event": "Viewed", "within": "PT0.00001S"},
        {"event": "Viewed", "between": ["PT0.00002S", "PT0.00001S"]},
        {"event": "Viewed", "since": "1970-01-01T00:00:00.00001Z"},
    ]
    agree({"p": history}, documents, [0, 9, 10, 11, 19, 20, 29, 30, 31, 39, 40])


def test_where_a_live_window_gives_up_the_log_gives_up() -> None:
    busy = [Event(at, "", "track", "Viewed", {"n": at}, {}, {}) for at in range(LIMIT + 2)]
    within = {"event": "Viewed", "within": "PT1S"}
    names = ["count", "sum", "avg", "distinct", "first", "last", "most_frequent", "last_values"]
    documents = [
        {**span, **made.asked(kind)} for span in (within, {"event": "Viewed"}) for kind in names
    ]
    agree({"p": busy}, documents, [LIMIT - 1, LIMIT, LIMIT + 1, 1_000_000, 1_000_001, 1_000_002])


def test_of_values_equally_frequent_the_log_and_the_window_take_the_same() -> None:
    close = [2**53, 2**53 + 1, 2**63 - 1, 9.3e18, -(2**63), -1e300, 0.1, 1, True, False, "", "a"]
    close += ["A", "\u00e9", "\uffff", "\U0001f600", 1.5, 1e300, float(2**63)]
    draw = random.Random(8)
    histories = {}
    for person in range(40):
        said = draw.sample(close, 6)
        histories[f"p{person}"] = [
            Event(at, str(n), "track", "Viewed", {"n": value}, {}, {})
            for at, n, value in sorted(
                ((draw.choice((3, 5)), n, v) for n, v in enumerate(said * 2)), key=lambda e: e[:2]
            )
        ]
    document = {"event": "Viewed", "measure": {"most_frequent": "properties.n"}}
    agree(histories, [document, {**document, "within": "PT0.000004S"}], [2, 3, 5, 7, 9])


def test_past_a_thousand_values_the_most_frequent_is_unknown_where_the_span_has_no_end() -> None:
    many = [Event(at, "", "track", "Viewed", {"n": at % 1_002}, {}, {}) for at in range(2_100)]
    document = {"event": "Viewed", "measure": {"most_frequent": "properties.n"}}
    agree({"p": many}, [document, {**document, "within": "PT1S"}], [998, 999, 1_000, 1_001, 3_000])


def test_an_average_is_rounded_once_half_away_from_zero_whatever_its_size() -> None:
    amounts = [10**12, -(10**12), 999_999_999_999.999999, 1e-6, -1e-6, 2e-6, 0.5, -0.5, 33.333333]
    history = [
        Event(at, "", "track", "Bought", {"n": amounts[at * at % len(amounts)]}, {}, {})
        for at in range(200)
    ]
    documents = [
        {"event": "Bought", "measure": {kind: "properties.n"}, "within": within}
        for kind in ("avg", "sum")
        for within in ("PT0.000002S", "PT0.000003S", "PT0.000007S", "PT0.0001S")
    ]
    agree({"p": history}, documents, list(range(0, 210, 3)))


@pytest.mark.parametrize("dialect", engines.ENGINES)
@pytest.mark.parametrize("kind", sorted(aggregates))
def test_every_measure_compiles_for_every_engine(kind: str, dialect: str) -> None:
    where = {
        "all": [
            {"attribute": "properties.n", "operator": "at_least", "value": 0.5},
            {"attribute": "properties.s", "operator": "starts_with", "value": "A"},
            {"attribute": "properties.list", "operator": "has_any", "value": ["a"]},
        ]
    }
    document = {"event": "Viewed", **made.asked(kind), "where": where}
    if kind not in made.ENDLESS:
        document["between"] = ["7d", "1d"]
    found = engines.sql(measured(document), dialect)
    assert "Viewed" in found


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("matches", "^a"),
        ("in_network", "10.0.0.0/8"),
        ("version_at_least", "1.0.0"),
        ("bucket", {"salt": "x", "until": 10}),
        ("any_item", {"operator": "at_least", "value": 1}),
    ],
)
def test_what_no_engine_answers_alike_is_refused_by_name(operator: str, value: Any) -> None:
    where = {"attribute": "properties.n", "operator": operator, "value": value}
    measure = parse_measure({"event": "Viewed", "where": where})
    with pytest.raises(InvalidError) as refusal:
        values(measure, POINTS, LOG)
    assert (refusal.value.code, operator in refusal.value.message) == ("unsupported", True)


@pytest.mark.parametrize("ties", ["01", "10"])
@pytest.mark.parametrize("before", [[], [1], [5], [1, 5]])
def test_what_happens_at_the_instant_of_the_other_event_is_not_since_it(
    ties: str, before: list[int]
) -> None:
    told = [(at, f"0{at}", "Viewed") for at in before]
    told += [(5, f"{ties[0]}x", "Viewed"), (5, f"{ties[1]}y", "Bought")]
    history = [Event(at, tie, "track", name, {}, {}, {}) for at, tie, name in sorted(told)]
    document = {"event": "Viewed", "since_last": "Bought"}
    agree({"p": history}, [document, {**document, "measure": {"rate": "Viewed"}}], [4, 5, 6])
    assert next(live([("p", e) for e in history], [("p", 9)], {"f": parse_measure(document)})) == (
        ("p", 9),
        {"f": 0},
    )


def test_a_score_of_the_largest_amounts_is_exact_and_rounded_once_half_away_from_zero() -> None:
    said = [10**12, -(10**12), 999_999_999_999.999999, -999_999_999_999.999999, 1e-6, -1e-6, 0.5]
    draw = random.Random(9)
    histories = {
        f"p{person}": [
            Event(at, "", "track", "Bought", {"n": draw.choice(said)}, {}, {})
            for at in sorted(draw.randrange(200) for _ in range(draw.randrange(1, 40)))
        ]
        for person in range(30)
    }
    halves = [{"half_life": half, "of": "properties.n"} for half in ("PT0.000001S", "PT0.000009S")]
    documents = [{"event": "Bought", "measure": {"decayed": half}} for half in halves]
    agree(histories, documents, [0, 5, 40, 99, 190, 200, 233, 290, 500])


@pytest.mark.parametrize("half", [1, 2, 3, 1_000, 86_400_000_000, 3_155_760_000_000_000])
def test_a_power_of_two_has_the_same_nine_decimals_in_the_log(half: int) -> None:
    draw = random.Random(half)
    places = sorted({0, half - 1, half // 2} | {draw.randrange(half) for _ in range(2_000)})
    table = ibis.memtable({"place": places})
    found = table.select(up=power(table.place, half), down=fading(table.place, half)).to_pyarrow()
    assert found["up"].to_pylist() == [decayed.power(place, half) for place in places]
    assert found["down"].to_pylist() == [decayed.power(-place, half) for place in places]


def test_past_five_hundred_beginnings_whether_it_resumed_is_unknown() -> None:
    again = [Event(at * 10, "", "track", "Viewed", {}, {}, {}) for at in range(503)]
    document = {"event": "Viewed", "operator": "resumed", "value": "PT0.000005S"}
    documents = [document, {**document, "within": "PT0.1S"}, {**document, "in_session": "PT1S"}]
    agree({"p": again}, documents, [4_980, 4_990, 5_000, 5_010, 5_020, 90_000, 104_999, 105_020])


def test_a_session_goes_on_by_any_event_and_is_over_by_time_alone() -> None:
    told = [(0, "Viewed"), (8, "Other"), (16, "Viewed"), (26, "Other"), (30, "Viewed")]
    history = [Event(at, str(at), "track", name, {"n": at}, {}, {}) for at, name in told]
    document = {"event": "Viewed", "in_session": "PT0.00001S"}
    names = {*aggregates} - {"rate", *made.ENDLESS}
    documents = [{**document, **made.asked(kind)} for kind in sorted(names)]
    agree({"p": history, "quiet": history[:1]}, documents, [*range(45)])


def test_where_a_session_outgrows_a_live_window_the_log_gives_up() -> None:
    busy = [Event(at, "", "track", "Viewed", {"n": at}, {}, {}) for at in range(LIMIT + 2)]
    names = ["count", "first_at", "most_frequent", "sum", "distinct", "first"]
    documents = [{"event": "Viewed", "in_session": "PT1S", **made.asked(kind)} for kind in names]
    agree({"p": busy}, documents, [LIMIT - 1, LIMIT, LIMIT + 1, 1_010_000, 1_010_001, 1_010_002])


@pytest.mark.parametrize("dialect", engines.ENGINES)
def test_a_span_whose_beginning_moves_compiles_for_every_engine(dialect: str) -> None:
    measure = parse_measure({"event": "V", "in_session": True, "since_last": "W"})
    assert ("LAG(" in engines.sql(measure, dialect), "'W'" in engines.sql(measure, dialect)) == (
        True,
        True,
    )


def test_every_kind_of_window_of_today_is_answered() -> None:
    assert {*aggregates} == {*kinds} - {name for name in kinds if kinds[name].takes == WHOLE}
    assert {*made.EVERY} == {*aggregates}


def test_a_generated_shop_agrees_at_many_points() -> None:
    draw = random.Random(3)
    told = list(shop.log(30, 40, draw))
    asked = list(shop.points(30, 200, draw))
    assert compared(told, asked, shop.DECLARED) == (200 * len(shop.DECLARED), [])


@pytest.mark.nightly
def test_a_million_values_agree() -> None:
    draw = random.Random(4)
    told = list(shop.log(2_000, 120, draw))
    asked = list(shop.points(2_000, 62_500, draw))
    count, mismatches = compared(told, asked, shop.DECLARED)
    assert (count >= 1_000_000, mismatches) == (True, [])


@pytest.mark.nightly
@pytest.mark.skipif(not retail.DATA.exists(), reason="the Online Retail data are not here")
def test_the_retail_log_agrees_at_many_points() -> None:
    told = list(retail_log.events())
    people = sorted({profile for profile, _ in told})
    draw = random.Random(6)
    ends = told[0][1].at, told[-1][1].at + 40 * retail.DAY
    asked = [(draw.choice(people), draw.randrange(*ends)) for _ in range(10_000)]
    count, mismatches = compared(told, asked, retail_log.DECLARED)
    assert (count, mismatches) == (10_000 * len(retail_log.DECLARED), [])
