"""A matrix as text: whole documents go through it unchanged, and one change is one line."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.matrix.document import document, parse
from rules.notations.text import read_matrix, write_matrix
from tests.rules import made, whole

TEXT = """\
hit policy "first"
slot "home.hero"
column segments
column context.location.country label "Country"
column (viewed a product at least 3 times within 24 hours) label "viewed 3 in a day"

row "buyers"
  when in segment "high-value"
  then variant "loyal"
  rollout 50
  priority 2
  active from "2026-12-01T08:00" until null zone "Europe/Berlin"
  enabled false
  note "two\\nlines"

row "long"
  when viewed a product at least 3 times within 24 hours
    and not placed an order within 24 hours
    and (
      context.location.country is one of "AT", "CH", "DE", "LI"
      or traits.language starts with "de" ignoring case
    )
  then variant "winter"

fallback "season", "baseline"
"""


def same(matrix):
    text = write_matrix(matrix)
    again = read_matrix(text)
    assert again == matrix, text
    assert document(again) == document(matrix)
    assert write_matrix(again) == text


def test_a_matrix_is_text_that_people_can_read():
    assert write_matrix(read_matrix(TEXT)) == TEXT
    row = read_matrix(TEXT).rows[0]
    assert (row.id, row.rollout, row.priority, row.enabled) == ("buyers", 50, 2, False)
    assert row.note == "two\nlines"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made.matrices)
def test_every_matrix_is_read_back_as_it_was(said):
    same(parse(said))


texts = st.one_of(whole.words, st.just(""))
values = st.dictionaries(
    whole.words,
    st.one_of(whole.singles, st.none(), st.lists(whole.singles, max_size=3)),
    min_size=1,
    max_size=3,
)
thens = st.one_of(
    whole.words.map(lambda name: {"variant": name}),
    values.map(lambda values: {"values": values}),
    st.builds(lambda name, values: {"variant": name, "values": values}, whole.words, values),
    whole.words.map(lambda name: {"experiment": name}),
)


@st.composite
def documents(draw):
    rows = [
        {
            "id": f"{i}{draw(whole.words)}",
            "when": draw(whole.conditions),
            "then": draw(thens),
            "note": draw(texts),
            "group": draw(texts),
            "rollout": draw(st.sampled_from([100, 12.5, 0])),
        }
        for i in range(draw(st.integers(0, 3)))
    ]
    columns = st.one_of(
        st.just({"segments": True}),
        whole.paths.map(lambda path: {"attribute": path}),
        whole.conditions.map(lambda part: {"condition": part}),
    )
    labelled = st.builds(lambda column, label: {**column, "label": label}, columns, texts)
    return {
        "hit_policy": draw(st.sampled_from(["first", "collect", "rule_order", "output_order"])),
        "slot": draw(texts),
        "columns": draw(st.lists(labelled, max_size=2)),
        "rows": rows,
        "fallback": draw(st.lists(whole.words, max_size=3)),
    }


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_every_document_of_the_whole_language_is_read_back_as_it_was(said):
    kept = [row for row in said["rows"] if whole.parsed(row["when"])]
    columns = [
        column
        for column in said["columns"]
        if "condition" not in column or whole.parsed(column["condition"])
    ]
    try:
        matrix = parse({**said, "rows": kept, "columns": columns})
    except InvalidError:
        return
    same(matrix)


def test_declared_outputs_and_aggregates_are_kept():
    said = {
        "hit_policy": "collect",
        "aggregate": "sum",
        "outputs": [{"name": "discount", "values": [10, 5], "default": 5}],
        "rows": [{"id": "a", "when": {"everyone": True}, "then": {"values": {"discount": 10}}}],
    }
    same(parse(said))
    same(parse({"hit_policy": "collect", "limit": 7, "rows": [], "fallback": ["a"]}))
    same(parse({"rows": []}))


def test_one_change_is_one_line():
    matrix = read_matrix(TEXT)
    before = write_matrix(matrix).splitlines()
    after = write_matrix(read_matrix(TEXT.replace('"LI"', '"LI", "LU"'))).splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert len(changed) == 2


ROW = 'row "a" when everyone then variant "x"'
WRONG = [
    ("", 1, 1, "expected hit policy, row"),
    ("colour 3", 1, 1, "expected row, column, hit policy"),
    ("row winter", 1, 5, "the id of the row in quotes"),
    ('row "a"\n  when everyone', 1, 1, "expected the key then"),
    ('row "a"\n  when traits.x is\n  then variant "a"', 3, 3, "expected a value"),
    ('row "a"\n  when everyone\n  then variant 3', 3, 16, "expected a string"),
    ('row "a"\n  when everyone then variant "x" note "a" note "b"', 2, 43, "note once"),
    (f"{ROW}\n{ROW}", 2, 5, "no other row has"),
    ('row "a" when session.x is known or properties.y is known then variant "a"',
     1, 36, "cannot be asked"),
    ('hit policy "best"', 1, 12, "expected one of first"),
    ('row "a" when everyone then variant "x" colour 3', 1, 40, "expected when, then"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "column", "meant"), WRONG, ids=[w[0][-30:] for w in WRONG]
)
def test_an_error_says_where_and_what_was_expected(text, line, column, meant):
    with pytest.raises(InvalidError) as caught:
        read_matrix(text)
    assert (caught.value.line, caught.value.column) == (line, column), caught.value
    assert meant in caught.value.message


def test_a_thousand_rows_are_read_back():
    row = {"when": {"segment": "vip"}, "then": {"variant": "a"}}
    same(parse({"rows": [{"id": f"row-{i}", **row} for i in range(1_000)]}))


@pytest.mark.parametrize(
    "text",
    [
        'row "a" when ' + "(" * 400_000,
        "row " * 100_000,
        "\n" * 16_000_001,
        'row "a" when everyone ' * 99,
    ],
    ids=["deep", "words", "long", "twice"],
)
def test_what_is_hostile_is_refused(text):
    with pytest.raises(InvalidError):
        read_matrix(text)
