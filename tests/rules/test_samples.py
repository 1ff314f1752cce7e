"""The parts of the checker one by one: which values stand for a line, a list, a version, a text."""

from __future__ import annotations

import pytest

from rules.conditions import Test
from rules.matrix.check.addresses import addresses
from rules.matrix.check.domains import MEASURES
from rules.matrix.check.lines import numbers
from rules.matrix.check.lists import classes, lists
from rules.matrix.check.looks import looks
from rules.matrix.check.pieces import ODD, UNKNOWN, USUAL, pieces
from rules.matrix.check.samples import Age, Domain
from rules.matrix.check.sorts import NOTHING
from rules.matrix.check.texts import mixed, texts
from rules.matrix.check.versions import releases

LOWEST, HIGHEST = -(2**63), 2**63 - 1


def asks(operator, value=None, ignore_case=False):
    return Test("traits.x", operator, value, ignore_case)


def line(atoms, **domain):
    return [sample.value for sample in numbers(atoms, Domain("number", **domain))]


@pytest.mark.parametrize(
    ("named", "domain", "expected"),
    [
        ([], {}, [1]),
        ([], {"least": 0}, [1, 0]),
        ([18, 65], {}, [17, 18, 19, 65, 66]),
        ([1, 1.5], {}, [0, 1, 1.25, 1.5, 2]),
        ([1, 1.5], {"whole": True}, [0, 1, 2]),
        ([1, 2], {"whole": True}, [0, 1, 2, 3]),
        ([1, 2], {}, [0, 1, 1.5, 2, 3]),
        ([1], {"whole": True, "least": 1, "most": 2}, [1, 2]),
        ([0], {"whole": True, "least": 0, "most": 5}, [0, 1, 5]),
        ([-0.5], {}, [-1, -0.5, 0]),
        ([LOWEST], {"whole": True}, [LOWEST, LOWEST + 1]),
        ([LOWEST + 1], {"whole": True}, [LOWEST, LOWEST + 1, LOWEST + 2]),
        ([HIGHEST], {"whole": True}, [HIGHEST - 1, HIGHEST]),
        ([HIGHEST - 1], {"whole": True}, [HIGHEST - 2, HIGHEST - 1, HIGHEST]),
        ([HIGHEST - 2, HIGHEST], {"whole": True}, [HIGHEST - 3, HIGHEST - 2, HIGHEST - 1, HIGHEST]),
    ],
)
def test_a_line_has_every_named_point_and_a_value_in_every_gap(named, domain, expected):
    assert line([asks("at_least", point) for point in named], **domain) == expected


def test_beyond_the_whole_numbers_there_are_fractions():
    below, held, above = line([asks("at_least", LOWEST)])
    assert (held, above) == (LOWEST, LOWEST + 1)
    assert type(below) is float
    assert below < LOWEST
    below, held, above = line([asks("at_least", HIGHEST)])
    assert (below, held) == (HIGHEST - 1, HIGHEST)
    assert type(above) is float
    assert above > HIGHEST


def test_nothing_lies_above_the_greatest_fraction():
    greatest = 1.7976931348623157e308
    assert line([asks("at_least", greatest)])[-1] == greatest
    assert line([asks("at_least", -greatest)])[0] == -greatest


def test_a_point_stands_for_itself_and_a_gap_for_its_neighbours():
    alone = {s.value: s.alone for s in numbers([asks("at_least", 18)], Domain("number"))}
    assert alone == {17: False, 18: True, 19: False}


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("within_last", [-1, 0, 5]), ("within_next", [-6, -5, 0])],
)
def test_ages_lie_before_and_after_what_is_asked(operator, expected):
    found = [sample.value for sample in numbers([asks(operator, 5)], Domain())]
    assert found == [Age(ago) for ago in expected]


def test_a_date_and_an_age_are_told_apart_in_pairs_without_a_value():
    atoms = [asks("at_least", 7), asks("within_last", 5)]
    found = list(numbers(atoms, Domain("datetime")))
    assert {sample.value for sample in found} == {NOTHING}
    pairs_seen = {tuple(sample.given[atom] for atom in atoms) for sample in found}
    assert pairs_seen == {(a, b) for a in (True, False) for b in (True, False)}
    assert len(found) == 9


@pytest.mark.parametrize(
    ("atoms", "expected"),
    [
        ([asks("size", (2, None))], [(), ("other", "other")]),
        ([asks("size", (None, 1))], [(), ("other",) * 2]),
        ([asks("is_empty")], [(), ("other",)]),
        ([asks("has_any", ("other",))], [(), ("other",)]),
        (
            [asks("size", (2, None)), asks("has_any", ("a",))],
            [(), ("other",) * 2, ("a",), ("a", "other")],
        ),
        (
            [asks("size", (2, None)), asks("has_any", ("other",))],
            [(), ("otherother",) * 2, ("other",), ("other", "otherother")],
        ),
        ([asks("has_all", ("a", "b"))], [(), ("b",), ("a",), ("a", "b")]),
    ],
)
def test_lists_are_sampled_by_entry_and_by_length(atoms, expected):
    assert [sample.value for sample in lists(atoms)] == expected


