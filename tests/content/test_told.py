"""Content that a server tells us by itself: with a secret key, kept only when newer."""

from __future__ import annotations

import pytest

from personalization.content.models import Variant
from personalization.content.sources import Binding, Entry, Source
from personalization.flows import mirroring
from personalization.plant.clock import system
from tests.events.ground import stored

pytestmark = stored
PATH = "/v1/content/own/a%2Fb"


@pytest.fixture
def source(stage):
    return Source.objects.create(site=stage.site, slug="own", adapter="standard")


def call(web, stage, method, path=PATH, body=None, key=None):
    headers = {"Authorization": f"Bearer {stage.sk if key is None else key}"}
    return web.http.request(method, path, json=body, headers=headers)


def test_content_is_kept_only_when_newer_and_a_deletion_stays(stage, web, source):
    said = {"version": 5, "title": "Five", "html": "<p onclick='x()'>Five</p>", "fields": {"a": 1}}
    assert call(web, stage, "PUT", f"{PATH}?locale=de", said).json() == {"kept": True}
    assert call(web, stage, "PUT", f"{PATH}?locale=de", said).json() == {"kept": False}
    old = {**said, "version": 4, "title": "Four"}
    assert call(web, stage, "PUT", f"{PATH}?locale=de", old).json() == {"kept": False}
    row = Entry.objects.get()
    assert (row.external_id, row.locale, row.title, row.html) == (
        "a/b",
        "de",
        "Five",
        "<p>Five</p>",
    )
    assert call(web, stage, "DELETE", f"{PATH}?version=4").json() == {"kept": True}
    assert Entry.objects.get(locale="de").status == "published"
    assert call(web, stage, "DELETE", f"{PATH}?version=7").json() == {"kept": True}
    assert call(web, stage, "DELETE", f"{PATH}?version=7").json() == {"kept": False}
    assert Entry.objects.get(locale="de").status == "deleted"
    assert Entry.objects.get(locale="de").fields == {}
    late = {**said, "version": 6}
    for locale in ("de", "fr"):
        assert call(web, stage, "PUT", f"{PATH}?locale={locale}", late).json() == {"kept": False}
    fresh = {**said, "version": 8}
    assert call(web, stage, "PUT", f"{PATH}?locale=fr", fresh).json() == {"kept": True}


def test_a_batch_judges_each_entry_by_itself(stage, web, source):
    items = [
        {"external_id": "1", "version": 1, "title": "One"},
        {"external_id": "1", "version": 3, "title": "Three"},
        {"external_id": "1", "version": 2, "title": "Two"},
        {"external_id": "2", "version": "x"},
        "nonsense",
        {"external_id": "2", "version": 1, "colour": "red"},
        {"external_id": "2", "version": 1, "status": "deleted"},
    ]
    answer = call(web, stage, "POST", "/v1/content/own:batch", {"items": items})
    results = answer.json()["results"]
    assert [one.get("kept") for one in results] == [True, True, False, None, None, None, True]
    assert [one["error"]["at"] for one in results if "error" in one] == [
        "/items/3/version", "/items/4", "/items/5/colour",
    ]  # fmt: skip
    assert Entry.objects.get(external_id="1").title == "Three"


def test_an_entry_told_of_fills_a_variant_and_its_end_leaves_the_fallback(stage, web, source):
    variant = Variant.objects.get(slot=stage.slot, slug="keen")
    Binding.objects.create(variant=variant, source=source, external_id="k")
    shown = lambda: list(variant.revisions.filter(status="live").values_list("content", flat=True))  # noqa: E731
    for body, expected in (
        ({"version": 1, "title": "One"}, [{"text": "One"}]),
        ({"version": 2, "title": "Two {{ nonsense"}, []),
        ({"version": 3, "title": "Three"}, [{"text": "Three"}]),
        ({"version": 4, "title": "", "status": "published"}, []),
        ({"version": 5, "title": "Five", "status": "draft"}, []),
        ({"version": 6, "title": "Six"}, [{"text": "Six"}]),
    ):
        assert call(web, stage, "PUT", "/v1/content/own/k", body).json() == {"kept": True}
        while mirroring.step(system):
            pass
        assert shown() == expected, body
    Source.objects.update(publishes=False)
    call(web, stage, "PUT", "/v1/content/own/k", {"version": 7, "title": "Seven"})
    while mirroring.step(system):
        pass
    assert shown() == [{"text": "Six"}]
    newest = variant.revisions.order_by("-number").first()
    assert (newest.status, newest.content) == ("draft", {"text": "Seven"})
    call(web, stage, "DELETE", "/v1/content/own/k?version=8")
    while mirroring.step(system):
        pass
    assert shown() == []


def test_who_may_not_is_told_so_and_nothing_is_kept(stage, web, source):
    said = {"version": 1}
    for key, status in ((stage.pk, 403), ("sk_wrong", 401), ("mk_wrong", 401)):
        assert call(web, stage, "PUT", PATH, said, key).status_code == status
    assert call(web, stage, "PUT", "/v1/content/other/1", said).status_code == 404
    assert call(web, stage, "POST", PATH, said).status_code == 405
    for body in ({}, {"version": -1}, {"version": 1, "status": "gone"}, {"version": 1, "html": 3}):
        answer = call(web, stage, "PUT", PATH, body)
        assert (answer.status_code, bool(answer.json()["error"]["code"])) == (422, True), body
    Source.objects.update(enabled=False)
    assert call(web, stage, "PUT", PATH, said).status_code == 410
    assert Entry.objects.count() == 0
