"""A declared feature at points of the past: the log in DuckDB says what the live fold says."""

from __future__ import annotations

import random
from typing import Any

import ibis
import pytest
from hypothesis import Phase, given, settings

from personalization.features.pointintime import engines
from personalization.features.pointintime.registry import aggregates
from personalization.features.pointintime.values import values
from rules.errors import InvalidError
from rules.parser import parse_measure
from rules.state import Event
from rules.windows.kept import LIMIT
from tests.acceptance import retail
from tests.features import made, retail_log, shop
from tests.features.comparing import compared, live

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
    measured = ["count", {"sum": "properties.n"}, {"avg": "properties.n"}]
    measured += [{"distinct": "properties.n"}, {"first": "properties.n"}, {"last": "properties.n"}]
    documents = [{**within, "measure": one} for one in measured]
    measured += [{"most_frequent": "properties.n"}, made.measured_by("last_values", "properties.n")]
    documents += [{**within, "measure": one} for one in measured[-2:]]
    documents += [{"event": "Viewed", "measure": one} for one in measured]
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
    measured = made.measured_by(kind, "properties.n")
    document = {"event": "Viewed", "measure": measured, "between": ["7d", "1d"], "where": where}
    found = engines.sql(parse_measure(document), dialect)
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


def test_a_session_goes_on_by_any_event_and_is_over_by_time_alone() -> None:
    told = [(0, "Viewed"), (8, "Other"), (16, "Viewed"), (26, "Other"), (30, "Viewed")]
    history = [Event(at, str(at), "track", name, {"n": at}, {}, {}) for at, name in told]
    document = {"event": "Viewed", "in_session": "PT0.00001S"}
    measured = [made.measured_by(kind, "properties.n") for kind in sorted(aggregates)]
    documents = [{**document, "measure": one} for one in measured if one != {"rate": made.NAMES[0]}]
    agree({"p": history, "quiet": history[:1]}, documents, [*range(45)])


def test_where_a_session_outgrows_a_live_window_the_log_gives_up() -> None:
    busy = [Event(at, "", "track", "Viewed", {"n": at}, {}, {}) for at in range(LIMIT + 2)]
    measured = ["count", "first_at", made.measured_by("most_frequent", "properties.n")]
    measured += [{"sum": "properties.n"}, {"distinct": "properties.n"}, {"first": "properties.n"}]
    documents = [{"event": "Viewed", "in_session": "PT1S", "measure": one} for one in measured]
    agree({"p": busy}, documents, [LIMIT - 1, LIMIT, LIMIT + 1, 1_010_000, 1_010_001, 1_010_002])


@pytest.mark.parametrize("dialect", engines.ENGINES)
def test_a_span_whose_beginning_moves_compiles_for_every_engine(dialect: str) -> None:
    measure = parse_measure({"event": "V", "in_session": True, "since_last": "W"})
    assert ("LAG(" in engines.sql(measure, dialect), "'W'" in engines.sql(measure, dialect)) == (
        True,
        True,
    )


def test_every_kind_of_window_of_today_is_answered() -> None:
    assert {*made.KINDS, *made.PLAIN, "rate", "last_values"} == {*aggregates}


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
