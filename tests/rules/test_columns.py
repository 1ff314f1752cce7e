"""Over columns a condition answers what it answers of each profile alone, in all three values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import compiler
from rules.columns import truths
from rules.columns.gathering import gather
from rules.columns.numbers import Numbers
from rules.columns.table import Columns
from rules.conditions import Not, Test
from rules.facts import Facts
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from tests.rules import populations

seeds = st.integers(0, 2**32)


def compared(said, seed, size):
    condition = parse(said, scope=Scope.MATRIX)
    keys = {measure: f"window-{i}" for i, measure in enumerate(compiler.measures(condition))}
    people = populations.crowd(seed, keys, size)
    answer = compiler.compile(condition, keys)
    true, known = truths.compile(condition, gather(people, keys), keys)
    told = [bool(yes) if sure else None for yes, sure in zip(true, known, strict=True)]
    assert told == [answer(facts) for facts in people]
    assert not np.any(true & ~known)


@settings(max_examples=500)
@given(populations.conditions, seeds)
def test_columns_answer_as_the_compiled_condition_does_of_each(said, seed):
    compared(said, seed, 12)


@pytest.mark.parametrize("name", sorted(p.name for p in operators.values() if not p.of_events))
def test_every_operator_answers_alike_of_every_kind_of_value(name):
    part = operators[name]
    operands = [part.example.operand, *populations.OPERANDS.get(part.shape.name, [])]
    pools = [*populations.TOLD.values(), [part.example.yes, part.example.no]]
    pools.append([*populations.TOLD["whole"][:5], *populations.TOLD["real"]])
    for pool in pools:
        for beside in ({}, {"context.timezone": "Asia/Tokyo", "time.zone": "UTC"}):
            told = [{**beside, "traits.x": value} for value in [*pool, None]]
            people = [Facts(one, now=populations.NOW) for one in [*told, {}]]
            columns = gather(people, {})
            for operand in operands:
                said = {"attribute": "traits.x", "operator": name}
                said |= {} if operand is None else {"value": operand}
                condition = parse(said, scope=Scope.MATRIX)
                answer = compiler.compile(condition, {})
                true, known = truths.compile(condition, columns)
                found = [bool(yes) if sure else None for yes, sure in zip(true, known, strict=True)]
                assert found == [answer(facts) for facts in people], (operand, pool)


@pytest.mark.parametrize("name", ["at_least", "less_than", "at_most", "more_than", "equals"])
@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_numbers_compare_exactly_where_doubles_have_gaps(name, kind):
    edge = 2**53
    numbers = [0, edge - 1, edge, edge + 2, -edge, -edge - 2, 2**62, -(2**63)]
    operands = [0, 0.5, -0.5, edge, edge + 1, -edge - 1, 2**63 - 1, 2**64, -(2**70), 10**400, 1e300]
    columns = Columns(len(numbers), {"traits.x": Numbers(np.array(numbers, kind))})
    for operand in operands:
        for wanted in (True, False):
            condition = Test("traits.x", name, operand)
            condition = condition if wanted else Not(condition)
            answer = compiler.compile(condition, {})
            true, _ = truths.compile(condition, columns)
            assert true.tolist() == [answer(Facts({"traits.x": x})) for x in numbers], operand


def test_near_is_exact_on_the_circle_itself():
    places = [(52.39 + i * 1e-4, 13.06) for i in range(200)]
    for latitude, longitude in places[::20]:
        check = operators["near"].bind
        low, high = 0.0, 100.0
        for _ in range(80):
            middle = (low + high) / 2
            inside = check((52.52, 13.405, middle))((latitude, longitude), Facts())
            low, high = (low, middle) if inside else (middle, high)
        for most in (low, high):
            condition = Test("traits.x", "near", (52.52, 13.405, most))
            people = [Facts({"traits.x": place}) for place in places]
            true, _ = truths.compile(condition, gather(people, {}))
            answer = compiler.compile(condition, {})
            assert true.tolist() == [answer(facts) for facts in people]


@pytest.mark.nightly
@settings(max_examples=20_000)
@given(populations.conditions, seeds)
def test_columns_answer_as_the_compiled_condition_does_of_each_at_night(said, seed):
    compared(said, seed, 60)
