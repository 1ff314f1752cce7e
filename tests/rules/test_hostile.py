"""What strangers send to hurt: refused by name and place, whatever its size, depth or cost.

None of these would end in a sensible time, or at all, if it were read before it is refused.
"""

from __future__ import annotations

import pytest

from rules import budgets, compiler
from rules.conditions import HasBeen, Member, Not, Test
from rules.definitions import build
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import document as matrix
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from rules.stability import Stability
from rules.values import TYPES, canonical, flat, kind_of

MANY = 100_000


def asked(operator, value):
    return {"attribute": "traits.x", "operator": operator, "value": value}


def nested(key, wrap=lambda inner: inner):
    said = {"everyone": True}
    for _ in range(MANY):
        said = {key: wrap(said)}
    return said


def deep_list():
    said = []
    for _ in range(MANY):
        said = [said]
    return said


DEEP = deep_list()
STRANGERS = (DEEP, {"a": DEEP}, "1" * 10**6, [0] * MANY, 10**400, (0.0,) * MANY)


def round_in_circles():
    said = {"all": []}
    said["all"] += [said] * 500
    return said


def crowd(operator, count, value):
    return {"any": [asked(operator, value(i)) for i in range(count)]}


BOMBS = {
    "not in not": (nested("not"), "too_deep"),
    "all in all": (nested("all", lambda inner: [inner]), "too_deep"),
    "a filter of filters": ({"event": "A", "where": nested("not")}, "too_deep"),
    "a step's filter": ({"sequence": [{"event": "A", "where": nested("not")}]}, "too_deep"),
    "parts under same": ({"same": "properties.x", "all": [nested("not")]}, "too_large"),
    "has_been of has_been": ({"has_been": nested("not"), "for": "1h"}, "too_deep"),
    "a document in itself": (round_in_circles(), "too_deep"),
    "any of all of any": (
        {"any": [{"all": [{"any": [{"everyone": True}] * 100}] * 100}] * 100},
        "too_large",
    ),
    "a list that is too long": (asked("in", list(range(MANY))), "length"),
    "lists that are too long together": (crowd("in", 3, lambda _: [*range(10_000)]), "too_costly"),
    "texts that are too long together": (
        crowd("in", 500, lambda _: ["\U0001f600" * 1_024] * 39),
        "too_costly",
    ),
    "patterns without end": (crowd("matches", 500, lambda i: f"a{i}"), "too_costly"),
    "patterns of entries": (
        crowd("any_item", 9, lambda _: [{"operator": "matches", "value": "a"}] * 8),
        "too_costly",
    ),
    "areas without end": (
        crowd("inside", 500, lambda _: operators["inside"].example.operand),
        "too_costly",
    ),
    "events without end": ({"any": [{"event": "A"}] * 500}, "too_costly"),
    "steps without end": ({"sequence": [{"event": "A"}] * MANY}, "length"),
    "a text of a megabyte": (asked("equals", "x" * 10**6), "length"),
    "a key of a megabyte": ({**asked("equals", 1), "x" * 10**6: 1}, "unknown_key"),
    "a key that is no text": ({**asked("equals", 1), 10**5_000: 1}, "unknown_key"),
    "a number of 5000 digits": (asked("at_least", 10**5_000), "type"),
    "a count of 5000 digits": (
        {"event": "A", "operator": "at_least", "value": 10**5_000},
        "type",
    ),
    "a deep list as a value": (asked("equals", DEEP), "type"),
    "a deep list in a list": (asked("in", [DEEP]), "type"),
    "a deep list as an area": (
        asked("inside", {"type": "Polygon", "coordinates": DEEP}),
        "length",
    ),
    "an area of many points": (
        asked("inside", {"type": "Polygon", "coordinates": [[[0, 0]] * MANY]}),
        "length",
    ),
    "tests in tests of entries": (
        asked("any_item", {"operator": "any_item", "value": {"operator": "equals", "value": 1}}),
        "operator",
    ),
    "networks without end": (asked("in_network", ["10.0.0.0/8"] * MANY), "length"),
    "a network of a megabyte": (asked("in_network", "1" * 10**6), "length"),
    "an instant of a megabyte": (asked("before", "2" * 10**6), "length"),
    "a duration of a megabyte": (asked("within_last", "9" * 10**6), "duration"),
    "a version of a megabyte": (asked("version_equals", "1." * 10**6), "length"),
    "a path of a megabyte": (
        {"attribute": "traits." + "x" * 10**6, "operator": "is_known"},
        "length",
    ),
    "an operator of a megabyte": (asked("x" * 10**6, 1), "operator"),
    "an operator that is a list": (asked(DEEP, 1), "operator"),
    "a lone surrogate": (asked("equals", "\ud800"), "characters"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_by_name_and_place(bomb):
    said, code = BOMBS[bomb]
    with pytest.raises(InvalidError) as caught:
        parse(said, scope=Scope.SEGMENT)
    assert caught.value.code == code
    assert caught.value.at.startswith("/")
    assert len(str(caught.value)) < 2_000


def row_of(when, number="0", **more):
    return {"id": number, "when": when, "then": {"variant": "x"}, **more}


@pytest.mark.parametrize("bomb", ["not in not", "all in all"])
def test_a_bomb_in_a_row_is_refused_where_it_stands(bomb):
    with pytest.raises(InvalidError) as caught:
        matrix.parse({"rows": [row_of(BOMBS[bomb][0])]})
    assert caught.value.code == "too_deep"
    assert caught.value.at.startswith("/rows/0/when")


LISTS = dict.fromkeys("abcde", [1] * 100)
CROWDS = {
    "rows of a hundred parts": row_of({"all": [asked("equals", 1)] * 100}),
    "rows of a hundred steps": row_of({"all": [{"sequence": [{"event": "A"}] * 16}] * 16}),
    "rows of long lists": row_of(asked("in", ["x"] * 5_000)),
    "rows of long texts": row_of(asked("in", ["x" * 1_024] * 200)),
    "rows of many outputs": {**row_of(asked("equals", 1)), "then": {"values": LISTS}},
    "a document in itself": row_of(round_in_circles()),
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_rows_in_which_too_much_stands_are_refused_before_one_is_read(crowd, monkeypatch):
    monkeypatch.setattr("rules.matrix.document._row", lambda *_: pytest.fail("a row was read"))
    with pytest.raises(InvalidError) as caught:
        matrix.parse({"rows": [{**CROWDS[crowd], "id": str(i)} for i in range(3_000)]})
    assert caught.value.code == "too_costly"
    assert caught.value.at.startswith("/rows/")


def test_ten_thousand_rows_of_twelve_tests_are_not_too_much():
    rows = [row_of({"all": [asked("equals", 1)] * 12})] * 10_000
    budgets.bounded(rows, "/rows")


def test_rows_that_cost_too_much_together_are_refused():
    when = asked("matches", "a")
    rows = [{"id": str(i), "when": when, "then": {"variant": "x"}} for i in range(1_001)]
    assert len(matrix.parse({"rows": rows[:-1]}).rows) == 1_000
    with pytest.raises(InvalidError) as caught:
        matrix.parse({"rows": rows})
    assert (caught.value.at, caught.value.code) == ("/rows/1000/when/value", "too_costly")


@pytest.mark.parametrize(
    "source",
    [
        "(a{1000}){1000}",
        "((a{100}){100}){100}",
        r"(\pL{50}){20}",
        r"(?i)(\pL\pN){250}",
        r"[\pL\pN\pS]{1000}",
        "(" * 400 + ")" * 90,
        r"(a)\1",
        "(?=a)",
        "(?<!a)b",
        "a" * 513,
        "",
    ],
)
def test_a_pattern_too_large_or_not_linear_is_refused(source):
    with pytest.raises(InvalidError) as caught:
        parse(asked("matches", source), scope=Scope.SEGMENT)
    assert caught.value.at == "/value"
    assert caught.value.code in {"pattern", "length"}


@pytest.mark.parametrize(
    "source", ["(x+x+)+y", "(a|a)*$", "(a*)*b", "(.*)(.*)(.*)(.*)=", "a?" * 150]
)
def test_a_pattern_that_would_backtrack_for_ever_answers(source):
    for text in ("x" * MANY, "a" * MANY + "!"):
        check = operators["matches"].bind(source)
        assert check(text, Facts()) in (True, False)


def chain(length, last):
    links = {f"s{i}": (Member(f"s{i + 1}"), Stability()) for i in range(length)}
    return {**links, f"s{length}": (last, Stability())}


def test_segments_that_name_each_other_in_a_circle_are_refused():
    for asking in (
        {"a": (Not(Member("a")), Stability())},
        {"a": (HasBeen(Member("a"), 5), Stability())},
        chain(2, Member("s0")),
        chain(3_000, Member("s7")),
    ):
        with pytest.raises(InvalidError) as caught:
            build(asking, {})
        assert caught.value.code == "circle"
        assert caught.value.at.startswith("/segments/")
        assert len(str(caught.value)) < 200


def test_a_long_chain_of_segments_is_no_circle():
    built = build(chain(3_000, Test("traits.x", "equals", 1)), {})
    assert len(built.plans) == 3_001


def test_two_segments_may_name_a_third():
    third = (Test("traits.x", "equals", 1), Stability())
    both = {name: (Member("c"), Stability()) for name in ("a", "b")}
    built = build({**both, "c": third, "d": (Not(Member("a")), Stability())}, {})
    assert set(built.segments) == {"a", "b", "c", "d"}
    with pytest.raises(InvalidError) as caught:
        build({"a": (Member("b"), Stability())}, {})
    assert (caught.value.at, caught.value.code) == ("/segments/a", "unknown")


def test_values_of_any_size_and_depth_are_of_a_type_or_unknown():
    mapping = {}
    for _ in range(MANY):
        mapping = {"a": mapping}
    strange = [DEEP, mapping, "1" * 10**6, "1." * 10**6, 10**5_000, [0] * MANY, [[]] * MANY]
    for value in strange:
        for kind in TYPES:
            canonical(kind, value)
        kind_of(value)
    assert canonical("list", DEEP) == ()
    assert flat("context", mapping) == {}


@pytest.mark.parametrize(
    "part", [p for p in operators.values() if not p.of_events], ids=lambda p: p.name
)
def test_a_value_of_any_size_and_depth_has_an_answer(part):
    said = {"attribute": "traits.x", "operator": part.name}
    if part.example.operand is not None:
        said["value"] = part.example.operand
    answer = compiler.compile(parse(said, scope=Scope.MATRIX), {})
    for value in STRANGERS:
        assert answer(Facts({"traits.x": value})) in (True, False, None)
