"""The words and bounds of a matrix document: what is read, what is told back, what is refused."""

from __future__ import annotations

import pytest

from rules.conditions import Everyone, Member
from rules.errors import InvalidError
from rules.matrix import outcome
from rules.matrix.document import Column, Matrix, Row, document, parse, parse_row, row_document
from rules.matrix.outcome import Output
from rules.matrix.policies import AGGREGATES, POLICIES

VIP = {"segment": "vip"}
ROW = {"id": "a", "when": VIP, "then": {"variant": "gold"}}
SUMMER = {"from": "2026-06-01T00:00", "until": None, "zone": "UTC"}
WHOLE_ROW = {
    "id": "a",
    "when": VIP,
    "then": {"variant": "gold", "values": {"off": 5, "sizes": [1, 2], "none": None}},
    "rollout": 12.5,
    "priority": -3,
    "active": SUMMER,
    "enabled": False,
    "note": "why",
    "group": "Winter",
}
OUTPUTS = [
    {"name": "off", "label": "Discount", "values": [10, 5], "default": 5},
    {"name": "sizes", "default": [1, 2]},
    {"name": "none"},
]
WHOLE = {
    "hit_policy": "collect",
    "slot": "hero",
    "columns": [
        {"segments": True, "label": "Who"},
        {"attribute": "traits.plan"},
        {"condition": VIP, "label": "Very"},
    ],
    "outputs": OUTPUTS,
    "rows": [WHOLE_ROW],
    "fallback": ["usual", "other"],
    "limit": 7,
}


def refused(said):
    with pytest.raises(InvalidError) as caught:
        parse({"rows": [], **said})
    return caught.value.at, caught.value.code


def one(**more):
    return {"rows": [{**ROW, **more}]}


def test_a_whole_document_is_told_back_word_for_word():
    assert document(parse(WHOLE)) == WHOLE
    assert list(document(parse(WHOLE))) == list(WHOLE)
    assert list(document(parse(WHOLE))["rows"][0]) == list(WHOLE_ROW)


def test_what_a_document_leaves_out_is_as_usual():
    matrix = parse({"rows": [ROW]})
    assert matrix == Matrix((Row("a", Member("vip"), "gold"),))
    assert matrix.rows[0] == Row("a", Member("vip"), "gold", 100, 0, None, True, "", ())
    assert matrix == Matrix(matrix.rows, "first", "", (), (), 100, None, ())
    assert document(matrix) == {
        "hit_policy": "first",
        "rows": [
            {**ROW, "rollout": 100, "priority": 0, "enabled": True, "note": ""},
        ],
        "fallback": [],
    }
    empty = {"rows": [], "columns": [], "outputs": [], "fallback": []}
    assert parse(empty) == Matrix()


def test_a_limit_is_told_of_what_takes_several_rows_only():
    for name, policy in POLICIES.items():
        assert ("limit" in document(Matrix(hit_policy=name))) is policy.several
        said = {"rows": [], "hit_policy": name, "limit": 3}
        if policy.several:
            assert parse(said).limit == 3
        else:
            assert refused(said) == ("/limit", "value")
    summed = parse({"rows": [], "hit_policy": "collect", "aggregate": "sum"})
    assert "limit" not in document(summed)
    assert document(summed)["aggregate"] == "sum"


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (0, 100, lambda n: one(rollout=n)),
        (-1_000_000, 1_000_000, lambda n: one(priority=n)),
        (1, 64, lambda n: one(id="i" * n)),
        (0, 4_000, lambda n: one(note="n" * max(n, 0))),
        (0, 200, lambda n: one(group="g" * max(n, 0))),
        (1, 200, lambda n: one(then={"variant": "v" * n})),
        (1, 200, lambda n: one(then={"experiment": "v" * n})),
        (1, 200, lambda n: one(then={"values": {"v" * n: 1}})),
        (1, 50, lambda n: one(then={"values": {f"v{i}": 1 for i in range(n)}})),
        (0, 100, lambda n: one(then={"values": {"v": [1] * max(n, 0)}})),
        (1, 100, lambda n: {"limit": n, "hit_policy": "collect"}),
        (0, 200, lambda n: {"slot": "s" * max(n, 0)}),
        (0, 200, lambda n: {"columns": [{"segments": True}] * max(n, 0)}),
        (0, 200, lambda n: {"columns": [{"segments": True, "label": "l" * max(n, 0)}]}),
        (0, 200, lambda n: {"fallback": ["f"] * max(n, 0)}),
        (1, 200, lambda n: {"fallback": ["f" * n]}),
        (0, 50, lambda n: {"outputs": [{"name": f"o{i}"} for i in range(max(n, 0))]}),
        (1, 200, lambda n: {"outputs": [{"name": "o" * n}]}),
        (0, 200, lambda n: {"outputs": [{"name": "o", "label": "l" * max(n, 0)}]}),
        (1, 100, lambda n: {"outputs": [{"name": "o", "values": list(range(n))}]}),
        (0, 100, lambda n: {"outputs": [{"name": "o", "default": [1] * max(n, 0)}]}),
    ],
)
def test_each_bound_is_included_and_what_lies_beyond_is_refused(least, most, said):
    parse({"rows": [], **said(least)})
    parse({"rows": [], **said(most)})
    assert refused(said(most + 1))[1] in ("out_of_range", "length")
    if said(least) != said(least - 1):
        assert refused(said(least - 1))[1] in ("out_of_range", "length")


