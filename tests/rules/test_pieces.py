"""The pieces of an attribute: no value lies beside them, and none stands for what it does not."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from itertools import product
from math import nextafter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import compiler
from rules.facts import Facts
from rules.matrix.check import manifold
from rules.matrix.check.apart import MOST_OPAQUE, apart
from rules.matrix.check.atoms import ATTRIBUTE, Subject, asked
from rules.matrix.check.pieces import ODD, UNKNOWN, USUAL, pieces
from rules.matrix.check.samples import Age, Domain
from rules.matrix.check.sorts import NOTHING, RELATIVE
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from rules.values import TYPES, canonical
from tests.rules import populations

NOW, HOUR = 10**15, 3_600_000_000
PATH = "traits.x"
ENDS = [-(2**63), 2**63 - 1, 2**53, 2**53 + 1, -(2**53), 1e300, -1e300, 5e-324, -0.5, 0.1, 0.2]
NUMBERS = [0, 1, 2, 3, *ENDS, 1.7976931348623157e308, -1.7976931348623157e308]
INSTANTS = ["2001-09-09T01:46:40Z", "2001-09-09T02:46:40Z"]
RELEASES = ["1.2", "1.2.0+b", "1.2-a", "1.2-a.1", "1.2.0.1", "0.0.0-0", "2", "v3.0"]
NETS = ["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/31", "0.0.0.0/0", "::/0", "2001:db8::/126", "::/90"]
NETS += ["255.255.255.255/32", "10.0.0.1/32", "::1/128"]
WORDS = ["a", "A", "ab", "Ab", "b", "ba", "other", ""]


def some(values, most=3):
    return st.lists(st.sampled_from(values), min_size=1, max_size=most)


def asking(operators, values):
    said = st.tuples(st.sampled_from(operators), values)
    return said.map(lambda pair: {"attribute": PATH, "operator": pair[0], "value": pair[1]})


def bare(*operators):
    return st.sampled_from(operators).map(lambda name: {"attribute": PATH, "operator": name})


def either_case(tests):
    folded = tests.map(lambda said: {**said, "ignore_case": True})
    return st.one_of(tests, folded)


COMPARED = ["at_least", "less_than", "at_most", "more_than"]
ASKED = {
    "number": st.one_of(
        asking(COMPARED, st.sampled_from(NUMBERS)),
        asking(["equals", "not_equals"], st.sampled_from(NUMBERS)),
        asking(["between"], st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=2).map(sorted)),
        asking(["in"], some(NUMBERS)),
    ),
    "string": either_case(
        st.one_of(
            asking(["equals", "not_equals"], st.sampled_from(WORDS)),
            asking(["in"], some(WORDS)),
            asking(["contains", "starts_with", "not_ends_with"], st.sampled_from(WORDS[:-1])),
        )
    ),
    "version": st.one_of(
        asking(
            ["version_equals", "version_at_least", "version_at_most"], st.sampled_from(RELEASES)
        ),
        asking(["version_less_than", "version_more_than"], st.sampled_from(RELEASES)),
        asking(["equals"], st.sampled_from(RELEASES)),
    ),
    "ip": st.one_of(
        asking(["in_network", "not_in_network"], some(NETS)),
        asking(["equals"], st.sampled_from(["10.0.0.0", "10.0.0.1", "::1", "255.255.255.255"])),
    ),
    "datetime": st.one_of(
        asking(["before", "not_before", "after"], st.sampled_from(INSTANTS)),
        asking(["within_last", "older_than", "within_next"], st.sampled_from(["1h", "2h"])),
    ),
    "list": st.one_of(
        either_case(
            asking(["has_any", "has_all", "has_none"], some(["a", "A", 1, True, "b", "other"]))
        ),
        asking(["size"], st.sampled_from([0, 1, 2, {"at_least": 2}, {"at_most": 1}])),
        bare("is_empty", "is_not_empty"),
    ),
    "boolean": asking(["equals", "not_equals"], st.booleans()),
    "location": st.one_of(
        asking(["near"], st.sampled_from(populations.OPERANDS["near"])),
        asking(["inside"], st.just(operators["inside"].example.operand)),
        asking(["has_any", "has_none"], some([0, 52, 52.52])),
        asking(["size"], st.sampled_from([0, 2])),
    ),
}
ANYTHING = st.one_of(
    *ASKED.values(),
    populations.any_test().map(lambda said: {**said, "attribute": PATH}),
    bare("is_known", "is_empty"),
    asking(["has_type"], st.sampled_from(["number", "string", "list"])),
    asking(["matches"], st.sampled_from(["^a", "b$"])),
    asking(["equals", "in"], st.just([1, "a", True])).map(lambda said: {**said, "operator": "in"}),
)


def near(value):
    """Return a number and those beside it that may be a value."""
    around = [value - 1, value, value + 1, value * 2, value / 2]
    around += [nextafter(value, way) for way in (-1e308 * 10, 1e308 * 10)]
    return [found for found in around if canonical("number", found) is not None]


def addresses():
    ends = [end for net in map(ip_network, NETS) for end in (net[0], net[-1])]
    ends += [ip_address("::ffff:0:0") - 1, ip_address("::1:0:0:0")]
    beside = [(type(end), int(end) + off) for end in ends for off in (-1, 0, 1, 2)]
    last = {4: 2**32, 6: 2**128}
    return [str(kind(n)) for kind, n in beside if 0 <= n < last[kind(0).version]]


TEXTS = ["".join(signs) for n in range(4) for signs in product("aAbB~", repeat=n)]
CROWD = {
    "number": [other for value in NUMBERS for other in near(value)] + [0.15, 1.5],
    "string": [*TEXTS, "other", "OTHER", "another", "aother", "otherb"],
    "version": [
        *RELEASES,
        *("0", "0.0.0", "0.0.0-0.0", "1.1.9", "1.2-A", "1.2-a.0", "1.2-a.2", "1.2-b", "1.2+c"),
        *("1.2.0.1-0", "1.2.0.0.1", "1.2.0.2", "1.2.1-0", "1.9", "2-a", "2.0.0+x", "3", "9.9.9"),
    ],
    "ip": addresses(),
    "datetime": [
        at + off
        for at in (NOW, NOW - HOUR, NOW - 2 * HOUR, NOW + HOUR, NOW + 2 * HOUR, -(10**16))
        for off in (-1, 0, 1)
    ],
    "list": [held for n in range(4) for held in product(["a", "A", "b", 1, True, "z"], repeat=n)],
    "boolean": [True, False],
    "location": [*populations.TOLD["places"], (52.0, 0.0), (1.0, 52.0)],
}
TOLD = [value for kind, held in populations.TOLD.items() for value in held if kind != "strange"]


def at_the_edge(kind, values):
    """Return those of some values that are as the edge brings them to this type."""
    return [value for value in values if repr(canonical(kind, value)) == repr(value)]


CROWD = {kind: at_the_edge(kind, held) for kind, held in CROWD.items()}
EVERYBODY = [value for held in CROWD.values() for value in held[:40]]
EVERYBODY += [value for kind in TYPES for value in at_the_edge(kind, TOLD)]


def together(said, domain):
    """Return the atoms that share a column, of these conditions' documents."""
    leaves = [asked(parse(one, scope=Scope.MATRIX)) for one in said]
    atoms = list(dict.fromkeys(leaf.atom for leaf in leaves))
    return apart(Subject(ATTRIBUTE, PATH), atoms, domain=domain).together


