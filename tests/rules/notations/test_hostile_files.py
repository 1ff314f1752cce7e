"""Files that are long to read are refused by how much is in them, before it is read."""

import io
import zipfile

import pytest

from rules.dmn import reading as models
from rules.errors import InvalidError
from rules.feel import grammar
from rules.grid import archive, reading
from rules.inference import document
from rules.notations import comma, dmn, growthbook, xlsx
from rules.notations.text import read_matrix
from tests.rules.notations.models import definitions


def rules(count, cell):
    return definitions(
        '<decision name="D"><decisionTable><input><inputExpression><text>X</text>'
        "</inputExpression></input><output/>"
        + "".join(
            f"<rule><inputEntry><text>{cell(i)}</text></inputEntry>"
            '<outputEntry><text>"a"</text></outputEntry></rule>'
            for i in range(count)
        )
        + "</decisionTable></decision>"
    )


def patterns(count):
    return {"$or": [{"a": {"$regex": f"x{i}" + "(a|b)?" * 60}} for i in range(count)]}


def concluding(count):
    names = [f"derived.a{i}" for i in range(16 * count)]
    return {
        "rules": [
            {"id": str(i), "when": {"everyone": True},
             "conclude": dict.fromkeys(names[16 * i : 16 * i + 16], 1)}
            for i in range(count)
        ]
    }  # fmt: skip


def literal(text, more=""):
    return definitions(
        f'{more}<decision name="D"><literalExpression><text>{text}</text></literalExpression>'
        "</decision>"
    )


def clauses(kind, count, inner):
    return definitions(
        '<decision name="D"><decisionTable hitPolicy="PRIORITY">'
        + "".join(f'<{kind} name="o{i}">{inner(i)}</{kind}>' for i in range(count))
        + "<output/></decisionTable></decision>"
    )


def listed(name):
    return lambda i: f"<{name}><text>{','.join(f'{i}.{k}' for k in range(500))}</text></{name}>"


ALIKE = "".join(f'<inputData name="a b{i} c"/>' for i in range(500))
SHEET = "<worksheet><sheetData>{}</sheetData></worksheet>"


