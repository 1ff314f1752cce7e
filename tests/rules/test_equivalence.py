"""Compiled, interpreted and indexed say the same of any document: a search of its own, by seed."""

from __future__ import annotations

from random import Random

import pytest

from rules import compiler
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix.document import document, parse, parse_row
from rules.matrix.policies import AGGREGATES, POLICIES
from rules.operators.registry import operators
from tests.rules import made, naive, naive_matrix

PATHS = ["traits.a", "traits.b", "traits.c", "context.d"]
OPERATORS = [part for part in operators.values() if not part.of_events]
NUMBERS = ("at_least", "at_most", "less_than", "more_than")
SINGLES = ("equals", "not_equals")
SETS = ("in", "not_in", "has_any", "has_none", "has_all", "not_has_all")
ODD = [None, True, False, 0, 1, -1, 0.5, 2**53, -(2**63), "", "\0", "a", (), (1, "a", True), ("",)]
ODD += [(52.5, 13.4), [["a"], {"b": 1}], "1.2.3", "::1"]
FEW, MANY, PEOPLE = 500, 10_000, 6


def leaf(source, seen):
    """Draw a test on an attribute; ``seen`` collects the values at which its truth may change."""
    draw = source.random()
    if draw < 0.1:
        return {"segment": source.choice(made.SEGMENTS)}
    if draw < 0.13:
        return {"everyone": True}
    part = source.choice(OPERATORS)
    if draw < 0.5:
        part = operators[source.choice([*NUMBERS, *SINGLES, *SETS, "between"])]
    said = {"attribute": source.choice(PATHS), "operator": part.name}
    operand = part.example.operand
    if draw < 0.8:
        operand = drawn(part.name, source) or operand
    seen += [part.example.yes, part.example.no]
    seen += operand if isinstance(operand, list) else [operand]
    if part.cases and source.random() < 0.2:
        said["ignore_case"] = True
    return said if operand is None else {**said, "value": operand}


def drawn(name, source):
    if name in NUMBERS:
        return source.choice(made.NUMBERS)
    if name == "between":
        return sorted(source.choices(made.NUMBERS, k=2))
    if name in SINGLES:
        return source.choice(made.SINGLES)
    return source.choices(made.SINGLES, k=source.randint(1, 3)) if name in SETS else None


def condition(source, depth, seen):
    draw = source.random()
    if depth == 0 or draw < 0.3:
        return leaf(source, seen)
    if draw < 0.45:
        return {"not": condition(source, depth - 1, seen)}
    parts = [condition(source, depth - 1, seen) for _ in range(source.randint(1, 4))]
    return {source.choice(["all", "any"]): parts}


def row(source, number, seen, aggregated):
    said = {
        "id": f"row-{number}",
        "when": condition(source, source.randint(0, 4), seen),
        "then": {"values": {"off": source.choice([1, 2.5])}}
        if aggregated
        else source.choice(
            [{"variant": "a"}, {"variant": "b"}, {"values": {"off": 1}}, {"experiment": "a"}]
        ),
        "rollout": source.choice([100, 100, 100, 50]),
        "priority": source.randrange(3),
        "enabled": source.random() < 0.9,
    }
    if source.random() < 0.2:
        said["active"] = {"from": "2001-09-09T01:47", "zone": "UTC"}
    return said


def matrix(source, seen):
    policy = source.choice(list(POLICIES))
    aggregated = policy == "collect" and source.random() < 0.5
    rows = [row(source, i, seen, aggregated) for i in range(source.randint(1, 7))]
    said = {"hit_policy": policy, "rows": rows}
    return {**said, "aggregate": source.choice(list(AGGREGATES))} if aggregated else said


def person(source, seen):
    """Draw somebody at the edge of what the document asks, or of a type it does not expect."""
    values = [tuple(value) if isinstance(value, list) else value for value in seen or ODD]
    values += [value + step for value in values for step in (-1, 1) if type(value) is int]
    told = {
        path: source.choice(values if source.random() < 0.7 else ODD)
        for path in PATHS
        if source.random() < 0.85
    }
    members = {name: source.random() < 0.5 for name in made.SEGMENTS if source.random() < 0.7}
    now = source.choice([0, 10**15 - 1, 1_000_000_020_000_000 - 1, 1_000_000_020_000_000])
    return Facts(told, members, {}, now)


def agree(compiled, facts):
    parsed = compiled.matrix
    held = naive_matrix.holding(parsed, facts, "u")
    choices = compiled.collect(facts, "u", 99)
    assert [choice.index for choice in choices] == held, (document(parsed), facts)
    choice = compiled.decide(facts, "u")
    if parsed.aggregate is None:
        wanted = naive_matrix.decision(parsed, facts, "u")
        assert (choice.index, choice.reason) == wanted, (document(parsed), facts)
    else:
        total = naive_matrix.aggregate(parsed, facts, "u", "off")
        assert choice.then["values"]["off"] == total


def search(documents):
    """Draw so many documents; return how many answers were compared, and how many rows fired."""
    compared = fired = 0
    for seed in range(documents):
        source, seen = Random(seed), []
        parsed = parse(matrix(source, seen))
        compiled = matrices.compile(parsed, {})
        answers = [compiler.compile(each.when, {}) for each in parsed.rows]
        aggregated = parsed.aggregate is not None
        fresh = parse_row(row(source, source.randrange(len(parsed.rows)), seen, aggregated), parsed)
        edited = compiled.replace(fresh)
        for _ in range(PEOPLE):
            facts = person(source, seen)
            for each, answer in zip(parsed.rows, answers, strict=True):
                assert answer(facts) is naive.answer(each.when, facts), (each.when, facts)
            agree(compiled, facts)
            agree(edited, facts)
            compared += len(parsed.rows) + 4
            fired += bool(compiled.collect(facts, "u"))
    return compared, fired


def test_compiled_interpreted_and_indexed_agree():
    compared, fired = search(FEW)
    assert compared > 5 * PEOPLE * FEW
    assert fired > FEW


@pytest.mark.nightly
def test_compiled_interpreted_and_indexed_agree_on_very_many_documents(capsys):
    compared, fired = search(MANY)
    with capsys.disabled():
        said = f"{MANY:,} documents, {compared:,} answers compared, {fired:,} people chosen for"
        print(f"\n{said}")  # noqa: T201 the figure that is recorded
    assert fired > MANY
