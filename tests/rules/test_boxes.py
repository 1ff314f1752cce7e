"""The parts of the checker one by one: boxes, where they meet, and what is said of them."""

from __future__ import annotations

import pytest

from rules.conditions import All, Any, EventTest, Everyone, Member, Not, Test
from rules.matrix.check import manifold, overlap, pairs, spots
from rules.matrix.check.atoms import MEASURE, Subject
from rules.matrix.check.findings import Finding, Report, document
from rules.matrix.check.nested import MOST_ASKED, count_alike, nests
from rules.matrix.check.regions import Effort, TooManyError, region
from rules.matrix.check.rows import Placed
from rules.matrix.check.search import Budget, Obstacle
from rules.matrix.check.space import Space
from rules.parser import parse
from rules.scopes import Scope


def asks(operator, value=None, ignore_case=False):
    return Test("traits.x", operator, value, ignore_case)


def test_a_finding_says_how_much_it_weighs():
    sure = Finding("conflict", "Never.", ("a",), ("b",))
    doubted = Finding("conflict", "Perhaps never.", doubt=True)
    report = Report((sure, doubted, Finding("gap", "Nobody.")))
    assert report.steps == 0
    assert report.errors == (sure,)
    assert report.of("conflict") == (sure, doubted)
    assert [finding.severity for finding in report.findings] == ["error", "warning", "note"]
    assert document(sure) == {
        "code": "conflict",
        "severity": "error",
        "sentence": "Never.",
        "rows": ["a"],
        "others": ["b"],
        "column": "",
        "doubt": False,
        "witness": None,
    }


def test_boxes_meet_where_their_masks_do():
    assert overlap.common({}, {}) == {}
    assert overlap.common({}, {0: 1}) == {0: 1}
    assert overlap.common({0: 1}, {}) == {0: 1}
    assert overlap.common({0: 1}, {0: 2}) is None
    assert overlap.common({0: 1}, {1: 2}) == {0: 1, 1: 2}
    assert overlap.beyond({0: 1}, [{0: 2}], [3], 9) == [{0: 1}]
    assert overlap.beyond({0: 1}, [{0: 1}], [3], 9) == []
    assert overlap.beyond({0: 3, 1: 3}, [{0: 1, 1: 1}], [3, 3], 1) is None
    assert overlap.beyond({0: 3, 1: 3}, [{0: 1, 1: 1}], [3, 3], 2) == [{0: 2, 1: 3}, {0: 1, 1: 2}]


def placed(masks):
    def leaf(member, truth):
        column, mask = masks[member.segment]
        return column, mask if truth else 0b11 & ~mask

    return leaf


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Everyone(), [{}]),
        (Not(Everyone()), []),
        (Any((Member("a"), Member("b"))), [{0: 1}, {1: 1}]),
        (Not(All((Member("a"), Member("b")))), [{0: 2}, {1: 2}]),
        (All((Member("a"), Member("b"))), [{0: 1, 1: 1}]),
        (Not(Any((Member("a"), Member("b")))), [{0: 2, 1: 2}]),
        (Any((Member("a"), Not(Member("a")))), [{0: 3}]),
        (All((Member("a"), Not(Member("a")))), []),
        (Any((Member("a"), All((Member("a"), Member("b"))))), [{0: 1}]),
        (Any((All((Member("a"), Member("b"))), Member("b"))), [{1: 1}]),
        (
            Any((All((Member("a"), Member("b"))), All((Not(Member("a")), Member("b"))))),
            [{0: 3, 1: 1}],
        ),
        (
            Any((All((Member("a"), Member("b"))), All((Not(Member("a")), Not(Member("b")))))),
            [{0: 1, 1: 1}, {0: 2, 1: 2}],
        ),
    ],
)
def test_a_condition_is_true_in_boxes_of_which_none_lies_in_another(condition, expected):
    masks = {"a": (0, 1), "b": (1, 1)}
    assert region(condition, True, placed(masks), Effort(9, 999, Budget(9_999))) == expected


def test_too_many_boxes_are_refused_and_as_many_as_allowed_are_not():
    members = tuple(Member(name) for name in "abcde")
    masks = {name: (place, 1) for place, name in enumerate("abcde")}
    boxes = [{place: 1} for place in range(5)]
    leaf = placed(masks)
    assert region(Any(members), True, leaf, Effort(5, 999, Budget(9_999))) == boxes
    with pytest.raises(TooManyError):
        region(Any(members), True, leaf, Effort(4, 999, Budget(9_999)))
    assert region(Any(members), True, leaf, Effort(9, 15, Budget(9_999))) == boxes
    with pytest.raises(TooManyError):
        region(Any(members), True, leaf, Effort(9, 14, Budget(9_999)))


