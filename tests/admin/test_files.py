"""A matrix as a file: what was downloaded changes nothing, faults have cells, nobody loses work."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from personalization.decisions import drafts
from personalization.sites.models import AuditEntry, Role
from rules.filing import tables
from tests import estate
from tests.admin.filed import applied, downloaded, looked, spots
from tests.estate import signed_in

pytestmark = pytest.mark.django_db
NOTATIONS = sorted(tables())


@pytest.mark.parametrize("notation", NOTATIONS)
def test_what_was_downloaded_and_uploaded_again_changes_nothing(editor, matrix, notation):
    answer = downloaded(editor, matrix, notation)
    assert answer.status_code == 200
    name = answer.headers["Content-Disposition"].partition('"')[2].rstrip('"')
    before = matrix.revisions.count()
    shown = looked(editor, matrix, answer.content, name)
    assert shown.status_code == 200
    assert shown.context["look"].same
    assert b"Nothing changes" in shown.content
    assert b"Apply to the draft" not in shown.content
    done = applied(editor, matrix, shown.context["told"])
    assert done.status_code == 302
    assert matrix.revisions.count() == before


@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_revision_can_be_downloaded(editor, matrix, notation):
    bodies = {downloaded(editor, matrix, notation, n).content for n in (1, 2)}
    assert len(bodies) == 2
    assert downloaded(editor, matrix, notation, 99).status_code == 404
    assert downloaded(editor, matrix, "text").status_code == 404


def test_a_changed_file_is_shown_cell_by_cell_and_becomes_one_draft(editor, matrix):
    text = downloaded(editor, matrix, "csv").content.decode("utf-8-sig")
    text = text.replace("baseline,100", "sale,50") + "two,vip,baseline,100,0,,,,yes,=1+1\r\n"
    shown = looked(editor, matrix, text, "home.hero-r2 (1).csv")
    [changed, added] = shown.context["lines"]
    cells = dict(zip(shown.context["headings"], changed["cells"], strict=True))
    assert (cells["variant"]["cell"].was, cells["variant"]["cell"].now) == ("baseline", "sale")
    assert (changed["state"], added["state"], added["number"]) == ("changed", "added", 2)
    assert cells["segments"]["state"] == "same"
    for word in (b"was:", b"now:", b"added", b"changed"):
        assert word in shown.content
    assert matrix.revisions.count() == 2
    done = applied(editor, matrix, shown.context["told"])
    assert done.url == reverse("desk:sheet", args=[matrix.pk])
    newest = matrix.revisions.first()
    assert (newest.number, newest.status) == (3, "draft")
    assert [row["rollout"] for row in newest.document["rows"]] == [50, 100]
    assert newest.document["rows"][1]["note"] == "=1+1"
    entry = AuditEntry.objects.filter(action="drafted", object_id=str(matrix.pk)).latest("pk")
    assert (entry.detail["notation"], entry.detail["number"]) == ("csv", 3)
    applied(editor, matrix, shown.context["told"])
    assert matrix.revisions.count() == 3, "the same look applied twice is one draft"


def test_a_spreadsheet_does_not_run_what_a_cell_says(editor, matrix):
    said = {**matrix.revisions.first().document}
    said["rows"] = [{**said["rows"][0], "note": "=HYPERLINK(1)"}]
    drafts.draft(matrix, said, "ann")
    assert b"'=HYPERLINK(1)" in downloaded(editor, matrix, "csv").content
    sheet = load_workbook(io.BytesIO(downloaded(editor, matrix, "xlsx").content)).active
    kinds = {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value}
    assert kinds == {"s"}


def test_every_fault_is_told_with_its_cell_and_nothing_is_written(editor, matrix):
    lines = [
        "id,variant,segments,traits.age,rollout,from,zone",
        "a,sale,vip,>= x,40,,",
        "b,nonsense,vip,>= 18,140,30.11.2026,",
        "c,sale,vip & strangers,,,,",
        "c,,vip,50%,,,",
    ]
    answer = looked(editor, matrix, "\n".join(lines))
    assert answer.status_code == 422
    assert spots(answer) == [
        *[("D2", "traits.age"), ("E3", "rollout"), ("F3", "from"), ("G3", "zone")],
        *[("A5", "id"), ("B5", "variant"), ("D5", "traits.age")],
    ]
    assert answer.context["told"] == ""
    assert b"Apply to the draft" not in answer.content
    assert matrix.revisions.count() == 2


def test_names_the_site_does_not_have_are_faults_and_those_of_the_draft_are_not(editor, matrix):
    lines = ["id,variant,segments", "a,nonsense,vip", "b,sale,vip & strangers"]
    answer = looked(editor, matrix, "\n".join(lines))
    assert spots(answer) == [("B2", "variant"), ("C3", "segments")]
    assert "baseline, sale" in answer.context["look"].faults[0].message
    drafts.draft(matrix, estate.document("home.hero", "nonsense"), "ann")
    answer = looked(editor, matrix, "id,variant,segments\na,nonsense,vip")
    assert answer.context["look"].faults == ()


def test_another_name_than_what_it_is_is_said(editor, matrix):
    body = downloaded(editor, matrix, "xlsx").content
    look = looked(editor, matrix, body, "plan.csv").context["look"]
    assert (look.same, look.taken.notation) == (True, "xlsx")
    assert "called .csv" in look.taken.notes[0]


def test_what_others_saved_since_the_download_is_kept(editor, matrix):
    text = downloaded(editor, matrix, "csv").content.decode("utf-8-sig")
    theirs = estate.document("home.hero", "baseline")
    theirs["rows"].append({**theirs["rows"][0], "id": "theirs"})
    drafts.draft(matrix, theirs, "bea")
    shown = looked(editor, matrix, text.replace("baseline,100", "sale,100"), "home.hero-r2.csv")
    assert shown.context["conflicts"] == []
    assert [line["state"] for line in shown.context["lines"]] == ["changed"]
    applied(editor, matrix, shown.context["told"])
    rows = matrix.revisions.first().document["rows"]
    assert [(row["id"], row["then"]["variant"]) for row in rows] == [
        ("one", "sale"),
        ("theirs", "baseline"),
    ]


@pytest.mark.parametrize(("keep", "note"), [("file", "ours"), ("draft", "theirs")])
def test_where_both_changed_the_same_one_of_them_is_chosen(editor, matrix, keep, note):
    text = downloaded(editor, matrix, "csv").content.decode("utf-8-sig")
    theirs = estate.document("home.hero", "baseline")
    theirs["rows"][0]["note"] = "theirs"
    drafts.draft(matrix, theirs, "bea")
    text = text.replace("yes,", "yes,ours")
    shown = looked(editor, matrix, text, "home.hero-r2.csv")
    assert len(shown.context["conflicts"]) == 1
    refused = applied(editor, matrix, shown.context["told"])
    assert (refused.status_code, matrix.revisions.count()) == (409, 3)
    applied(editor, matrix, shown.context["told"], keep=keep)
    assert matrix.revisions.first().document["rows"][0]["note"] == note


def test_what_is_saved_between_look_and_apply_is_kept_or_asked_about(editor, matrix):
    text = downloaded(editor, matrix, "csv").content.decode("utf-8-sig")
    shown = looked(editor, matrix, text.replace("yes,", "yes,ours"), "home.hero-r2.csv")
    theirs = estate.document("home.hero", "baseline")
    theirs["rows"][0]["note"] = "theirs"
    drafts.draft(matrix, theirs, "bea")
    answer = applied(editor, matrix, shown.context["told"])
    assert (answer.status_code, len(answer.context["conflicts"])) == (409, 1)
    applied(editor, matrix, answer.context["told"], keep="file")
    assert matrix.revisions.first().document["rows"][0]["note"] == "ours"


def test_a_look_that_was_changed_on_the_way_or_of_another_matrix_is_refused(editor, mine, matrix):
    other = estate.found("other")
    Role.objects.create(site=other.site, user=editor.session and _user(), name="editor")
    shown = looked(editor, matrix, "id,variant\na,sale\n")
    told = shown.context["told"]
    assert applied(editor, matrix, told[:-1] + "x").status_code == 422
    assert applied(editor, other.matrix, told).status_code == 404
    assert matrix.revisions.count() == 2


def _user() -> Any:
    return Role.objects.get(user__username="a-editor").user


def test_a_table_of_another_tool_keeps_what_it_does_not_know_of_the_draft(editor, matrix):
    xml = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
    <decision name="Hero"><decisionTable hitPolicy="FIRST">
    <input><inputExpression typeRef="number"><text>traits.age</text></inputExpression></input>
    <output name="variant"/>
    <rule id="r1"><inputEntry><text>&gt;= 18</text></inputEntry><outputEntry><text>"sale"</text>
    </outputEntry></rule></decisionTable></decision></definitions>"""
    look = looked(editor, matrix, xml, "hero.dmn").context["look"]
    assert (look.document["slot"], look.document["fallback"]) == ("home.hero", ["baseline"])
    beyond = xml.replace("&gt;= 18", "some x in y satisfies x").replace("r1", "r2")
    answer = looked(editor, matrix, beyond, "hero.dmn")
    assert answer.status_code == 422
    fault = answer.context["look"].faults[0]
    assert (fault.row, fault.id, fault.column, fault.line) == (1, "r2", "traits.age", 5)
    assert b"line 5" in answer.content


def test_what_dmn_cannot_say_is_refused_by_name(editor, matrix):
    said = estate.document("home.hero")
    said["rows"][0]["rollout"] = 10
    drafts.draft(matrix, said, "ann")
    answer = downloaded(editor, matrix, "dmn")
    assert answer.status_code == 422
    assert "a rollout to a part of the visitors" in answer.context["refused"]


def test_a_matrix_of_another_slot_is_refused(editor, matrix):
    text = downloaded(editor, matrix, "csv").content.decode("utf-8-sig")
    look = looked(editor, matrix, text.replace("home.hero", "home.other")).context["look"]
    assert "home.hero" in look.faults[0].message


def test_who_may_only_look_downloads_and_a_stranger_learns_nothing(mine, matrix):
    viewer, stranger = signed_in(mine, "viewer"), signed_in(estate.found("other"), "owner")
    assert downloaded(viewer, matrix, "csv").status_code == 200
    page = viewer.get(reverse("desk:files", args=[matrix.pk]))
    assert b'type="file"' not in page.content
    assert looked(viewer, matrix, "id,variant\n").status_code == 403
    assert looked(stranger, matrix, "id,variant\n").status_code == 404
    assert downloaded(stranger, matrix, "csv").status_code == 404
