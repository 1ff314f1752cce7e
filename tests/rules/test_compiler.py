"""The compiled condition answers what the tree says, in all three values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from rules import compiler
from rules.conditions import EventTest, Measure, Same, Span
from rules.errors import InvalidError
from rules.facts import Facts
from rules.parser import parse
from rules.scopes import Scope
from rules.windows.registry import create
from tests.rules import made, naive


@settings(max_examples=200)
@given(made.conditions, made.facts)
def test_the_compiled_condition_equals_the_naive_walk(said, facts):
    condition = parse(said, scope=Scope.MATRIX)
    assert compiler.compile(condition, {})(facts) is naive.answer(condition, facts)


def test_a_window_nobody_opened_counts_nothing():
    measure = Measure("A", span=Span(length=10))
    answer = compiler.compile(EventTest(measure), {measure: "k"})
    assert answer(Facts(now=5)) is False
    window = create(measure)
    window.add(1, None, "t")
    assert answer(Facts(windows={"k": window}, now=5)) is True
    assert answer(Facts(windows={"k": window}, now=11)) is False


def test_sums_are_compared_in_millionths():
    measure = Measure("A", kind="sum", path="properties.x")
    window = create(measure)
    window.add(1, 100_000, "a")
    window.add(2, 200_000, "b")
    answer = compiler.compile(EventTest(measure, "at_least", 0.3), {measure: "k"})
    assert answer(Facts(windows={"k": window}, now=5)) is True
    assert (
        compiler.compile(EventTest(measure, "more_than", 0.3), {measure: "k"})(
            Facts(windows={"k": window}, now=5)
        )
        is False
    )


def test_the_average_of_nothing_is_unknown_and_its_sum_is_nought():
    average, total = (Measure("A", kind=kind, path="properties.x") for kind in ("avg", "sum"))
    assert compiler.compile(EventTest(average, "at_most", 1), {average: "k"})(Facts()) is None
    assert compiler.compile(EventTest(total, "at_most", 1), {total: "k"})(Facts()) is True


def test_same_answers_what_its_window_answers():
    same = Same("properties.id", EventTest(Measure("A")))

    class Window:
        def __init__(self, truth):
            self.truth = truth

        def read(self, now):
            return self.truth

    answer = compiler.compile(same, {same: "k"})
    for truth in (True, False, None):
        assert answer(Facts(windows={"k": Window(truth)})) is truth
    assert answer(Facts()) is False


def test_a_measure_without_a_window_is_refused_when_compiled():
    with pytest.raises(InvalidError, match="window"):
        compiler.compile(EventTest(Measure("A")), {})