def test_ten_thousand_rows_are_read_and_no_more():
    rows = [{**ROW, "id": str(i)} for i in range(10_001)]
    assert len(parse({"rows": rows[:-1]}).rows) == 10_000
    assert refused({"rows": rows}) == ("/rows", "length")


@pytest.mark.parametrize(
    ("said", "at", "code"),
    [
        ({"row": []}, "/row", "unknown_key"),
        ({"rows": {}}, "/rows", "type"),
        ({"rows": None}, "/rows", "type"),
        ({"columns": ()}, "/columns", "type"),
        ({"slot": 1}, "/slot", "type"),
        ({"fallback": ["a", 1]}, "/fallback/1", "type"),
        ({"limit": 2.5, "hit_policy": "collect"}, "/limit", "type"),
        ({"rows": [ROW, ROW]}, "/rows/1/id", "duplicate"),
        ({"rows": [ROW, {"id": "b"}]}, "/rows/1", "missing"),
        ({"rows": [ROW, 7]}, "/rows/1", "type"),
        (one(cap=1), "/rows/0/cap", "unsupported"),
        (one(caps=1), "/rows/0/caps", "unknown_key"),
        (one(enabled=1), "/rows/0/enabled", "type"),
        (one(note=None), "/rows/0/note", "type"),
        (one(group=1), "/rows/0/group", "type"),
        (one(rollout="1"), "/rows/0/rollout", "type"),
        (one(priority=0.5), "/rows/0/priority", "type"),
        (one(when={"all": []}), "/rows/0/when/all", "length"),
        (one(active={"from": None}), "/rows/0/active", "missing"),
        (one(active={**SUMMER, "zone": "Moon"}), "/rows/0/active/zone", "zone"),
        (one(then={"variant": "a", "value": 1}), "/rows/0/then/value", "unknown_key"),
        (one(then={"variant": 1}), "/rows/0/then/variant", "type"),
        (one(then={"values": []}), "/rows/0/then/values", "type"),
        (one(then={"values": {"a/b": object()}}), "/rows/0/then/values/a~1b", "type"),
        (one(then={"values": {"a": [1, {}]}}), "/rows/0/then/values/a/1", "type"),
        (one(then={"values": {"a/b": 1, "": 2}}), "/rows/0/then/values/", "length"),
        (one(then={"experiment": "a", "variant": "b"}), "/rows/0/then/experiment", "shape"),
        (one(then={"experiment": "a", "values": {"x": 1}}), "/rows/0/then/experiment", "shape"),
        (one(then={"experiment": "a", "arms": 2}), "/rows/0/then/arms", "unknown_key"),
        (one(then={"experiment": 1}), "/rows/0/then/experiment", "type"),
        (one(then={"experiment": ""}), "/rows/0/then/experiment", "length"),
        ({"columns": [{"segments": 1}]}, "/columns/0/segments", "value"),
        ({"columns": [{"segments": True}, {}]}, "/columns/1", "missing"),
        ({"columns": [7]}, "/columns/0", "type"),
        ({"columns": [{"attribute": "x"}]}, "/columns/0/attribute", None),
        ({"columns": [{"attribute": "traits.x", "x": 1}]}, "/columns/0/x", "unknown_key"),
        ({"columns": [{"condition": {}}]}, "/columns/0/condition", None),
        ({"columns": [{"condition": VIP, "x": 1}]}, "/columns/0/x", "unknown_key"),
        ({"columns": [{"condition": VIP, "label": 1}]}, "/columns/0/label", "type"),
        ({"outputs": [{"label": "x"}]}, "/outputs/0", "missing"),
        ({"outputs": [{"name": "a", "label": 1}]}, "/outputs/0/label", "type"),
        (
            {"outputs": [{"name": "a"}, {"name": "b"}, {"name": "a"}]},
            "/outputs/2/name",
            "duplicate",
        ),
        ({"outputs": [{"name": "a", "values": [1, []]}]}, "/outputs/0/values/1", "type"),
        ({"outputs": [{"name": "a", "default": {}}]}, "/outputs/0/default", "type"),
        ({"outputs": [{"name": "a", "default": [1, None]}]}, "/outputs/0/default/1", "type"),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(said, at, code):
    assert refused(said) == (at, code or refused(said)[1])
    assert refused(said)[0].startswith(at)


def test_a_row_of_a_matrix_fits_its_outputs_and_what_its_other_rows_sum():
    matrix = parse({"rows": [], "outputs": OUTPUTS})
    assert parse_row(WHOLE_ROW, matrix) == parse({"rows": [WHOLE_ROW]}).rows[0]
    wrong = {**ROW, "then": {"values": {"off": 7}}}
    with pytest.raises(InvalidError) as caught:
        parse_row(wrong, matrix)
    assert (caught.value.at, caught.value.code) == ("/then/values/off", "value")
    assert parse_row(wrong, Matrix()).values == (("off", 7),)
    summed = Matrix((Row("a", Everyone(), values=(("x", 1),)),), "collect", aggregate="max")
    for name, fits in (("a", True), ("b", False)):
        said = {"id": name, "when": VIP, "then": {"values": {"x": "text"}}}
        if fits:
            assert parse_row(said, summed).values == (("x", "text"),)
            continue
        with pytest.raises(InvalidError) as caught:
            parse_row(said, summed, "/rows/1")
        assert caught.value.at == "/rows/1/then/values/x"
    assert set(AGGREGATES) == {"sum", "min", "max", "count"}


def test_what_an_output_declares_is_what_it_may_be():
    declared = outcome.outputs([{"name": "a", "values": [1, "1", True]}, {"name": "b"}], "/o")
    names = outcome.allowed(declared)
    for value, fits in ((1, True), ("1", True), (True, True), (None, True),
                        (False, False), (2, False), ((1,), False)):  # fmt: skip
        if fits:
            outcome.fitting((("a", value),), names, "/then")
            continue
        with pytest.raises(InvalidError) as caught:
            outcome.fitting((("b", 9), ("a", value)), names, "/then")
        assert (caught.value.at, caught.value.code) == ("/then/values/a", "value")
    with pytest.raises(InvalidError) as caught:
        outcome.fitting((("c/d", 1),), names, "/then")
    assert (caught.value.at, caught.value.code) == ("/then/values/c~1d", "unknown")
    outcome.fitting((("c", 1),), {}, "/then")


def test_outputs_and_yields_are_told_back_without_what_is_not_said():
    for said in OUTPUTS:
        (found,) = outcome.outputs([said], "/outputs")
        assert outcome.output_document(found) == said
    assert outcome.outputs([{"name": "a"}], "") == (Output("a", "", (), None),)
    assert outcome.then({"values": {"x": 2.0}}, "") == ("", (("x", 2),), "")
    assert outcome.then({"variant": "v"}, "") == ("v", (), "")
    assert outcome.then({"experiment": "e"}, "") == ("", (), "e")
    assert outcome.then_document("", (), "e") == {"experiment": "e"}
    assert outcome.then_document("", (("x", (1,)),)) == {"values": {"x": [1]}}
    assert outcome.then_document("v", ()) == {"variant": "v"}
    assert outcome.then_document("", ()) == {}


def test_alike_is_what_is_written_alike():
    assert outcome.same({"b": (1,), "a": "é"}) == outcome.same({"a": "é", "b": [1]})
    assert outcome.same({"a": 1}) != outcome.same({"a": True})
    assert "é" in outcome.same("é")
    assert outcome.same({1: {"x": (1, (2,))}}) == '{"1": {"x": [1, [2]]}}'


def test_a_row_is_told_with_its_schedule_only_where_it_has_one():
    row = Row("a", Member("vip"), "gold")
    assert "active" not in row_document(row)
    assert row_document(parse(WHOLE).rows[0]) == WHOLE_ROW
    assert row.then() == {"variant": "gold"}
    assert Column() == Column(None, None, "")
