"""A matrix that is edited decides as one that is compiled anew, whatever was edited before."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Test
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix import sorting
from rules.matrix.clauses import Literal
from rules.matrix.document import Matrix, Row, parse, parse_row
from rules.matrix.policies import POLICIES
from rules.matrix.splice import spliced
from rules.parser import parse as parse_condition
from rules.scopes import Scope
from tests.rules import made
from tests.rules.test_matrix import random_condition, random_facts

edits = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "remove", "move"]),
        st.integers(0, 12),
        st.integers(0, 12),
        made.rows,
    ),
    min_size=1,
    max_size=8,
)


def edit(compiled, step, number):
    """Take one step, where there is a row to take it with."""
    kind, where, target, said = step
    ids = [row.id for row in compiled.matrix.rows]
    if kind == "insert":
        return compiled.insert(row(f"new-{number}", said), target)
    if not ids:
        return compiled
    name = ids[where % len(ids)]
    if kind == "replace":
        return compiled.replace(row(name, said))
    return compiled.remove(name) if kind == "remove" else compiled.move(name, target)


def row(name, said):
    return parse({"rows": [{**said, "id": name}]}).rows[0]


def same_answers(edited, people):
    anew = matrices.compile(edited.matrix, edited.keys)
    for facts in people:
        assert edited.decide(facts, "u") == anew.decide(facts, "u")
        assert edited.collect(facts, "u", 99) == anew.collect(facts, "u", 99)
    assert edited.attributes == anew.attributes
    assert edited.segments == anew.segments


@settings(max_examples=150)
@given(made.matrices, edits, st.lists(made.facts, min_size=1, max_size=4), st.integers(1, 6))
def test_edits_decide_as_a_matrix_compiled_anew(said, steps, people, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rules.matrix.parts.BLOCK", size)
        compiled = matrices.compile(parse(said), {})
        before = [compiled.collect(facts, "u", 99) for facts in people]
        edited = compiled
        for number, step in enumerate(steps):
            edited = edit(edited, step, number)
            same_answers(edited, people)
    assert [compiled.collect(facts, "u", 99) for facts in people] == before


@pytest.mark.parametrize("policy", list(POLICIES))
@pytest.mark.parametrize("seed", range(2))
def test_long_matrices_are_edited_many_times(policy, seed):
    source = Random(f"{policy}-{seed}")

    def drawn(name):
        when = parse_condition(random_condition(source, 2), scope=Scope.MATRIX)
        rollout = source.choice([100, 100, 30])
        enabled = source.random() < 0.9
        return Row(name, when, "x", rollout, source.randrange(3), enabled=enabled)

    compiled = matrices.compile(Matrix(tuple(drawn(f"r{i}") for i in range(40)), policy), {})
    people = [random_facts(source) for _ in range(12)]
    for number in range(40):
        place = source.randrange(len(compiled.matrix.rows))
        name = compiled.matrix.rows[place].id
        kind = source.choice(["replace", "replace", "insert", "remove", "move"])
        if kind == "replace":
            compiled = compiled.replace(drawn(name))
        elif kind == "insert":
            compiled = compiled.insert(drawn(f"more-{number}"), place)
        elif kind == "remove":
            compiled = compiled.remove(name)
        else:
            compiled = compiled.move(name, source.randrange(40))
        assert compiled.version == number + 2
    same_answers(compiled, people)


def test_rows_stand_where_they_were_put():
    compiled = matrices.compile(parse({"rows": []}), {})
    everyone = parse_condition({"everyone": True}, scope=Scope.MATRIX)
    for name, at in (("a", None), ("b", None), ("c", 0), ("d", 99), ("e", -5)):
        compiled = compiled.insert(Row(name, everyone, name), at)
    assert [row.id for row in compiled.matrix.rows] == ["e", "c", "a", "b", "d"]
    compiled = compiled.move("e", 99).move("b", 0)
    assert [row.id for row in compiled.matrix.rows] == ["b", "c", "a", "d", "e"]
    assert compiled.decide(Facts(), "u").row == "b"
    assert compiled.remove("b").decide(Facts(), "u").index == 0


def test_an_edit_names_what_is_not_there_or_there_already():
    compiled = matrices.compile(parse({"rows": []}), {})
    everyone = parse_condition({"everyone": True}, scope=Scope.MATRIX)
    for edit in (
        lambda: compiled.remove("a"),
        lambda: compiled.move("a", 0),
        lambda: compiled.replace(Row("a", everyone, "x")),
    ):
        with pytest.raises(InvalidError) as caught:
            edit()
        assert caught.value.code == "unknown"
    with pytest.raises(InvalidError, match="no other row"):
        compiled.insert(Row("a", everyone, "x")).insert(Row("a", everyone, "y"))


def test_a_row_is_parsed_as_it_fits_the_matrix():
    said = {
        "hit_policy": "collect",
        "aggregate": "min",
        "outputs": [{"name": "x"}],
        "rows": [{"id": "a", "when": {"everyone": True}, "then": {"values": {"x": 1}}}],
    }
    matrix = parse(said)
    fresh = {**said["rows"][0], "id": "b"}
    assert parse_row(fresh, matrix).id == "b"
    for then, code in (
        ({"values": {"x": "one"}}, "type"),
        ({"values": {"y": 1}}, "unknown"),
        ({"variant": "v"}, "missing"),
    ):
        with pytest.raises(InvalidError) as caught:
            parse_row({**fresh, "then": then}, matrix, "/row")
        assert caught.value.code == code
        assert caught.value.at.startswith("/row/then")
    assert parse_row({**fresh, "id": "a", "then": {"values": {"x": "one"}}}, matrix).id == "a"


def test_points_that_no_row_names_any_more_are_forgotten():
    def above(name, number):
        leaf = {"attribute": "traits.n", "operator": "more_than", "value": number}
        return Row(name, parse_condition(leaf, scope=Scope.MATRIX), "x")

    compiled = matrices.compile(Matrix((above("a", 0), above("b", 1))), {})
    for number in range(2, 40):
        compiled = compiled.replace(above("a", number))
    line = compiled._parts[0].block.tables.lines["traits.n"]
    assert line.points[:2] == [1, 39]
    assert len(line.points) == 3


def test_a_damaged_table_ends_in_an_error_and_never_in_a_loop():
    whole = sorting.Sorted({})
    whole.add(sorting.Entry(0, (Literal(Test("traits.age", "less_than", 5)),)))
    tables = whole.tables()
    line = tables.lines["traits.age"]
    for damaged in (line._replace(points=[]), line._replace(points=line.points[:-1])):
        broken = tables._replace(lines={"traits.age": damaged})
        with pytest.raises((IndexError, ValueError)):
            spliced(broken, (0, 1), tables, 1)
