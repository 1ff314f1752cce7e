"""Rules that conclude facts: they end, they agree with a plain reading, they say why."""

import json
import subprocess
import sys
from importlib.util import find_spec
from itertools import permutations
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.facts import Facts
from rules.inference import admission, pure
from rules.inference.document import MOST_RULES, document, parse
from rules.inference.explanation import explain
from rules.inference.registry import DEFAULT, evaluators
from tests.house import tree
from tests.rules import concluding


def rule(name, when, priority=0, **conclude):
    concluded = {f"derived.{path}": value for path, value in conclude.items()}
    return {"id": name, "when": when, "conclude": concluded, "priority": priority}


def test(path, operator, *value):
    return {"attribute": path, "operator": operator, **({"value": value[0]} if value else {})}


test.__test__ = False
EVERYONE = {"everyone": True}
STAGES = [
    rule("loyal", test("traits.orders", "at_least", 3), 30, stage="loyalty"),
    rule("buyer", test("traits.orders", "at_least", 1), 20, stage="purchase"),
    rule("looks", {"segment": "browsers"}, 10, stage="consideration"),
    rule("else", EVERYONE, stage="awareness"),
    rule("club", test("derived.stage", "equals", "loyalty"), next="club"),
    rule("help", {"not": test("derived.stage", "in", ["loyalty", "purchase"])}, next="guide"),
]


def infer(rules, attributes=None, segments=None):
    return pure.compile(parse({"rules": rules}), {})(Facts(attributes or {}, segments or {}))


@pytest.mark.parametrize(
    ("orders", "browsers", "stage", "following"),
    [
        (3, None, "loyalty", "club"),
        (1, True, "purchase", None),
        (None, True, "consideration", "guide"),
        (None, None, "awareness", "guide"),
        ("3", False, "awareness", "guide"),
    ],
)
def test_a_conclusion_is_read_by_other_rules(orders, browsers, stage, following):
    found = infer(STAGES, {"traits.orders": orders}, {"browsers": browsers})
    assert found.values.get("derived.stage") == stage
    assert found.values.get("derived.next") == following


def test_the_order_of_the_rules_means_nothing_but_between_equals():
    people = [Facts({"traits.orders": n}, {"browsers": n == 0}) for n in range(5)]
    told = {
        json.dumps([infer_(facts).values for facts in people], sort_keys=True)
        for some in list(permutations(STAGES))[::37]
        for infer_ in [pure.compile(parse({"rules": list(some)}), {})]
    }
    assert len(told) == 1


def test_of_equal_rules_the_first_settles():
    assert infer([rule("a", EVERYONE, x=1), rule("b", EVERYONE, x=2)]).because == {"derived.x": "a"}


def test_what_was_derived_before_is_not_looked_at():
    rules = [rule("a", test("derived.b", "is_unknown"), a=1), rule("b", {"segment": "s"}, b=1)]
    found = infer(rules, {"derived.b": 1, "derived.c": 2})
    assert dict(found.values) == {"derived.a": 1}


def test_a_circle_that_only_grows_ends():
    rules = [
        rule("a", test("derived.b", "equals", True), a=True),
        rule("b", {"any": [test("derived.a", "equals", True), {"segment": "seed"}]}, b=True),
        rule("c", {"not": test("derived.a", "equals", True)}, c=True),
        rule("d", test("derived.a", "is_unknown"), d=True),
    ]
    assert sorted(infer(rules, {}, {"seed": True}).values) == ["derived.a", "derived.b"]
    assert sorted(infer(rules, {}, {"seed": False}).values) == ["derived.d"]


A = test("derived.a", "equals", 1)
CIRCLES = [
    [rule("a", {"not": A}, a=1)],
    [rule("a", test("derived.a", "is_unknown"), a=1)],
    [rule("a", test("derived.a", "is_known"), a=1)],
    [rule("a", A, a=2), rule("b", EVERYONE, a=1)],
    [rule("a", {"not": test("derived.b", "equals", 1)}, a=1), rule("b", {"not": A}, b=1)],
    [rule("a", test("derived.c", "equals", 1), a=1), rule("b", {"any": [{"not": A}]}, b=1),
     rule("c", test("derived.b", "equals", 1), c=1)],
]  # fmt: skip


