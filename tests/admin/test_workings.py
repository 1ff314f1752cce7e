"""Unsaved work is kept by the server: one's own alone, as it stands, bounded, and until a save."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from personalization.sites import unsaved
from personalization.sites.workings import WorkingCopy
from tests import estate
from tests.admin.paged import Page
from tests.estate import signed_in

pytestmark = pytest.mark.django_db


def test_work_kept_in_one_browser_is_there_in_another_and_merges_with_what_was_saved(mine):
    one, other = signed_in(mine, "editor", "one"), signed_in(mine, "editor", "other")
    page = Page(one, mine.matrix.pk, "at-home")
    page.write(0, "mine")
    page.ask("keep", **page.message())
    theirs = Page(other, mine.matrix.pk, "office")
    theirs.sheet["rows"][0]["rollout"] = "50"
    assert theirs.save()["conflicts"] == []
    assert theirs.told["working"] == {"copies": [], "settled": {}}
    again = Page(one, mine.matrix.pk, "at-work")
    [kept] = again.told["working"]["copies"]
    assert (kept["page"], kept["base"] < again.base) == ("at-home", True)
    found = again.ask("kept", page_id="at-home").json()
    again.sheet, again.base = found["content"], found["base"]
    saved = again.save()
    row = saved["sheet"]["rows"][0]
    assert (saved["conflicts"], row["note"], row["rollout"]) == ([], "mine", "50")


def test_a_cell_that_is_no_condition_yet_is_kept_as_it_stands(mine):
    page = Page(signed_in(mine, "editor", "one"), mine.matrix.pk, "page")
    page.sheet["headings"].append("traits.age")
    page.sheet["rows"][0]["traits.age"] = ">= "
    page.step = 1
    assert page.ask("keep", **page.message()).json()["kept"]
    assert page.ask("kept", page_id="page").json()["content"] == page.sheet


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({}, ""),
        ({"page_id": "", "step": 1, "base": 0, "content": {}}, "/page_id"),
        ({"page_id": "x" * 65, "step": 1, "base": 0, "content": {}}, "/page_id"),
        ({"page_id": "x", "step": -1, "base": 0, "content": {}}, "/step"),
        ({"page_id": "x", "step": 1e300, "base": 0, "content": {}}, "/step"),
        ({"page_id": "x", "step": 1, "base": -1, "content": {}}, "/base"),
        ({"page_id": "x", "step": 1, "base": 0, "content": []}, "/sheet"),
        ({"page_id": "x", "step": 1, "base": 0, "content": {"rows": 1}}, "/sheet"),
    ],
)
def test_what_is_no_work_is_refused_with_its_place(mine, said, at):
    page = Page(signed_in(mine, "editor", "one"), mine.matrix.pk, "page")
    answer = page.ask("keep", **said)
    assert answer.status_code == 422
    assert answer.json()["error"]["at"].startswith(at)
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[" * 200_000, b'{"a":\x00}', b"\xff", b"x" * 8_000_001])
def test_what_is_no_json_is_refused(mine, body):
    client = signed_in(mine, "editor", "one")
    url = reverse("desk:working-keep", args=["matrix", mine.matrix.pk])
    assert client.post(url, body, content_type="application/json").status_code == 422


def test_signs_no_database_takes_and_deep_data_change_nothing_or_are_kept(mine):
    page = Page(signed_in(mine, "editor", "one"), mine.matrix.pk, "page")
    page.sheet["rows"][0]["note"] = "nul \0 in it"
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    page.step = 1
    assert page.ask("keep", **page.message()).json()["kept"]
    assert page.ask("kept", page_id="page").json()["content"] == page.sheet
    page.sheet["said"]["deep"], page.step = deep, 2
    assert page.ask("keep", **page.message()).status_code == 422


def test_nobody_reads_drops_or_keeps_another_s_work(mine):
    one, other = signed_in(mine, "editor", "one"), signed_in(mine, "editor", "other")
    page, theirs = Page(one, mine.matrix.pk, "p"), Page(other, mine.matrix.pk, "q")
    page.write(0, "mine")
    page.ask("keep", **page.message())
    assert theirs.ask("kept", page_id="p").status_code == 404
    theirs.ask("drop", page_id="p", step=99)
    assert page.ask("kept", page_id="p").json()["content"] == page.sheet
    viewer = Page(signed_in(mine, "viewer", "looker"), mine.matrix.pk, "v")
    assert viewer.ask("keep", **page.message()).status_code == 403
    assert viewer.told["working"] == {"copies": [], "settled": {}}
    foreign = estate.found("foreign")
    url = reverse("desk:working-keep", args=["matrix", foreign.matrix.pk])
    assert one.post(url, page.message(), content_type="application/json").status_code == 404
    for kind, pk in (("slot", 1), ("matrix", 10**12)):
        url = reverse("desk:working-keep", args=[kind, pk])
        assert one.post(url, page.message(), content_type="application/json").status_code == 404
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(estate.person("careful", is_superuser=True))
    url = reverse("desk:working-keep", args=["matrix", mine.matrix.pk])
    assert careful.post(url, {}, content_type="application/json").status_code == 403


def test_abandoned_pages_are_few_and_so_is_what_is_left_of_settled_ones(mine):
    client = signed_in(mine, "editor", "one")
    page = Page(client, mine.matrix.pk, "p")
    for i in range(unsaved.GONE + unsaved.MOST + 10):
        page.name, page.step = f"p{i}", 1
        page.ask("keep", **page.message())
    left = WorkingCopy.objects.all()
    assert left.filter(size__gt=0).count() == unsaved.MOST
    assert left.count() <= unsaved.GONE + unsaved.MOST
    assert {row.page for row in left.filter(size__gt=0)} == {f"p{i}" for i in range(60, 65)}


def test_the_work_on_a_segment_is_kept_and_settled_by_its_save(mine):
    client, segment = signed_in(mine, "editor", "one"), mine.segment
    page = reverse("desk:segment", args=[segment.pk])
    keep = reverse("desk:working-keep", args=["segment", segment.pk])
    told = client.get(page).context["told"]
    work = {"condition": {"not": estate.PRO}, "stability": {"min_stay": "1h"}}
    said = {"page_id": "p", "step": 3, "base": told["base"], "content": work}
    assert client.post(keep, said, content_type="application/json").json()["kept"]
    [one] = client.get(page).context["told"]["working"]["copies"]
    assert one["step"] == 3
    save = reverse("desk:segment-save", args=[segment.pk])
    stamp = {"page_id": "p", "step": 3}
    saved = client.post(
        save, {**work, **stamp}, content_type="application/json",
        headers={"If-Match": f'"{told["base"]}"'},
    )  # fmt: skip
    assert saved.status_code == 200
    working = client.get(page).context["told"]["working"]
    assert working == {"copies": [], "settled": {"p": 3}}
    assert not client.post(keep, said, content_type="application/json").json()["kept"]
