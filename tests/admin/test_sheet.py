"""The matrix as a grid: cells come back as they were, faults name their cell, nobody loses work."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from personalization.decisions import drafts
from personalization.decisions.models import Matrix
from personalization.flows import answering, cells
from personalization.plant import clock, presence, questions
from personalization.sites.models import AuditEntry
from rules.matrix.document import document, parse
from tests import estate
from tests.estate import signed_in

pytestmark = pytest.mark.django_db


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


def asked(client: Client, matrix: Matrix, **said: Any) -> Any:
    """Ask as the page does, answered by whoever counts."""
    url, wish = reverse("desk:sheet-ask", args=[matrix.pk]), {"page_id": "p", **said}
    answer = client.post(url, wish, content_type="application/json")
    while answer.status_code == 200 and answer.json().get("waiting"):
        question = questions.take(2)
        if question is not None:
            answering.answer(question, clock.system)
        answer = client.post(url, wish, content_type="application/json")
    return answer


def test_people_are_counted_for_what_stands_on_the_page_saved_or_not(mine, matrix):
    viewer = signed_in(mine, "viewer")
    sheet = opened(viewer, matrix)["sheet"]
    sheet["rows"][0]["segments"] = ""
    told = asked(viewer, matrix, kind="crossing", sheet=sheet).json()
    got, true = told["rows"]["one"]
    assert got == true == told["people"]
    assert sum(pair[0] for pair in told["rows"].values()) + told["nothing"] == told["people"]
    assert told["changed"] == sum(way["people"] for way in told["ways"])
    for which in ({"row": "one"}, {"row": None}):
        more = {"stamp": told["stamp"], "sheet": sheet, "which": which}
        listed = asked(viewer, matrix, kind="crossing_list", **more).json()
        wanted = got if which["row"] else told["nothing"]
        assert listed["count"] == len(listed["list"]) == wanted


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"kind": "all"}, "/kind"),
        ({"kind": "crossing"}, "/sheet"),
        ({"kind": "values"}, "/path"),
        ({"kind": "values", "path": "x" * 999}, "/path"),
    ],
)
def test_a_question_that_is_none_is_refused_by_name(mine, matrix, said, at):
    answer = asked(signed_in(mine, "viewer"), matrix, **said)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, at)


def test_whose_list_is_asked_for_is_checked(mine, matrix):
    viewer = signed_in(mine, "viewer")
    sheet = opened(viewer, matrix)["sheet"]
    for which in ({}, {"row": 1}, {"from": "a"}, {"row": "a", "from": "b"}, []):
        answer = asked(viewer, matrix, kind="crossing_list", sheet=sheet, which=which)
        assert answer.status_code == 422
        assert answer.json()["error"]["at"].startswith("/which")


def test_who_else_has_it_open_is_told_and_what_was_saved_meanwhile(mine, matrix):
    ann, bob = signed_in(mine, "editor"), signed_in(mine, "publisher")
    assert ask(ann, "here", matrix, page_id="a", row="one", unsaved=True).json()["others"] == []
    [other] = ask(bob, "here", matrix, page_id="b").json()["others"]
    assert (other["row"], other["unsaved"]) == ("one", True)
    assert "a-editor" in other["who"]
    told = ask(ann, "here", matrix, page_id="a").json()
    assert told["newest"]["number"] == matrix.revisions.first().number
    assert [one["row"] for one in told["others"]] == [""]
    ask(ann, "here", matrix, page_id="a", closing=True)
    assert ask(bob, "here", matrix, page_id="b").json()["others"] == []
    assert ask(bob, "here", matrix, page_id="").status_code == 422
    assert ask(bob, "here", matrix, page_id="b", row=1).status_code == 422


def test_who_says_nothing_any_more_is_taken_for_gone(mine, matrix):
    later = (presence.LASTS + 1) * 1_000_000
    presence.say("thing", "a", {"who": "ann"}, 1)
    assert [one["who"] for one in presence.say("thing", "b", {"who": "bob"}, 2)] == ["ann"]
    assert presence.say("thing", "b", {"who": "bob"}, 2 + later) == []


def test_what_no_column_has_a_place_for_is_a_sentence_in_its_cell(mine, matrix):
    client = signed_in(mine, "editor")
    sheet = opened(client, matrix)["sheet"]
    said = 'viewed a product at least 3 times within 24 hours & not (in segment "a" or everyone)'
    sheet["headings"] = [*dict.fromkeys([*sheet["headings"], "rest"])]
    sheet["rows"][0]["rest"] = said
    assert ask(client, "check", matrix, sheet=sheet).json()["faults"] == []
    told = ask(client, "save", matrix, sheet=sheet, base=1).json()
    assert told["sheet"]["rows"][0]["rest"] == said
    sheet["rows"].append({**sheet["rows"][0], "id": "two", "rest": "in segment"})
    sheet["rows"].append({**sheet["rows"][0], "id": "three", "variant": '"'})
    faults = ask(client, "check", matrix, sheet=sheet).json()["faults"]
    assert [(fault["row"], fault["column"]) for fault in faults] == [(1, "rest"), (2, "variant")]
    assert "expected" in faults[0]["message"]
    answer = ask(client, "save", matrix, sheet=sheet, base=2)
    assert answer.json()["error"]["at"] == "row 2, column rest"


def test_groups_and_glimpses_of_variants_are_told(mine, matrix):
    client = signed_in(mine, "editor")
    told = opened(client, matrix)
    assert set(told["vocabulary"]["glimpses"]) <= set(told["vocabulary"]["variants"])
    assert all(one["text"] for one in told["vocabulary"]["glimpses"].values())
    sheet = told["sheet"]
    sheet["headings"].append("group")
    sheet["rows"][0]["group"] = "Winter"
    saved = ask(client, "save", matrix, sheet=sheet, base=1).json()
    assert saved["sheet"]["rows"][0]["group"] == "Winter"
    assert matrix.revisions.first().document["rows"][0]["group"] == "Winter"


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


def test_a_row_of_an_experiment_is_told_counted_and_kept_as_it_was(mine, matrix):
    said = estate.document("home.hero")
    said["rows"].insert(0, {"id": "try", "when": estate.PRO, "then": {"experiment": "hero, new"}})
    stored = drafts.draft(matrix, said, "ann").document
    client = signed_in(mine, "editor")
    told = opened(client, matrix)
    assert told["sheet"]["rows"][0]["experiment"] == "hero, new"
    assert "variant" not in told["sheet"]["rows"][0]
    page = client.get(reverse("desk:sheet", args=[matrix.pk])).content.decode()
    assert "Experiment hero, new" in page
    counted = asked(client, matrix, kind="crossing", sheet=told["sheet"]).json()
    assert [way["to"] for way in counted["ways"]] in ([], ["experiment hero, new"])
    assert set(counted["rows"]) == {"try", "one"}
    answer = ask(client, "save", matrix, sheet=told["sheet"], base=told["base"])
    assert answer.json()["conflicts"] == []
    assert matrix.revisions.first().document == document(parse(stored))
    newest = matrix.revisions.first()
    client = signed_in(mine, "publisher")
    answer = client.post(reverse("desk:publish", args=["matrix", newest.pk]), follow=True)
    assert "experiments are not run yet" in answer.content.decode()
    newest.refresh_from_db()
    assert newest.status == "draft"