@pytest.mark.parametrize("rules", CIRCLES)
def test_a_circle_that_could_take_something_back_is_refused(rules):
    with pytest.raises(InvalidError) as refusal:
        parse({"rules": rules})
    assert refusal.value.code == "circle"
    assert refusal.value.at.startswith("/rules/")


WHOLE = rule("a", EVERYONE, a=1)
INVALID = [
    ([], "", "type"),
    ({}, "", "missing"),
    ({"rules": {}}, "/rules", "type"),
    ({"rules": [WHOLE], "more": 1}, "/more", "unknown_key"),
    ({"rules": [WHOLE, {"id": "b"}]}, "/rules/1", "missing"),
    ({"rules": [WHOLE, WHOLE]}, "/rules/1/id", "duplicate"),
    ({"rules": [{**WHOLE, "id": ""}]}, "/rules/0/id", "length"),
    ({"rules": [{**WHOLE, "when": {}}]}, "/rules/0/when", "shape"),
    ({"rules": [{**WHOLE, "when": {"all": [EVERYONE, 3]}}]}, "/rules/0/when/all/1", "type"),
    ({"rules": [{**WHOLE, "conclude": {}}]}, "/rules/0/conclude", "length"),
    ({"rules": [{**WHOLE, "conclude": []}]}, "/rules/0/conclude", "type"),
    ({"rules": [{**WHOLE, "conclude": {"traits.a": 1}}]}, "/rules/0/conclude/traits.a",
     "attribute"),
    ({"rules": [{**WHOLE, "conclude": {"derived": 1}}]}, "/rules/0/conclude/derived", "attribute"),
    ({"rules": [{**WHOLE, "conclude": {"derived.a": None}}]}, "/rules/0/conclude/derived.a",
     "type"),
    ({"rules": [{**WHOLE, "conclude": {"derived.a": float("nan")}}]},
     "/rules/0/conclude/derived.a", "type"),
    ({"rules": [{**WHOLE, "conclude": {"derived.a": ["x"]}}]}, "/rules/0/conclude/derived.a",
     "type"),
    ({"rules": [WHOLE, rule("b", EVERYONE, a="1")]}, "/rules/1/conclude/derived.a", "type"),
    ({"rules": [{**WHOLE, "priority": 1.5}]}, "/rules/0/priority", "type"),
    ({"rules": [{**WHOLE, "enabled": 1}]}, "/rules/0/enabled", "type"),
    ({"rules": [rule("a", test("derived.z", "is_known"), a=1)]}, "/rules/0/when", "unknown"),
    ({"rules": [rule("a", test("context.page", "is_known"), a=1)]}, "/rules/0/when/attribute",
     "scope"),
    ({"rules": [WHOLE, rule("b", {"has_been": A, "for": "1h"}, b=1)]}, "/rules/1/when",
     "unsupported"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "at", "code"), INVALID)
def test_what_is_not_understood_is_refused_where_it_stands(said, at, code):
    with pytest.raises(InvalidError) as refusal:
        parse(said)
    assert (refusal.value.at, refusal.value.code) == (at, code)


def _endless():
    inner = {"not": None}
    inner["not"] = inner
    return inner


def _deep():
    found = EVERYONE
    for _ in range(100_000):
        found = {"not": found}
    return found


HOSTILE = [
    {"rules": [WHOLE] * (MOST_RULES + 1)},
    {"rules": [WHOLE] * 1_000_000},
    {"rules": [rule("a", _endless(), a=1)]},
    {"rules": [rule("a", _deep(), a=1)]},
    {"rules": [rule(str(i), {"all": [EVERYONE] * 500}, a=1) for i in range(200)]},
    {"rules": [{**WHOLE, "conclude": {f"derived.{i}": 1 for i in range(100_000)}}]},
    {"rules": [rule(f"r{i}", {"any": [test(f"derived.x{j}", "equals", 1) for j in range(20)]},
                    **{f"x{i % 20}": i}) for i in range(40)]},
]  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_documents_are_refused(said):
    with pytest.raises(InvalidError):
        parse(said)


def test_a_document_is_read_back_as_it_was():
    program = parse({"rules": STAGES})
    assert parse(document(program)) == program


