"""CSV and Excel say the whole matrix: what was written is read back, whatever is in it."""

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings

from rules.errors import InvalidError
from rules.matrix.document import Matrix, document, parse
from rules.notations import comma, xlsx
from tests.rules.notations.tables import matrices

LAX = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
RUNS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
MATRIX = parse(
    {
        "slot": "home.hero",
        "columns": [{"segments": True}, {"attribute": "context.country"}],
        "rows": [
            {
                "id": "row-1",
                "when": {
                    "all": [
                        {"segment": "vip"},
                        {"attribute": "context.country", "operator": "in", "value": ["AT", "DE"]},
                        {"attribute": "traits.age", "operator": "at_least", "value": 18},
                        {"event": "Order Completed", "within": "30d"},
                    ]
                },
                "then": {"variant": "winter-sale"},
                "note": "two\nlines",
            },
            {"id": "row-2", "when": {"everyone": True}, "then": {"variant": "=cmd()"}},
        ],
        "fallback": ["baseline"],
    }
)


def _csv(matrix):
    text = comma.write(matrix)
    assert document(comma.read(text)) == document(matrix)
    assert comma.read(text) == matrix
    assert not [
        cell for line in csv.reader(io.StringIO(text)) for cell in line if cell.startswith(RUNS)
    ]


@settings(max_examples=50, deadline=None, suppress_health_check=LAX)
@given(matrices)
@example(MATRIX)
def test_csv_is_read_back_and_no_cell_runs(matrix):
    _csv(matrix)


@pytest.mark.nightly
@settings(max_examples=10_000, deadline=None, suppress_health_check=LAX)
@given(matrices)
def test_csv_is_read_back_in_a_long_search(matrix):
    _csv(matrix)


@settings(max_examples=10, deadline=None, suppress_health_check=LAX)
@given(matrices)
@example(MATRIX)
def test_a_workbook_is_read_back(matrix):
    assert document(xlsx.read(xlsx.write(matrix))) == document(matrix)


@pytest.mark.nightly
@settings(max_examples=2_000, deadline=None, suppress_health_check=LAX)
@given(matrices)
def test_a_workbook_is_read_back_in_a_long_search(matrix):
    assert xlsx.read(xlsx.write(matrix)) == matrix