def test_entries_that_no_test_tells_apart_are_one():
    either = asks("has_any", ("a", "b"))
    assert classes([either]) == [[(False, "a"), (False, "b")]]
    assert classes([either, asks("has_any", ("b",))]) == [[(False, "a")], [(False, "b")]]
    assert classes([asks("has_any", ("A", "a"), True)]) == [[(False, "a")]]
    assert classes([asks("has_any", (True, 1))]) == [[(False, 1), (True, True)]]


@pytest.mark.parametrize(
    ("asked", "named", "only", "expected"),
    [
        ([], [], True, ["1.0.0"]),
        ([], [], False, ["1.0.0", "no version"]),
        ([], ["1.0.0", "1.0.0+build1"], True, ["1.0.0+build2"]),
        (["0.0.0-0"], [], True, ["0.0.0-0", "0.0.0.0-0.0"]),
        (["1.2"], ["1.2"], True, ["0.0.0-0", "1.2+build1", "1.2.0.1-0"]),
        (["1.2", "1.2.0.1-0"], [], True, ["0.0.0-0", "1.2", "1.2.0.1-0", "1.2.0.1-0.0"]),
        (["2", "1.2-a"], [], True, ["0.0.0-0", "1.2-a", "1.2.0.0-a.0", "2", "2.0.0.1-0"]),
    ],
)
def test_versions_have_one_of_every_piece_of_their_line(asked, named, only, expected):
    atoms = [asks("version_at_least", version) for version in asked]
    assert releases(atoms, named, only) == expected


@pytest.mark.parametrize(
    ("networks", "named", "only", "expected"),
    [
        ([], [], True, ["0.0.0.0", "::"]),
        ([], ["0.0.0.0", "::"], False, ["0.0.0.1", "::1", "no address"]),
        (["0.0.0.0/0"], [], True, ["0.0.0.0", "::"]),
        (["255.255.255.255/32"], [], True, ["0.0.0.0", "255.255.255.255", "::"]),
        (["0.0.0.0/32"], ["0.0.0.0"], True, ["0.0.0.1", "::"]),
        (["0.0.0.0/31"], ["0.0.0.0"], True, ["0.0.0.1", "0.0.0.2", "::"]),
        (
            ["10.0.0.0/31", "10.0.0.0/30"],
            [],
            True,
            ["0.0.0.0", "10.0.0.0", "10.0.0.2", "10.0.0.4", "::"],
        ),
        (["::/127"], [], True, ["0.0.0.0", "::", "::2"]),
        (["2001:db8::/32"], [], True, ["0.0.0.0", "::", "2001:db8::", "2001:db9::"]),
        (["::fffe:0:0/96"], [], True, ["0.0.0.0", "::", "::fffe:0:0", "::1:0:0:0"]),
    ],
)
def test_networks_cut_the_lines_of_both_families(networks, named, only, expected):
    atoms = [asks("in_network", (network,)) for network in networks]
    assert addresses(atoms, named, only) == expected


def test_case_matters_where_one_test_regards_it():
    loose, strict = asks("equals", "a", True), asks("equals", "a")
    assert not mixed([loose])
    assert mixed([loose, strict])
    assert mixed([])
    assert not mixed([loose, asks("is_empty")])
    assert not mixed([loose, asks("is_known")])
    assert mixed([loose, asks("in_network", ("10.0.0.0/8",))])
    assert mixed([loose, asks("version_at_least", "1")])
    assert mixed([loose, asks("matches", "a")])
    assert not mixed([loose, asks("at_least", 5)])


def test_texts_are_the_named_ones_and_one_of_all_others():
    said = [asks("equals", "Pro"), asks("is_empty")]
    found = list(texts(said, Domain("string")))
    assert [(sample.value, sample.alone) for sample in found] == [
        ("Pro", True),
        ("", True),
        ("other", False),
    ]
    folded = list(texts([asks("equals", "Pro", True)], Domain("string")))
    assert [(sample.value, sample.alone) for sample in folded] == [("pro", False), ("other", False)]


def test_looks_of_a_text_are_all_that_can_be_together():
    starts, ends = asks("starts_with", "a"), asks("ends_with", "b")
    seen = {(look.answers[starts], look.answers[ends]) for look in looks([starts, ends], [])}
    assert seen == {(a, b) for a in (True, False) for b in (True, False)}
    within = asks("starts_with", "ab")
    seen = {(look.answers[starts], look.answers[within]) for look in looks([starts, within], [])}
    assert seen == {(False, False), (True, False), (True, True)}


def test_the_usual_pieces_come_before_the_unknown_and_other_sorts():
    found = pieces((asks("at_least", 0),), Domain())
    assert [(piece.answers, piece.sample, piece.rank) for piece in found] == [
        ((False,), -1, USUAL),
        ((True,), 0, USUAL),
        ((None,), None, UNKNOWN),
    ]
    odd = pieces((asks("equals", "a"), asks("at_least", 0)), Domain())
    assert {piece.rank for piece in odd} == {USUAL, UNKNOWN}
    assert [p.rank for p in pieces((asks("has_any", ("a",)),), Domain("list"))][-1] == UNKNOWN
    assert ODD not in {piece.rank for piece in found}


def test_what_a_measure_may_be():
    counted = {"count", "distinct", "recency"}
    for name, domain in MEASURES.items():
        assert (domain.kind, domain.whole) == ("number", True)
        assert (domain.least == 0) is (name in counted)
        assert domain.most is None
