"""The matrix as a grid: cells come back as they were, faults name their cell, nobody loses work."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from personalization.decisions import drafts
from personalization.decisions.models import Matrix
from personalization.flows import cells, preview
from personalization.plant import clock
from personalization.sites.models import AuditEntry, Role
from rules.matrix.document import document, parse
from tests import estate

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> estate.Estate:
    return estate.found("mine")


@pytest.fixture
def matrix(mine: estate.Estate) -> Matrix:
    return Matrix.objects.select_related("slot__site").get(slot__site=mine.site)


def signed_in(mine: estate.Estate, role: str) -> Client:
    user = estate.person(f"sheet-{role}")
    Role.objects.create(site=mine.site, user=user, name=role)
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, name: str, matrix: Matrix, **said: Any) -> Any:
    url = reverse(f"desk:sheet-{name}", args=[matrix.pk])
    return client.post(url, said, content_type="application/json")


def opened(client: Client, matrix: Matrix) -> dict[str, Any]:
    answer = client.get(reverse("desk:sheet", args=[matrix.pk]))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.context["told"]
    return told


def test_saving_what_was_opened_changes_nothing_in_the_document(mine, matrix):
    client = signed_in(mine, "editor")
    told = opened(client, matrix)
    before = matrix.revisions.first().document
    answer = ask(client, "save", matrix, sheet=told["sheet"], base=told["base"], note="as it was")
    assert answer.json()["base"] == told["base"] + 1
    newest = matrix.revisions.first()
    assert (newest.number, newest.note, newest.status) == (told["base"] + 1, "as it was", "draft")
    assert newest.document == document(parse(before))
    assert AuditEntry.objects.filter(action="drafted", object_id=str(matrix.pk)).exists()


def test_a_fault_stands_at_its_cell_and_every_row_s_is_told(mine, matrix):
    sheet = opened(signed_in(mine, "editor"), matrix)["sheet"]
    sheet["headings"].append("traits.age")
    good = sheet["rows"][0]
    sheet["rows"] = [
        {**good, "id": f"r{i}", "traits.age": text} for i, text in enumerate([">= x", "18", "> "])
    ]
    faults = ask(signed_in_viewer(mine), "check", matrix, sheet=sheet).json()["faults"]
    assert [(fault["row"], fault["column"]) for fault in faults] == [
        (0, "traits.age"),
        (2, "traits.age"),
    ]
    answer = ask(signed_in(mine, "publisher"), "save", matrix, sheet=sheet, base=1)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "row 3, column traits.age")


def signed_in_viewer(mine: estate.Estate) -> Client:
    return signed_in(mine, "viewer")


def test_the_checker_names_rows_by_their_number(mine, matrix):
    sheet = opened(signed_in(mine, "editor"), matrix)["sheet"]
    sheet["rows"] = [{**sheet["rows"][0], "id": name} for name in ("first", "again")]
    found = ask(signed_in_viewer(mine), "check", matrix, sheet=sheet).json()["findings"]
    never = next(one for one in found if one["code"] == "never_reached")
    assert never["rows"] == ["again"]
    assert never["others"] == ["first"]
    assert "ow 2" in never["sentence"]
    assert "again" not in never["sentence"]


def test_people_are_counted_by_a_worker_and_told_with_their_time(mine, matrix):
    viewer, newest = signed_in(mine, "viewer"), matrix.revisions.first()
    url = reverse("desk:sheet-people", args=[matrix.pk, newest.pk])
    assert viewer.post(url).json() == {"state": "none"}
    assert signed_in(mine, "editor").post(url).json() == {"state": "asked"}
    preview.preview("matrix", newest.pk, clock.system)
    told = viewer.post(url).json()
    assert told["state"] == "done"
    rows = [count for key, count in told["result"].items() if key.startswith("row ")]
    assert sum(rows) + told["result"]["nothing"] == told["result"]["people"]
    assert told["at"].endswith("Z")
    missing = reverse("desk:sheet-people", args=[matrix.pk, newest.pk + 99])
    assert viewer.post(missing).status_code == 404


def test_two_editors_changes_to_different_rows_are_both_kept(mine, matrix):
    client, other = signed_in(mine, "editor"), signed_in(mine, "publisher")
    ours, theirs = opened(client, matrix), opened(other, matrix)
    ours["sheet"]["rows"][0]["note"] = "ours"
    theirs["sheet"]["rows"].append({**theirs["sheet"]["rows"][0], "id": "added"})
    ask(other, "save", matrix, sheet=theirs["sheet"], base=theirs["base"])
    told = ask(client, "save", matrix, sheet=ours["sheet"], base=ours["base"]).json()
    assert told["merged"]
    assert not told["conflicts"]
    rows = matrix.revisions.first().document["rows"]
    assert [(row["id"], row["note"]) for row in rows] == [("one", "ours"), ("added", "")]


def test_where_both_changed_the_same_somebody_is_asked_and_nothing_is_written(mine, matrix):
    client, other = signed_in(mine, "editor"), signed_in(mine, "publisher")
    ours, theirs = opened(client, matrix), opened(other, matrix)
    ours["sheet"]["rows"][0]["note"] = "ours"
    theirs["sheet"]["rows"][0]["note"] = "theirs"
    ask(other, "save", matrix, sheet=theirs["sheet"], base=theirs["base"])
    told = ask(client, "save", matrix, sheet=ours["sheet"], base=ours["base"]).json()
    [conflict] = told["conflicts"]
    assert (conflict["subject"], conflict["ours"]["note"], conflict["theirs"]["note"]) == (
        "one",
        "ours",
        "theirs",
    )
    assert matrix.revisions.first().document["rows"][0]["note"] == "theirs"
    again = ask(client, "save", matrix, sheet=told["sheet"], base=told["base"]).json()
    assert not again["conflicts"]
    assert matrix.revisions.first().document["rows"][0]["note"] == "ours"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"sheet": []}, "/sheet"),
        ({"sheet": {"said": {}, "headings": ["id", "variant"], "rows": [1]}}, "/sheet/rows/0"),
        ({"sheet": {"said": [], "headings": ["id", "variant"], "rows": []}}, "/sheet/said"),
        ({"sheet": {"said": {}, "headings": [], "rows": []}}, "/sheet/headings"),
        ({}, ""),
        ({"sheet": {"said": {}, "headings": ["id", "variant"], "rows": []}, "base": -1}, "/base"),
        ({"sheet": {"said": {}, "headings": ["id", "variant"], "rows": []}, "base": 99}, "/base"),
        (
            {"sheet": {"said": {}, "headings": ["id", "variant"], "rows": [{"x": "1"}]}, "base": 1},
            "/sheet/rows/0/x",
        ),
    ],
)
def test_what_is_no_sheet_is_refused_by_name(mine, matrix, said, at):
    answer = ask(signed_in(mine, "editor"), "save", matrix, **said)
    assert answer.status_code == 422
    assert answer.json()["error"]["at"].startswith(at)


def test_who_may_only_look_does_not_save_and_a_stranger_sees_nothing(mine, matrix):
    viewer, stranger = signed_in(mine, "viewer"), signed_in(estate.found("other"), "owner")
    sheet = opened(viewer, matrix)["sheet"]
    assert ask(viewer, "save", matrix, sheet=sheet, base=1).status_code == 403
    assert ask(stranger, "save", matrix, sheet=sheet, base=1).status_code == 404
    assert stranger.get(reverse("desk:sheet", args=[matrix.pk])).status_code == 404
    assert matrix.revisions.count() == len(matrix.revisions.all())


def test_a_cell_that_a_spreadsheet_would_run_is_only_text_here(mine, matrix):
    said = estate.document(matrix.slot.key)
    said["rows"][0] |= {"note": "=1+1"}
    drafts.draft(matrix, said, "somebody")
    client = signed_in(mine, "editor")
    told = opened(client, matrix)
    assert told["sheet"]["rows"][0]["note"] == "=1+1"
    ask(client, "save", matrix, sheet=told["sheet"], base=told["base"])
    assert matrix.revisions.first().document["rows"][0]["note"] == "=1+1"
    assert cells.sheet(parse(said))["rows"][0]["note"] == "=1+1"
