"""What people's programs save: read as it was meant, or refused with its cell and in words."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from personalization.api.desk import files
from tests.admin.filed import looked

pytestmark = pytest.mark.django_db


def book(*lines: list[Any]) -> Workbook:
    made = Workbook()
    for line in lines:
        made.active.append(line)
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(600), "save it as .xlsx"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (b"PK\x03\x04broken", "expected an Excel workbook"),
        (b"id,variant\n\x00\x01,x", "some other file"),
        (b"<!DOCTYPE d [<!ENTITY a 'b'>]><definitions/>", "document type"),
        (b"<html></html>", "definitions"),
        (b"nothing here", "expected an attribute"),
        (b'id,variant\n"open,x', "CSV"),
        (b"id,variant\na," + b"x" * 40_000, "characters"),
    ],
)
def test_what_is_no_matrix_is_refused_in_words(editor, matrix, body, expected):
    answer = looked(editor, matrix, body)
    assert answer.status_code == 422
    [fault, *_] = answer.context["look"].faults
    assert expected in fault.message
    assert matrix.revisions.count() == 2


def test_a_bomb_and_a_crowd_are_refused_before_they_are_unpacked(editor, matrix):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 31_000_000)
    answer = looked(editor, matrix, out.getvalue(), "a.xlsx")
    assert "zip bomb" in answer.context["look"].faults[0].message
    large = looked(editor, matrix, b"id,variant\n" + b"," * 17_000_000)
    assert (large.status_code, "16 MB" in large.context["refused"]) == (413, True)


@pytest.mark.parametrize(
    "body",
    [
        "id;variant;segments\r\none;sale;vip\r\n",
        "\ufeffid\tvariant\tsegments\none\tsale\tvip\n",
        'sep=;\nid;variant;segments\none;"sale";vip\n',
        "id,variant,segments,,,\none,sale,vip,,,\n,,,,,\n,,,,,\n",
        '\n\nid,variant,segments,note\none,sale,vip,""\n',
    ],
)
def test_what_spreadsheets_save_is_read(editor, matrix, body):
    look = looked(editor, matrix, body).context["look"]
    assert look.faults == ()
    assert [row["then"] for row in look.document["rows"]] == [{"variant": "sale"}]
    assert look.document["fallback"] == ["baseline"]


def test_letters_of_windows_and_quoted_lines_survive_with_a_note(editor, matrix):
    body = 'id;variant;note\r\none;sale;"Grüße\r\nzwei"\r\n'.encode("cp1252")
    look = looked(editor, matrix, body).context["look"]
    assert look.document["rows"][0]["note"] == "Grüße\r\nzwei"
    assert "Windows-1252" in " ".join(look.taken.notes)


def test_what_excel_makes_of_cells_is_read_as_it_was_meant(editor, matrix):
    made = book(
        ["id", "variant", "traits.plan", "traits.age", "traits.pro", "rollout", "from", "zone"],
        ["a", "sale", "pro", 18.0, True, 0.25, datetime(2026, 12, 24, 9), "Europe/Berlin"],  # noqa: DTZ001 -- a wall time
        ["b", "sale", "pro", 1.5e17, None, 40, None, None],
    )
    made.active["F2"].number_format = "0%"
    hidden = made.create_sheet("Old", 0)
    hidden.sheet_state = "hidden"
    look = looked(editor, matrix, saved(made), "a.xlsx").context["look"]
    assert look.faults == ()
    one, two = look.document["rows"]
    assert [part["value"] for part in one["when"]["all"]] == ["pro", 18, True]
    assert (one["rollout"], one["active"]["from"]) == (25, "2026-12-24T09:00")
    assert [part["value"] for part in two["when"]["all"]] == ["pro", 150_000_000_000_000_000]
    assert "Old" in " ".join(look.taken.notes)


def test_formulas_and_merged_cells_are_faults_beside_the_others(editor, matrix):
    made = book(["id", "variant", "segments"], ["a", "sale", "=A1"], ["b", "sale", "vip"])
    made.active["B3"] = "=1+1"
    made.active.merge_cells("C3:C4")
    made.active.append(["c", None, "vip"])
    answer = looked(editor, matrix, saved(made), "a.xlsx")
    found = [(fault.cell, fault.code) for fault in answer.context["look"].faults]
    assert found == [("C2", "formula"), ("B3", "formula"), ("C3", "merged"), ("B4", "missing")]


def test_the_command_writes_looks_and_applies(mine, matrix, tmp_path, capsys):
    file, named = tmp_path / "plan.csv", ["--site", mine.site.slug, "--slot", "home.hero"]
    call_command("matrix", "export", str(file), *named)
    call_command("matrix", "look", str(file), *named)
    assert "nothing changes" in capsys.readouterr().out
    file.write_text("id,variant,segments\none,sale,vip\ntwo,nonsense,\n")
    with pytest.raises(CommandError, match="B3: expected a variant"):
        call_command("matrix", "apply", str(file), *named)
    file.write_text("id,variant,segments\none,sale,vip\n")
    call_command("matrix", "apply", str(file), *named)
    assert [one.document["rows"][0]["then"] for one in matrix.revisions.all()[:1]] == [
        {"variant": "sale"}
    ]


def test_a_look_too_large_for_a_form_says_how_else_it_is_applied(editor, matrix, monkeypatch):
    monkeypatch.setattr(files, "MOST_TOLD", 100)
    answer = looked(editor, matrix, "id,variant,segments\none,sale,vip\n")
    assert (answer.status_code, answer.context["told"]) == (200, "")
    assert b"manage.py matrix apply" in answer.content
