"""Where a checker most easily says too much or too little: one example each, of both sides."""

from __future__ import annotations

import pytest

from rules.conditions import Any, Member, Test
from rules.facts import Facts
from rules.matrix import compiled
from rules.matrix.check.atoms import asked
from rules.matrix.check.checker import check
from rules.matrix.check.manifold import fitting
from rules.matrix.check.regions import Effort, TooManyError
from rules.matrix.check.search import Budget
from rules.parser import parse
from rules.scopes import Scope
from tests.rules.tables import asks, codes, hidden, table
from tests.rules.test_checker_hostile import pigeons


def folded(operator, value, path="traits.x"):
    return {**asks(path, operator, value), "ignore_case": True}


@pytest.mark.parametrize(
    ("test", "other", "value"),
    [
        (folded("equals", "a"), asks("traits.x", "has_type", "number"), 5),
        (folded("equals", -1), asks("traits.x", "version_equals", "1.2"), "1.2"),
    ],
)
def test_a_test_without_regard_to_case_is_unknown_of_what_it_does_not_read(test, other, value):
    matrix = table(test, {"not": test}, other)
    assert compiled.compile(matrix, {}).decide(Facts({"traits.x": value}), "u").row == "2"
    assert hidden(check(matrix)) == {}


def test_texts_are_folded_only_where_nobody_regards_case():
    loud, known = folded("equals", "PRO"), asks("traits.x", "is_known")
    assert hidden(check(table(loud, {"all": [folded("equals", "pro"), known]}))) == {"1": ("0",)}
    release = asks("traits.x", "version_equals", "1.0-RC")
    assert codes(check(table({"all": [folded("equals", "1.0-RC"), release]}))) == ["gap"]
    named = [asks("traits.x", "equals", text) for text in ("PRO", "pro")]
    assert hidden(check(table(*named, folded("equals", "pro")))) == {}


def test_a_version_that_is_named_has_others_of_its_rank():
    named = asks("traits.x", "equals", "1.2+b")
    row = {"all": [asks("traits.x", "version_equals", "1.2+b"), {"not": named}]}
    assert codes(check(table(row))) == ["gap"]


def test_an_instant_on_both_lines_may_be_of_any_type_too():
    instant = asks("traits.x", "before", "2001-09-09T01:46:40Z")
    row = [instant, asks("traits.x", "within_last", "1d"), asks("traits.x", "has_type", "number")]
    assert not check(table({"all": row})).of("never_true")


def test_somebody_of_whom_something_must_be_supposed_is_in_doubt():
    day = asks("traits.x", "weekday", {"days": ["monday"]})
    rows = [day, {"not": day}, asks("traits.x", "is_unknown")]
    (found,) = check(table(*rows), {"traits.x": "datetime"}).of("gap")
    assert found.doubt
    assert found.witness.attributes == {}


def test_now_is_always_known():
    early = {"attribute": "time.now", "operator": "before", "value": "2026-01-01T00:00:00Z"}
    assert not check(table(early, {"not": early})).of("gap")


def test_what_is_unknown_is_unknown_to_the_tests_that_stand_apart():
    patterns = [asks("traits.x", "matches", f"a{n}") for n in range(6)]
    unknown = [{"all": [asks("traits.x", "is_unknown"), one]} for one in patterns]
    report = check(table(*patterns, *unknown), {"traits.x": "string"})
    assert {finding.rows[0] for finding in report.of("never_true")} == {*map(str, range(6, 12))}


def test_many_numbers_of_one_attribute_are_compared():
    rows = [asks("traits.x", "at_least", n) for n in range(20)]
    assert set(hidden(check(table(*rows)))) == {str(n) for n in range(1, 20)}


def test_as_many_texts_as_may_be_are_looked_for_together():
    said = [asks("traits.x", "starts_with", f"s{n}") for n in range(8)]
    said += [asks("traits.x", "contains", f"c{n}") for n in range(6)]
    atoms = [asked(parse(one, scope=Scope.MATRIX)).atom for one in said]
    assert fitting(atoms[1:], 300_000) == atoms[1:]
    assert len(fitting(atoms, 300_000)) < len(atoms)


def test_boxes_are_compared_as_long_as_there_is_effort_left():
    effort = Effort(9, 10, Budget(9))
    effort.spend(5)
    effort.spend(5)
    effort.spend(4)
    with pytest.raises(TooManyError):
        effort.spend(5)
    with pytest.raises(TooManyError):
        Effort(9, 99, Budget(9)).spend(10)


def test_pairs_of_boxes_are_compared_as_long_as_there_is_effort_left():
    effort = Effort(9, 6, Budget(9))
    effort.pair(3, 2)
    effort.pair(99, 1)
    effort.pair(2, 2)
    with pytest.raises(TooManyError):
        effort.pair(3, 2)


def test_segments_that_are_hard_to_compare_leave_the_budget_to_the_rows():
    rows = pigeons(6)
    segments = {"full": parse({"any": rows[:-1]}, scope=Scope.SEGMENT)}
    segments["housed"] = parse(rows[-1], scope=Scope.SEGMENT)
    said = [{"segment": "full"}, {"segment": "housed"}, {"segment": "full"}]
    report = check(table(*said), segments=segments, budget=6_000)
    assert hidden(report) == {"2": ("0",)}
    assert report.steps < 3_000


def test_a_gap_is_said_in_whole_sentences():
    age = asks("traits.age", "at_least", 18)
    (found,) = check(table(age)).of("gap")
    assert found.sentence == "No row holds for a visitor like this: traits.age is 17."
    (found,) = check(table({"any": [age, {"not": age}]}), {"traits.age": "number"}).of("gap")
    said = "No row holds for some visitors of whom not all is known, like this"
    assert found.sentence == f"{said}: traits.age is unknown."


def test_a_column_decides_where_only_who_comes_later_is_another():
    vip, old = {"segment": "vip"}, asks("traits.age", "at_least", 18)
    report = check(table({"all": [vip, old]}, {"all": [vip, {"not": old}]}, vip))
    assert not report.of("idle_column")
    unused = check(table(vip, {"all": [vip, old]})).of("idle_column")
    assert [finding.column for finding in unused] == ["traits.age"]
    tied = check(
        table({"segment": "a"}, {"segment": "b"}), constraints=[(Member("b"), Member("a"))]
    )
    assert [finding.column for finding in tied.of("idle_column")] == ["segment b"]


def test_segments_are_spelled_out_as_far_as_there_is_budget_to_read_them():
    def hides(names):
        deep = {f"s{n}": Any((Member(f"s{n + 1}"),) * names) for n in range(7)}
        segments = {**deep, "s7": Test("traits.age", "at_least", 18)}
        return hidden(check(table({"segment": "s0"}, {"segment": "s7"}), segments=segments))

    assert hides(2) == {"1": ("0",)}
    assert hides(4) == {}