def book(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def sheet(content):
    return book({"xl/worksheets/sheet1.xml": SHEET.format(content)})


def grid(rows, cells):
    return [["id", "variant", *("" for _ in range(cells))]] * rows


FILES = {
    "elements of DMN": (lambda: dmn.load(rules(8_000, str)), "too_large"),
    "words of DMN": (lambda: dmn.load(rules(300, lambda i: f"{i}" + "+1" * 100)), "too_costly"),
    "attributes of DMN": (
        lambda: dmn.load("<definitions " + " ".join(f'a{i}=""' for i in range(40_000)) + "/>"),
        "too_large",
    ),
    "a name of DMN": (
        lambda: dmn.load(literal("1").replace('"D"', f'"{"D" * 9_000}"')),
        "too_large",
    ),
    "characters of DMN": (
        lambda: dmn.load(rules(300, lambda i: " " * 8_000 + str(i))),
        "too_costly",
    ),
    "values of outputs": (
        lambda: dmn.load(clauses("output", 90, listed("outputValues"))),
        "too_costly",
    ),
    "values of inputs": (
        lambda: dmn.load(clauses("input", 90, listed("inputValues"))),
        "too_costly",
    ),
    "columns of DMN": (lambda: dmn.load(clauses("input", 900, lambda _: "")), "length"),
    "names that begin alike": (lambda: dmn.load(literal("a " * 3_000, ALIKE)), "too_costly"),
    "commas of CSV": (lambda: comma.read("a" + "," * 2_000_000), "too_large"),
    "line ends of CSV": (lambda: comma.read(('"' + "\n" * 1_000 + '",') * 244), "too_large"),
    "a text of CSV": (lambda: comma.read("id,variant\na," + "x" * 9_000_000), "syntax"),
    "bytes of CSV": (lambda: comma.read(b"x" * 17_000_000), "too_large"),
    "lines of CSV": (lambda: comma.read("id,variant\n" + "a,b\n" * 20_000), "too_large"),
    "filled cells": (lambda: reading.matrix([["id", "variant", *"x" * 900]] * 300), "too_large"),
    "cells below headings": (
        lambda: comma.read(
            "id,variant,"
            + ",".join(f"traits.a{i}" for i in range(900))
            + "\n"
            + "".join(f"r{i},v{',1' * 900}\n" for i in range(300))
        ),
        "too_large",
    ),
    "empty cells": (lambda: reading.matrix(grid(2_000, 900)), "too_large"),
    "no variant": (lambda: reading.matrix([["id", "traits.a"], ["a", "1"]] * 2_000), "missing"),
    "tags of a workbook": (lambda: xlsx.read(sheet("<c/>" * 900_000)), "too_large"),
    "sheets of a workbook": (
        lambda: xlsx.read(book({"xl/workbook.xml": "<a>" + "<sheet/>" * 3_000 + "</a>"})),
        "too_large",
    ),
    "styles of a workbook": (
        lambda: xlsx.read(book({"xl/styles.xml": "<a>" + "<xf/>" * 30_000 + "</a>"})),
        "too_large",
    ),
    "a tag of a workbook": (
        lambda: xlsx.read(sheet("<row " + " ".join(f'a{i}=""' for i in range(9_000)) + "/>")),
        "too_large",
    ),
    "a comment of a workbook": (lambda: xlsx.read(sheet(f"<!--{'x' * 50_000}-->")), "too_large"),
    "parts of a workbook": (lambda: xlsx.read(book({f"{i}": "" for i in range(500)})), "too_large"),
    "a long word": (lambda: read_matrix("x" * 200_000), "too_large"),
    "a long text": (lambda: read_matrix(f'hit policy "{"x" * 200_000}"'), "too_large"),
    "rows of text": (lambda: read_matrix('\nrow "a"' * 10_001), "too_large"),
    "patterns to read": (lambda: growthbook.read(patterns(600)), "too_costly"),
    "patterns to answer": (lambda: growthbook.evaluate(patterns(600), {"a": "q"}), "too_costly"),
    "derived attributes": (lambda: document.parse(concluding(200)), "too_large"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_long_file_is_refused(name):
    work, code = FILES[name]
    with pytest.raises(InvalidError) as caught:
        work()
    assert caught.value.code == code


def test_what_is_not_read_any_more_may_be_wrong():
    broken = concluding(200)
    broken["rules"][20] = {"never": "read"}
    with pytest.raises(InvalidError) as caught:
        document.parse(broken)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_over_many_blocks_are_read_whole(end):
    cell = f"{end}xx" * 1_000
    lines = ["id,variant,note", *(f'r{i},v,"{cell}"' for i in range(90))]
    found = comma.read(end.join(lines))
    assert [row.id for row in found.rows] == [f"r{i}" for i in range(90)]
    assert {row.note.count("x") for row in found.rows} == {2_000}


def test_the_words_of_a_model_are_counted_before_one_is_read(monkeypatch):
    monkeypatch.setattr(grammar, "tokens", lambda *_: pytest.fail("an expression was read"))
    for costly in ("words of DMN", "characters of DMN", "values of outputs", "values of inputs"):
        with pytest.raises(InvalidError):
            FILES[costly][0]()


def test_a_cell_that_is_repeated_counts_once():
    assert models.model(rules(3_000, lambda i: ",".join(map(str, range(i % 2, 90))))) is not None


def test_a_picture_in_a_workbook_is_not_unpacked(monkeypatch):
    picture = "a" * 40 + "\0" * 400_000
    parts = {"xl/media/a.png": picture, "xl/worksheets/sheet1.xml": "<worksheet/>"}
    read = []
    whole = zipfile.ZipFile.read
    monkeypatch.setattr(
        zipfile.ZipFile, "read", lambda self, part: read.append(part) or whole(self, part)
    )
    archive.measured(book(parts), 100)
    assert [part.filename for part in read] == ["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_declaration_is_found_in_every_part_and_encoding(encoding):
    hidden = "\n" * 5_000 + "<!DOCTYPE a><a/>"
    with pytest.raises(InvalidError):
        archive.measured(book({"a.png": hidden.encode(encoding)}), 100)


def test_an_error_in_a_row_is_found_before_the_rows_below_it_are_read():
    lines = iter([["id", "variant"], ["a", "b", "c"], None])
    with pytest.raises(InvalidError) as caught:
        reading.matrix(lines)
    assert caught.value.at == "row 2, column 3"


def test_signs_bind_as_the_grammar_says():
    found = grammar.expression(
        "1 + 2 * 3 ** 2 - 4 < 5 and x in (1, 2) or y between 1 and 2 + 1", ""
    )
    assert found.sign == "or"
    assert found.left.sign == "and"
    assert found.left.left.left.left.right.right.sign == "**"
    assert found.right.tests[0].high.sign == "+"
    for wrong in ("x in (1, 2) + 3", "1 < 2 * ", "1 and"):
        with pytest.raises(InvalidError):
            grammar.expression(wrong, "")
