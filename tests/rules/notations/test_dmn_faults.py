"""A DMN with faults tells all of them, each at its rule, its column and its line; and no other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import filing
from rules.errors import InvalidError
from rules.matrix.document import Matrix
from rules.notations.dmn import faults, load, read
from tests.rules.notations.models import definitions, escaped

AGE, PLAN = "traits.age", "traits.plan"
CELLS = {
    AGE: {"-": "", ">= 18": "", "[1..5]": "", ">= ": "value", "(1": "", "every x in y": "S-FEEL",
          "Old": "known name", "? > 5": "comparisons", "[9..1]": "", '< "a"': "numbers"},
    PLAN: {"-": "", '"pro"': "", 'not("a","b")': "", '"pro': "quote", "pro": "name"},
    "variant": {'"sale"': "", "1 + x": "", "sale": "name"},
}  # fmt: skip
tables = st.lists(st.tuples(*(st.sampled_from(sorted(cells)) for cells in CELLS.values())))


def written(rules: list[tuple[str, ...]], policy: str = "FIRST", ids: bool = True) -> str:
    """Return the table as XML, one entry a line: rule i begins in line 5 * i."""
    inputs = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>\n"
        for name in (AGE, PLAN)
    )
    rows = "".join(
        f"<rule{f' id={chr(34)}r{i}{chr(34)}' if ids else ''}>\n"
        + "".join(f"<inputEntry><text>{escaped(each)}</text></inputEntry>\n" for each in cells[:2])
        + f"<outputEntry><text>{escaped(cells[2])}</text></outputEntry>\n</rule>\n"
        for i, cells in enumerate(rules, 1)
    )
    inner = f'<decisionTable hitPolicy="{policy}">\n{inputs}<output name="variant"/>\n{rows}'
    return definitions(f'<decision name="D">{inner}</decisionTable></decision>')


def alone(column: str, text: str) -> bool:
    """Tell whether a cell is a fault in a table of one rule, as the strict reading says it."""
    cells = ["-", "-", '"sale"']
    cells[list(CELLS).index(column)] = text
    try:
        read(written([(cells[0], cells[1], cells[2])]))
    except InvalidError:
        return False
    return True


GOOD = {(column, text): alone(column, text) for column, cells in CELLS.items() for text in cells}


def told_exactly(rules: list[tuple[str, ...]]) -> None:
    found = {
        (each.place.rule, each.place.id, each.place.column, each.place.line, each.place.said)
        for each in faults(written(rules))
    }
    assert found == {
        (i, f"r{i}", column, 5 * i + 1 + j, text.strip())
        for i, cells in enumerate(rules, 1)
        for j, (column, text) in enumerate(zip(CELLS, cells, strict=True))
        if not GOOD[column, text]
    }
    if not found:
        assert len(read(written(rules)).rows) == len(rules)
        return
    with pytest.raises(InvalidError) as first:
        read(written(rules))
    told = [each.error for each in faults(written(rules))]
    same = [each for each in told if each.message == first.value.message]
    assert any(first.value.at.endswith(each.at) for each in same)


@given(tables)
@settings(max_examples=100, deadline=None)
def test_every_wrong_cell_is_told_with_rule_column_and_line_and_no_other(rules):
    told_exactly(rules)


@pytest.mark.nightly
@given(tables)
@settings(max_examples=5_000, deadline=None)
def test_every_wrong_cell_is_told_in_a_long_search(rules):
    told_exactly(rules)


def test_what_is_expected_of_a_cell_is_said():
    for column, cells in CELLS.items():
        for text, named in cells.items():
            line = [text if each == column else "-" for each in (AGE, PLAN)]
            said = text if column == "variant" else '"sale"'
            for each in faults(written([(line[0], line[1], said)])):
                assert named in str(each.error)


def test_a_fault_of_the_table_hides_none_of_its_rules():
    xml = written([(">= ", "-", '"sale"')], policy="BEST")
    xml = xml.replace(f"<text>{PLAN}</text>", "<text>1 +</text>")
    assert [(f.place.rule, f.place.column) for f in faults(xml)] == [
        (0, "hitPolicy"), (0, "1 +"), (1, AGE),
    ]  # fmt: skip


def test_rules_with_too_few_entries_and_with_the_same_id_are_told():
    xml = written([("1", "-", '"a"'), ("2", "-", '"b"'), ("3", "-", '"c"')])
    xml = xml.replace('id="r2"', 'id="r1"').replace("<inputEntry><text>3</text></inputEntry>\n", "")
    told = [(f.place.rule, f.error.code) for f in faults(xml)]
    assert told == [(2, "duplicate"), (3, "length")]


def test_an_input_that_is_no_attribute_is_told_once_and_names_make_it_one():
    xml = written([("1", "-", '"a"'), ("2", "-", '"b"')]).replace(AGE, "Age")
    assert [(f.place.rule, f.place.column) for f in faults(xml)] == [(1, "Age")]
    assert faults(xml, names={"Age": AGE}) == ()


def test_what_is_beyond_is_a_fault_of_the_decision_that_is_asked_for_only():
    bad = '<decision name="bad"><literalExpression><text>for x in y return x</text>'
    both = written([("1", "-", '"a"'), ("every x in y", "-", '"b"')]).replace(
        "</definitions>", f"{bad}</literalExpression></decision></definitions>"
    )
    assert [f.place.decision for f in faults(both, "D")] == ["D"]
    assert [f.place.decision for f in faults(both, "bad")] == ["bad"]
    assert load(both.replace("every x in y", "2")).decide({"traits": {"age": 2}}, "D") == "b"


def test_the_faults_are_bounded_and_those_of_a_whole_document_are_told_too():
    assert len(faults(written([(">= ", "-", '"a"')] * 700))) == 500
    assert [f.error.code for f in faults("<definitions>")] == ["syntax"]
    assert [f.error.code for f in faults(definitions(""))] == ["missing"]


def test_a_file_gives_each_fault_its_line_rule_and_column():
    taken = filing.taken(
        written([("1", "-", '"a"'), (">= ", "pro", '"b"')]).encode(), "a.dmn", Matrix()
    )
    assert taken.matrix is None
    assert [(f.row, f.id, f.column, f.line, f.said) for f in taken.faults] == [
        (2, "r2", AGE, 11, ">="), (2, "r2", PLAN, 12, "pro"),
    ]  # fmt: skip
    broken = filing.taken(b"<definitions>\n<oops", "a.dmn", Matrix()).faults
    assert [f.line for f in broken] == [2]
