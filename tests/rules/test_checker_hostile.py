"""Matrices made to keep the checker busy: every one is answered within its steps, by count."""

from __future__ import annotations

import sys
from itertools import combinations
from random import Random

import pytest

from rules.conditions import Any, Member
from rules.matrix.check.checker import STEPS, Checker, check
from rules.matrix.check.search import Budget, Obstacle, find
from tests.rules.tables import asks, hidden, table


def every(operator, value, count, path="traits.x", **settings):
    """So many rows that ask one thing each."""
    return [{**asks(path, operator, value(n)), **settings} for n in range(count)]


def pigeons(holes):
    """Nobody fits: one pigeon more than holes, no two in the same; hard for any search."""
    several = combinations(range(holes + 1), 2)
    rows = [
        {"all": [asks(f"traits.p{one}", "equals", hole), asks(f"traits.p{other}", "equals", hole)]}
        for one, other in several
        for hole in range(holes)
    ]
    housed = [asks(f"traits.p{one}", "in", [*range(holes)]) for one in range(holes + 1)]
    return [*rows, {"all": housed}]


def clauses(count, names=100):
    """Random clauses of three: about as many as can be true together."""
    draw = Random(3)
    asked = [[asks(f"traits.v{n}", "equals", sign) for sign in (1, 2)] for n in range(names)]
    return [
        {"all": [draw.choice(asked[n]) for n in draw.sample(range(names), 3)]} for _ in range(count)
    ]


def wide(count):
    draw = Random(1)
    cell = lambda: asks(f"traits.a{draw.randrange(30)}", "equals", draw.randrange(9))  # noqa: E731
    row = lambda: {"all": [{"any": [cell() for _ in range(4)]} for _ in range(20)]}  # noqa: E731
    return [row() for _ in range(count)]


def counts(count):
    said = {"event": "Viewed", "operator": "at_least"}
    return [{**said, "within": f"{n + 1}s", "value": n + 1} for n in range(count)]


def mixed(count):
    kinds = (
        lambda n: asks("traits.x", "version_at_least", f"1.{n}"),
        lambda n: asks("traits.x", "in_network", [f"10.{n % 250}.0.0/16"]),
        lambda n: asks("traits.x", "starts_with", f"1{n}"),
        lambda n: asks("traits.x", "within_last", f"{n + 1}s"),
        lambda n: asks("traits.x", "at_least", n),
        lambda n: asks("traits.x", "size", n),
        lambda n: asks("traits.x", "has_all", [f"a{n}", f"b{n}"]),
        lambda n: asks("traits.x", "matches", f"a{n}"),
    )
    return [kinds[n % len(kinds)](n) for n in range(count)]


def loud(n):
    return {"ignore_case": bool(n % 2)}


HOSTILE = {
    "numbers, each another": every("at_least", lambda n: n, 1_500),
    "beginnings of texts": every("starts_with", lambda n: f"x{n}", 1_500),
    "texts with and without regard to case": [
        {**row, **loud(n)} for n, row in enumerate(every("equals", lambda n: f"x{n}", 600))
    ],
    "parts of texts": every("contains", lambda n: f"x{n}", 300),
    "patterns": every("matches", lambda n: f"x{n}", 300),
    "versions": every("version_at_least", lambda n: f"1.{n}", 800),
    "networks": every("in_network", lambda n: [f"10.{n % 250}.{i}.0/24" for i in range(20)], 200),
    "long lists": every("in", lambda n: [f"v{n} {i}" for i in range(1_900)], 40),
    "tags": every("has_any", lambda n: [f"t{n * i % 997}" for i in range(100)], 100),
    "everything of one attribute": mixed(800),
    "lists that may be places": [
        asks("traits.x", "near", {"latitude": 1, "longitude": 1, "within_km": 5}),
        *every("size", lambda n: n, 60),
        *every("has_any", lambda n: [n], 60),
    ],
    "an attribute each": [asks(f"traits.a{n}", "at_least", n) for n in range(1_500)],
    "a segment each": [{"segment": f"s{n}"} for n in range(1_500)],
    "counts over nested spans": counts(800),
    "everybody, again and again": [{"everyone": True}] * 2_000,
    "pigeons": pigeons(9),
    "clauses": clauses(430),
    "alternatives of alternatives": wide(200),
    "two of very many": [
        {"all": [asks(f"traits.a{n}", "equals", 1), asks(f"traits.b{n}", "equals", 1)]}
        for n in range(1_200)
    ],
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("policy", ["first", "unique", "collect"])
def test_a_hostile_table_costs_no_more_than_its_steps_and_is_not_guessed_at(name, policy):
    report = check(table(*HOSTILE[name], policy=policy), budget=6_000)
    assert report.steps <= 6_000
    said = {finding.code for finding in report.findings}
    assert said <= {"never_true", "never_reached", "duplicate", "overlap", "gap", "not_decided"}


@pytest.mark.parametrize("name", ["numbers, each another", "an attribute each", "clauses"])
def test_nothing_is_called_hidden_that_a_larger_budget_finds_reached(name):
    rows = HOSTILE[name][:120]
    whole = check(table(*rows), budget=400_000)
    assert not [f for f in whole.of("not_decided") if f.rows]
    for budget in (1, 30, 300, 3_000):
        few = check(table(*rows), budget=budget)
        assert set(hidden(few)) <= set(hidden(whole))
        assert few.steps <= budget


def test_a_table_as_editors_write_them_needs_a_small_part_of_the_steps():
    draw = Random(5)
    rows = []
    for _ in range(60):
        cells = [{"segment": f"s{n}"} for n in range(8) if draw.random() < 0.35]
        cells += [
            asks(f"traits.c{n}", "in", [f"v{draw.randrange(12)}", "w"])
            for n in range(5)
            if draw.random() < 0.35
        ]
        rows.append({"all": [{"everyone": True}, *cells]})
    checker = Checker()
    whole = checker.check(table(*rows))
    rows[30] = rows[2]
    again = checker.check(table(*rows))
    assert not whole.of("not_decided")
    assert not again.of("not_decided")
    assert max(whole.steps, again.steps) < STEPS / 10


def test_segments_that_spell_each_other_out_without_end_are_left_unrelated():
    segments = {f"s{n}": Any((Member(f"s{n + 1}"),) * 50) for n in range(30)}
    report = check(table({"segment": "s0"}, {"segment": "s9"}), segments=segments)
    assert report.steps < STEPS
    assert hidden(report) == {}


def test_counts_too_many_to_be_compared_are_not_taken_for_one_another():
    def counted(event, n):
        return {"event": event, "within": f"{n}m", "operator": "at_least", "value": n}

    pairs = [counted(event, n) for n in range(1, 111) for event in ("Viewed", "Added")]
    assert hidden(check(table(*pairs), budget=200_000)) == {}


def test_the_search_goes_deeper_than_python_recurs():
    both = [Obstacle(((2 * n, 1), (2 * n + 1, 1)), n) for n in range(400)]
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        assert find([0b11] * 800, both, Budget(10**6), set()) is not None
    finally:
        sys.setrecursionlimit(limit)