def asking_all(atoms):
    """Return the function from a value to what the atoms, compiled as for a visitor, answer."""
    checks = [compiler.compile(atom, {}) for atom in atoms]

    def answers(value):
        at = NOW - value.ago if isinstance(value, Age) else value
        facts = Facts({} if at is None else {PATH: at}, now=NOW)
        return tuple(check(facts) for check in checks)

    return answers


def told(said, kind, crowd):
    """Return the pieces of some conditions, each of which is true to its sample, and all there."""
    domain = Domain(kind, whole=kind == "datetime")
    atoms = together(said, domain)
    found = pieces(atoms, domain)
    seen, answers = [piece.answers for piece in found], asking_all(atoms)
    assert len(set(seen)) == len(seen)
    for piece in found:
        if piece.sample is not NOTHING:
            assert answers(piece.sample) == piece.answers
            assert (piece.rank == UNKNOWN) is (piece.sample is None)
        if kind is not None and type(piece.sample) not in (Age, type(None)):
            assert piece.sample is NOTHING or canonical(kind, piece.sample) == piece.sample
    for value in [*crowd, None]:
        assert answers(value) in seen
    assert len(found) <= manifold.answers(list(atoms)) // max(len(atoms), 1) + 3**MOST_OPAQUE
    assert [piece.rank for piece in found] == sorted(piece.rank for piece in found)
    return found


def test_an_entry_nobody_names_is_none_that_stands_beside_another_on_a_list():
    said = [
        {"attribute": "traits.x", "operator": "has_any", "value": ["a", "other"]},
        {"attribute": "traits.x", "operator": "size", "value": 0},
    ]
    told(said, "list", [(), ("a",), ("other",), ("b",), ("a", "b")])


@pytest.mark.parametrize("kind", ASKED)
def test_every_value_of_a_type_lies_in_a_piece_and_every_piece_has_one(kind):
    @settings(max_examples=60, database=None)
    @given(st.lists(ASKED[kind], min_size=1, max_size=4))
    def search(said):
        cases = {bool(one.get("ignore_case")) for one in said}
        lines = {one["operator"] in RELATIVE for one in said}
        found = told(said, kind, CROWD[kind])
        assert {piece.rank for piece in found} <= {USUAL, UNKNOWN}
        if kind != "location" and len(cases) == 1 and (kind != "datetime" or len(lines) == 1):
            assert all(piece.sample is not NOTHING for piece in found)

    search()


def test_an_age_does_not_stand_for_a_share_that_the_instant_itself_decides():
    said = [
        {"attribute": "traits.x", "operator": "within_last", "value": "1h"},
        {
            "attribute": "traits.x",
            "operator": "not_bucket",
            "value": {"salt": "spring", "from": 0, "until": 50},
        },
    ]
    told(said, "datetime", CROWD["datetime"])
    told(said, None, EVERYBODY)


@settings(max_examples=150, database=None)
@given(st.lists(ANYTHING, min_size=1, max_size=3))
def test_every_value_of_any_type_lies_in_a_piece(said):
    found = told(said, None, EVERYBODY)
    assert {piece.rank for piece in found} <= {USUAL, UNKNOWN, ODD}


@pytest.mark.nightly
@settings(max_examples=20_000, database=None)
@given(st.lists(ANYTHING, min_size=1, max_size=4))
def test_every_value_of_any_type_lies_in_a_piece_of_twenty_thousand(said):
    told(said, None, EVERYBODY)
