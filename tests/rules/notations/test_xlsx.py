"""A workbook survives what people do to it; what strangers do to archives is refused."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill

from rules.errors import InvalidError
from rules.matrix.document import parse
from rules.notations import xlsx
from tests.rules.notations.test_tables import MATRIX


def _edited(change, matrix=MATRIX):
    book = load_workbook(io.BytesIO(xlsx.write(matrix)))
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(*lines):
    book = Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(name, content, *, instead=None):
    """The workbook of the matrix with one more part, or another one in the place of a part."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx.write(MATRIX))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != instead:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def test_formats_change_nothing():
    def paint(sheet):
        for row in sheet.iter_rows():
            for cell in row:
                cell.font = Font(bold=True, color="FF0000")
                cell.fill = PatternFill("solid", fgColor="FFFF00")
                cell.number_format = "0.00"
        sheet.column_dimensions["C"].width = 50
        sheet.auto_filter.ref = sheet.dimensions

    assert xlsx.read(_edited(paint)) == MATRIX


def test_what_people_type_becomes_what_they_mean():
    head = ["id", "traits.age", "traits.ok", "variant", "rollout", "from", "zone", "enabled"]
    line = ["a", 3.0, True, "x", 12.5, datetime(2026, 1, 1, 8), "UTC", False]  # noqa: DTZ001 a wall
    (row,) = xlsx.read(_sheet(head, line)).rows
    assert [part.value for part in row.when.parts] == [3, True]
    assert (row.rollout, row.enabled, row.active.start) == (12.5, False, "2026-01-01T08:00")


def test_rows_may_be_moved_added_and_left_empty():
    def move(sheet):
        sheet.insert_rows(3)
        sheet.append(["row-3"])
        sheet.cell(sheet.max_row, 5, "new")

    read = xlsx.read(_edited(move))
    assert [row.id for row in read.rows] == ["row-1", "row-2", "row-3"]
    assert read.rows[2].variant == "new"


def test_no_cell_is_a_formula():
    nasty = {"id": "=1+1", "when": {"everyone": True}, "then": {"variant": "+x"}, "note": "@a"}
    matrix = parse({"rows": [nasty]})
    written = xlsx.write(matrix)
    cells = [cell for row in load_workbook(io.BytesIO(written)).active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if str(cell.value or "").startswith(tuple("=+-@"))]
    assert xlsx.read(written) == matrix


def test_a_formula_is_refused_with_its_place():
    with pytest.raises(InvalidError, match="row 2, column B: expected a value"):
        xlsx.read(_sheet(["id", "variant"], ["a", "=1+1"]))


def _parts(many):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(many):
            archive.writestr(f"{i}.xml", "<a/>")
    return out.getvalue()


LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
SHEET = "xl/worksheets/sheet1.xml"
HOSTILE = {
    "entities": lambda: _with("xl/x.xml", LAUGHS),
    "entities in utf-16": lambda: _with("xl/x.xml", LAUGHS.encode("utf-16")),
    "entities in the sheet": lambda: _with(SHEET, LAUGHS, instead=SHEET),
    "no part is xml by its name": lambda: _with("xl/worksheets/sheet1.dat", LAUGHS),
    "bomb": lambda: _with("xl/media/a.bin", b"\0" * 9_000_000),
    "many parts": lambda: _parts(300),
    "macro": lambda: _with("xl/vbaProject.bin", b"x"),
    "not a zip": lambda: b"PK\x03\x04" + b"\0" * 100,
    "cut": lambda: xlsx.write(MATRIX)[:-200],
    "a far cell": lambda: _edited(lambda sheet: sheet.cell(1, 16_000, "x")),
    "a low cell": lambda: _edited(lambda sheet: sheet.cell(1_000_000, 1, "x")),
    "no sheet": lambda: _with(SHEET, "<a/>", instead=SHEET),
    "nothing": lambda: b"",
    "long": lambda: b"\0" * 9_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_are_refused(name):
    document = HOSTILE[name]()
    with pytest.raises(InvalidError):
        xlsx.read(document)