def days(*spans, event="A"):
    said = {"event": event, "operator": "at_least", "value": 2}
    tests = [parse({**said, "within": span}, scope=Scope.SEGMENT) for span in spans]
    assert all(isinstance(test, EventTest) for test in tests)
    return {Subject(MEASURE, test.measure): [Test("", "at_least", 2)] for test in tests}


def test_counts_over_nested_spans_are_asked_at_each_others_numbers():
    atoms = days("7d", "1d")
    week, day = atoms
    assert list(nests(atoms)) == [[day, week]]
    atoms[day] = [Test("", "at_least", 5)]
    assert count_alike(atoms) == set()
    asked = [[atom.value for atom in atoms[subject]] for subject in (week, day)]
    assert asked == [[2, 3, 5, 6], [5, 2, 3, 6]]


def test_counts_times_numbers_are_compared_up_to_a_bound():
    atoms = days("7d", "1d")
    half = MOST_ASKED // 2
    week, day = atoms
    atoms[week] = [Test("", "at_least", n) for n in range(half - 1)]
    atoms[day] = [Test("", "at_least", 0)]
    assert count_alike(atoms) == set()
    atoms[week] = [Test("", "at_least", n) for n in range(half)]
    assert count_alike(atoms) == {week, day}


def test_too_many_numbers_of_one_event_leave_those_of_another_compared():
    many, few = days("7d", "1d"), days("7d", "1d", event="B")
    many[next(iter(many))] = [Test("", "at_least", n) for n in range(MOST_ASKED // 2)]
    atoms = many | few
    assert count_alike(atoms) == set(many)
    assert [[atom.value for atom in atoms[subject]] for subject in few] == [[2, 3], [2, 3]]


def test_as_many_tests_as_there_are_looks_for_fit():
    atoms = [asks("at_least", n) for n in range(40)]
    needed = manifold.answers(atoms)
    assert manifold.fitting(atoms, needed) == atoms
    assert len(manifold.fitting(atoms, needed - 1)) < 40


def test_a_spot_holds_where_its_value_still_has_a_piece():
    old = Space([asks("at_least", 18)], None)
    column = old.columns[0]
    spot = spots.spot(old, old.point({0: column.true[0]}))
    assert spots.still(old, spot, [])
    wider = Space([asks("at_least", 18), asks("at_least", 65)], None)
    assert spots.still(wider, spot, [])
    beyond = Space([asks("at_least", 20)], None)
    assert not spots.still(beyond, spot, [])
    assert spots.still(Space([], None), spot, [])
    over = Obstacle(((0, wider.columns[0].true[0]),), None)
    assert not spots.still(wider, spot, [over])
    assert spots.still(wider, spot, [Obstacle(((0, wider.columns[0].true[1]),), None)])


def test_somebody_likely_is_found_before_somebody_unknown():
    space = Space([asks("at_least", 18)], None)
    column = space.columns[0]
    assert pairs.seek(space, [{}], (), Budget(999)) == [column.usual]
    only = Obstacle(((0, column.usual),), None)
    assert pairs.seek(space, [{}], [only], Budget(999)) == [column.likely & ~column.usual]
    rest = Obstacle(((0, column.full),), None)
    assert pairs.seek(space, [{}], [rest], Budget(999)) is None


def test_two_rows_hold_together_or_never():
    space = Space([Member("a"), Member("b")], None)
    one = Placed(0, None, ({0: 1},))
    other = Placed(1, None, ({0: 2},))
    assert pairs.common(space, one, other, Budget(99)) is None
    assert pairs.common(space, one, one, Budget(99)) == [1, space.columns[1].usual]
    assert not pairs.same(space, one, other, Budget(99))
    halves = ({0: 1, 1: 0b001}, {0: 1, 1: 0b110})
    sides = (Obstacle(((0, 1), (1, 0b001)), 2), Obstacle(((0, 1), (1, 0b110)), 2))
    whole = Placed(0, None, ({0: 1},), (Obstacle(((0, 1),), 0),))
    assert pairs.same(space, whole, Placed(2, None, halves, sides), Budget(99))
    assert not pairs.same(space, whole, Placed(2, None, halves[:1], sides[:1]), Budget(99))
    assert not pairs.same(space, Placed(2, None, halves[:1], sides[:1]), whole, Budget(99))