@settings(max_examples=300)
@example(0)
@given(st.integers())
def test_the_compiled_program_says_what_a_plain_reading_says(seed):
    random = Random(seed)
    program = parse(concluding.documents(random))
    infer_ = pure.compile(parse(document(program)), {})
    for _ in range(5):
        facts = concluding.facts(random)
        found = infer_(facts)
        assert repr(sorted(found.values.items())) == repr(
            sorted(concluding.conclusions(program, facts).items())
        )
        _explained(program, facts, found)


def _explained(program, facts, found):
    told = {one["rule"]: one for one in explain(program, {}, facts)}
    concluded = {path: one["rule"] for one in told.values() for path in one["concluded"]}
    assert concluded == dict(found.because)
    for rule_ in program.rules:
        outcome = told[rule_.id]["outcome"]
        settled = [path for path in rule_.conclude if found.because.get(path) == rule_.id]
        assert (outcome == "concluded") is bool(settled)
        assert (outcome == "disabled") is not rule_.enabled


def test_an_explanation_says_what_was_seen_and_who_came_first():
    told = explain(parse({"rules": STAGES}), {}, Facts({"traits.orders": 4}))
    assert [one["outcome"] for one in told] == [
        *("concluded", "overruled", "unknown", "overruled", "concluded", "not_matched")
    ]
    assert told[1]["overruled_by"] == {"derived.stage": "loyal"}
    assert told[4]["leaves"][0]["seen"] == "loyalty"


def test_the_pure_evaluator_is_there_and_the_default():
    assert evaluators[DEFAULT] is pure.compile
    assert ("durable" in evaluators) is (find_spec("durable") is not None)


MANY = [rule(f"r{i}", test("traits.n", "equals", i), x=i) for i in range(200)]
REFUSED = {
    "a circle": [rule("a", test("derived.a", "equals", 1), a=1)],
    "alternatives": [rule("a", {"all": [{"any": [test(f"traits.t{i}", "equals", n)
     for n in "ab"] + [{"segment": f"{i}"}]} for i in range(5)]}, a=1)],
    "patterns": [rule("a", {"all": [test(f"traits.t{i}", "equals", 1) for i in range(9)]}, a=1)],
    "alike": [{**one, "when": {"segment": "s"}} for one in MANY[:51]],
    "joins": [{**one, "conclude": {"derived.x": 1, "derived.y": 2}} for one in MANY],
    "layers": [rule("0", EVERYONE, x0=0), *(
        rule(str(i), test(f"derived.x{i - 1}", "is_known"), **{f"x{i}": i}) for i in range(1, 52)
    )],
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_engine_is_not_safe_with_is_not_admitted(name):
    program = parse({"rules": REFUSED[name]})
    pure.compile(program, {})
    with pytest.raises(InvalidError) as refusal:
        admission.plan(program)
    assert refusal.value.code == "not_admitted"


def test_a_leaf_that_is_named_twice_is_one_fact():
    leaf = test("traits.n", "is_known")
    program = parse({"rules": [rule("a", {"all": [leaf, {"any": [leaf, {"segment": "b"}]}]}, a=1)]})
    assert [join.facts for join in admission.plan(program).joins] == [
        (("l0", 1),),
        (("l0", 1), ("l1", 1)),
    ]


def _compared(seed, programs):
    if sys.version_info >= (3, 14) and find_spec("durable") is None:
        pytest.skip("durable-rules does not run on this Python")
    if find_spec("durable") is None:
        pytest.skip("needs durable-rules (requirements-optional.txt)")
    command = [sys.executable, "-m", "tests.rules.differing", str(seed), str(programs)]
    done = subprocess.run(command, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("seed", range(3))
def test_the_durable_evaluator_says_the_same(seed):
    told = _compared(seed, 30)
    assert told["different"] == 0
    assert told["conclusions"] > told["programs"]


@pytest.mark.nightly
def test_the_durable_evaluator_says_the_same_ten_thousand_times():
    told = [_compared(1_000 + seed, 30) for seed in range(100)]
    assert sum(one["different"] for one in told) == 0
    assert sum(one["answers"] for one in told) >= 10_000