def test_people_can_read_the_table():
    _, head, first, second = csv.reader(io.StringIO(comma.write(MATRIX)))
    assert head[:5] == ["id", "segments", "context.country", "traits.age", "variant"]
    assert first[:5] == ["row-1", "vip", "AT | DE", ">= 18", "winter-sale"]
    assert second[:5] == ["row-2", "", "", "", "'=cmd()"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_every_encoding_separator_and_line_end_is_read(encoding, sign, end):
    out = io.StringIO()
    lines = csv.reader(io.StringIO(comma.write(MATRIX)))
    csv.writer(out, delimiter=sign, lineterminator=end).writerows(lines)
    assert comma.read(out.getvalue().encode(encoding)) == MATRIX
    assert comma.read(f"sep={sign}{end}{out.getvalue()}") == MATRIX


def test_columns_may_be_moved_and_empty_lines_and_columns_added():
    lines = list(csv.reader(io.StringIO(comma.write(MATRIX))))
    width = max(map(len, lines[1:]))
    moved = [[*(line + [""] * width)[:width][::-1], ""] for line in lines[1:]]
    out = io.StringIO()
    csv.writer(out).writerows([lines[0], [], moved[0], ["", ""], *moved[1:], []])
    read = comma.read(out.getvalue())
    assert [row.id for row in read.rows] == ["row-1", "row-2"]
    assert set(read.rows[0].when.parts) == set(MATRIX.rows[0].when.parts)


def test_a_plain_table_needs_no_title_and_no_ids():
    text = (
        "context.country;traits.age;id;variant;enabled\nDE;3 .. 5;;sale;TRUE\nnot AT;known;;x;no\n"
    )
    first, second = comma.read(text).rows
    assert (first.variant, first.enabled, second.enabled) == ("sale", True, False)
    assert len({first.id, second.id}) == 2
    assert comma.read(text) == comma.read(text)


@pytest.mark.parametrize(
    ("cell", "test"),
    [
        ("pro", {"operator": "equals", "value": "pro"}),
        ("not pro", {"operator": "not_equals", "value": "pro"}),
        ("3", {"operator": "equals", "value": 3}),
        ('"3"', {"operator": "equals", "value": "3"}),
        ("TRUE", {"operator": "equals", "value": True}),
        ('a | 2 | "c|d"', {"operator": "in", "value": ["a", 2, "c|d"]}),
        ("not a | b", {"operator": "not_in", "value": ["a", "b"]}),
        (">= -3", {"operator": "at_least", "value": -3}),
        ("<3", {"operator": "less_than", "value": 3}),
        ("1.5..2", {"operator": "between", "value": [1.5, 2]}),
        ("not 1 .. 2", {"operator": "not_between", "value": [1, 2]}),
        ("Known", {"operator": "is_known"}),
        ("unknown", {"operator": "is_unknown"}),
        ("contains red shoe", {"operator": "contains", "value": "red shoe"}),
        ("equals A ignoring case", {"operator": "equals", "value": "A", "ignore_case": True}),
        ("within_last 24h", {"operator": "within_last", "value": "24h"}),
        ("has_any a | b", {"operator": "has_any", "value": ["a", "b"]}),
        ('size {"at_least": 2}', {"operator": "size", "value": {"at_least": 2}}),
    ],
)
def test_a_cell_says_a_test(cell, test):
    out = io.StringIO()
    csv.writer(out).writerows([["id", "traits.x", "variant"], ["a", cell, "v"]])
    same = {
        "rows": [{"id": "a", "when": {"attribute": "traits.x", **test}, "then": {"variant": "v"}}]
    }
    assert comma.read(out.getvalue()) == parse(same)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,variant\na,x\na,y", "row 3, column id: expected an id no other row has"),
        ("id,variant,traits.x\na,x,>= b", "row 2, column traits.x: expected a finite number"),
        ('id,variant,traits.x\n\na,x,"3,5"', "row 3, column traits.x: expected a number with"),
        ("id,variant,traits.x\na,x,near 5", "row 2, column traits.x: expected an object"),
        ("id,variant,traits.x\na,x,[1]", "row 2, column traits.x: expected a value"),
        ("id,variant,time.x,traits.y\na,x,known,> true", "row 2, column traits.y: expected a"),
        ("id,variant,enabled\na,x,perhaps", "row 2, column enabled: expected yes or no"),
        ("id,variant,rollout\na,x,120", "row 2, column rollout: expected a number from 0 to 100"),
        ("id,variant,from,zone\na,x,soon,UTC", "row 2, column from: expected a wall time"),
        ("id,variant,from\na,x,2026-01-01", "row 2, column zone: expected"),
        ("id,variant,rest\na,x,{", "row 2, column rest: expected JSON"),
        ("id,variant,colour\na,x,red", "row 1, column 3: expected an attribute"),
        ("id,variant\na,x,red", "row 2, column 3: expected a heading above this cell"),
        ("id,id\na,b", "row 1, column 2: expected the heading id once"),
        ("variant\na", "row 1: expected the heading id"),
        ('id,variant\n"a,x', "row 2: expected CSV"),
        ("id,nothing.x,variant\na,1,x", "row 2, column nothing.x: expected a dotted path"),
        ("", "/: expected a line of headings"),
        ("matrix,[]\nid,variant", "row 1, column matrix: expected an object"),
        ('matrix,"{""hit_policy"": ""best""}"\nid,variant', "row 1, column matrix /hit_policy: "),
        (b"id,variant\na,\xff", "row 2: expected UTF-8"),
    ],
)
def test_an_error_names_row_and_column(text, message):
    with pytest.raises(InvalidError) as error:
        comma.read(text)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    "text",
    ["," * 4_000_000, "id\n" * 200_000, "id,variant,rest\na,x," + "[" * 100_000, "a" * 40_000_000],
    ids=["wide", "long", "deep", "huge"],
)
def test_hostile_files_are_refused(text):
    with pytest.raises(InvalidError):
        comma.read(text)


def test_a_matrix_without_rows_is_a_table_too():
    assert comma.read(comma.write(Matrix())) == xlsx.read(xlsx.write(Matrix())) == Matrix()
