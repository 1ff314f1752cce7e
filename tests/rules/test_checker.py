"""The checker says of small tables what reading every visitor there can be says of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import compiler
from rules.compiler import measuring
from rules.conditions import Measure, Span
from rules.matrix import compiled as matrices
from rules.matrix.check.checker import Checker, check
from rules.matrix.document import parse
from tests.rules import brute, naive, populations
from tests.rules.tables import hidden

MOST_PEOPLE = 4_000


def agree(seed):
    """Check one random table against its every visitor; ``False`` where they are too many."""
    matrix = parse(brute.table(Random(seed)))
    worlds = brute.Worlds(matrix, MOST_PEOPLE)
    if not worlds.people:
        return False
    report = check(matrix, brute.CATALOGUE)
    assert not report.of("not_decided")
    rows_agree(worlds, report)
    pairs_agree(worlds, report)
    columns_agree(worlds, report)
    return True


def rows_agree(worlds, report):
    never = {row.id for row in worlds.rows if not worlds.true[row.id]}
    assert {finding.rows[0] for finding in report.of("never_true")} == never
    shadowed = {
        row.id
        for row in worlds.rows
        if row.id not in never and not worlds.reached(row, worlds.rivals(row))
    }
    assert set(hidden(report)) == shadowed
    rows = {row.id: row for row in worlds.rows}
    for name, names in hidden(report).items():
        hiding = [rows[other] for other in names]
        assert {other.id for other in worlds.rivals(rows[name])} >= set(names)
        assert not worlds.reached(rows[name], hiding)
        for other in hiding:
            assert worlds.reached(rows[name], [one for one in hiding if one is not other])


def pairs_agree(worlds, report):
    true, policy = worlds.true, worlds.matrix.hit_policy
    alike = {(a.id, b.id) for a, b in worlds.pairs() if true[a.id] and true[a.id] == true[b.id]}
    assert {finding.rows for finding in report.of("duplicate")} == alike
    both = {(a.id, b.id) for a, b in worlds.pairs() if true[a.id] & true[b.id]}
    differ = {(a.id, b.id) for a, b in worlds.pairs() if a.variant != b.variant}
    assert {f.rows for f in report.of("overlap")} == (both if policy == "unique" else set())
    assert {f.rows for f in report.of("conflict")} == (both & differ if policy == "any" else set())
    for finding in (*report.of("overlap"), *report.of("conflict")):
        for name in finding.rows:
            stands(worlds, finding.witness, name, holds=True)


def columns_agree(worlds, report):
    covered = 0
    for bits in worlds.true.values():
        covered |= bits
    assert bool(report.of("gap")) is (covered != worlds.all)
    for finding in report.of("gap"):
        for row in worlds.rows:
            stands(worlds, finding.witness, row.id, holds=False)
    idle = {" ".join(key) if isinstance(key, tuple) else key for key in worlds.idle()}
    assert {finding.column for finding in report.of("idle_column")} == idle


def stands(worlds, visitor, name, *, holds):
    """The visitor that is shown makes the row hold, or does not: nothing of it is supposed."""
    assert visitor.certain
    true = naive.answer(worlds.conditions[name], visitor.facts()) is True
    assert (true and name not in visitor.outside) is holds


@pytest.mark.parametrize("seed", range(150))
def test_the_checker_finds_what_every_visitor_shows(seed):
    agree(seed)


@pytest.mark.nightly
@pytest.mark.parametrize("start", range(1_000, 26_000, 1_000))
def test_the_checker_finds_what_every_visitor_shows_in_ten_thousand_tables(start):
    assert sum(agree(seed) for seed in range(start, start + 1_000)) >= 700


@pytest.mark.parametrize("seed", range(40))
def test_an_edit_is_checked_as_the_whole_would_be(seed):
    draw = Random(seed)
    matrix, other = parse(brute.table(draw)), parse(brute.table(draw))
    checker = Checker(brute.CATALOGUE)
    checker.check(matrix)
    for _ in range(4):
        place = draw.randrange(len(matrix.rows))
        row = replace(draw.choice(other.rows), id=matrix.rows[place].id)
        rows = (*matrix.rows[:place], row, *matrix.rows[place + 1 :])
        matrix = replace(matrix, rows=rows)
        kept, fresh = checker.check(matrix), check(matrix, brute.CATALOGUE)
        assert sorted((f.code, f.rows) for f in kept.findings) == sorted(
            (f.code, f.rows) for f in fresh.findings
        )


def possible(keys, facts):
    """Tell whether a longer time counts no less than a shorter one: a crowd is drawn at random."""
    counts = sorted(
        (
            (
                replace(measure, span=Span()),
                measure.span.length or inf,
                measuring(measure, keys)(facts),
            )
            for measure in keys
            if isinstance(measure, Measure)
            and measure.kind in ("count", "distinct")
            and measure.span == Span(measure.span.length)
        ),
        key=lambda counted: (repr(counted[0]), counted[1]),
    )
    return all(
        one[0] != other[0] or one[2] is None or (other[2] is not None and one[2] <= other[2])
        for one, other in pairwise(counts)
    )


def sound(said, seed, policy):
    """What is said of a table of any operators is not belied by anybody in a crowd."""
    rows = [
        {"id": str(n), "when": when, "then": {"variant": str(n)}} for n, when in enumerate(said)
    ]
    matrix = parse({"hit_policy": policy, "rows": rows})
    measures = [m for row in matrix.rows for m in compiler.measures(row.when)]
    keys = {measure: f"k{n}" for n, measure in enumerate(dict.fromkeys(measures))}
    compiled = matrices.compile(matrix, keys)
    report = check(matrix)
    never = {finding.rows[0] for finding in report.of("never_true")}
    both = {finding.rows for finding in (*report.of("overlap"), *report.of("conflict"))}
    alike = [finding.rows for finding in report.of("duplicate")]
    covered = not report.of("gap") and not report.of("not_decided")
    for facts in filter(partial(possible, keys), populations.crowd(seed, keys)):
        facts.attributes = {k: v for k, v in facts.attributes.items() if v == v}  # noqa: PLR0124
        held = {choice.row for choice in compiled.collect(facts, "u")}
        assert not never & held
        assert compiled.decide(facts, "u").row not in hidden(report)
        assert all((one in held) is (other in held) for one, other in alike)
        assert held or not covered
        if policy == "unique" and not report.of("not_decided"):
            assert {(a, b) for a in held for b in held if int(a) < int(b)} <= both


@settings(max_examples=100)
@given(
    st.lists(populations.conditions, min_size=1, max_size=5),
    st.integers(0, 10**6),
    st.sampled_from(["first", "unique"]),
)
def test_no_operator_makes_the_checker_say_what_a_crowd_belies(said, seed, policy):
    sound(said, seed, policy)


@pytest.mark.nightly
@settings(max_examples=10_000)
@given(
    st.lists(populations.conditions, min_size=1, max_size=5),
    st.integers(0, 10**6),
    st.sampled_from(["first", "unique"]),
)
def test_no_operator_makes_the_checker_say_what_a_crowd_belies_in_ten_thousand(said, seed, policy):
    sound(said, seed, policy)
