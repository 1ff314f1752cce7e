"""The pages and the API of shadows, of matrices and of segments: asked, watched, stopped."""

from __future__ import annotations

import pytest
from django.test import Client

from personalization.decisions.shadows import Shadow, ShadowPair
from personalization.segments.shadows import SegmentShadow, Watched
from personalization.sites import keys
from tests import estate
from tests.estate import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.services]
KINDS = ("matrix", "segment")
PAGES = {"matrix": "shadows", "segment": "segment-shadows"}
ROWS = {"matrix": Shadow, "segment": SegmentShadow}


def draft(mine, kind):
    return {"matrix": mine.matrix, "segment": mine.segment}[kind].revisions.get(number=2)


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_begins_watches_and_stops_it_and_a_viewer_looks(mine, kind):
    url = f"/admin/desk/{PAGES[kind]}/{draft(mine, kind).pk}/"
    editor, viewer = signed_in(mine, "editor"), signed_in(mine, "viewer")
    assert viewer.post(url, {"share": "5"}).status_code == 403
    told = editor.post(url, {"share": "5", "lasts": "2h", "most": ""}, follow=True).content.decode()
    assert ">runs<" in told
    [row] = ROWS[kind].objects.all()
    assert (row.share, row.ends_at - row.started_at, row.asked_by) == (
        5.0,
        7_200_000_000,
        "a-editor",
    )
    seen = viewer.get(url).content.decode()
    assert ">runs<" in seen
    assert 'name="stop"' not in seen
    editor.post(url, {"stop": "1"})
    row.refresh_from_db()
    assert row.ended == "stopped"
    assert ">stopped<" in viewer.get(url).content.decode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("field", "value"), [("share", "x"), ("share", "0"), ("most", "1.5"), ("lasts", "15d")]
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_begins(mine, kind, field, value):
    url = f"/admin/desk/{PAGES[kind]}/{draft(mine, kind).pk}/"
    told = signed_in(mine, "editor").post(url, {field: value}, follow=True).content.decode()
    assert f"/{field}: expected" in told
    assert not ROWS[kind].objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_another_site_s_shadow_is_not_found(mine, kind):
    other = estate.found("other")
    url = f"/admin/desk/{PAGES[kind]}/{draft(other, kind).pk}/"
    assert signed_in(mine, "editor").get(url).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_the_api_begins_reports_and_stops(mine, kind):
    _, secret = keys.mint(mine.site, "mk", role="editor")
    headers = {"Authorization": f"Bearer {secret}"}
    url, client = f"/api/v1/{PAGES[kind]}/", Client(headers=headers)

    def post(to, **told):
        return client.post(to, told, "application/json")

    made = post(url, revision=draft(mine, kind).pk, share=50)
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert client.get(f"{url}{number}/").json()["share"] == 50
    assert [one["id"] for one in client.get(url).json()["results"]] == [number]
    stopped = post(f"{url}{number}/stop/")
    assert stopped.json()["ended"] == "stopped"
    assert post(f"{url}{number}/stop/").json()["ended"] == "stopped"
    for wrong in ({}, {"revision": True}, {"revision": "1"}, {"revision": 10**12},
                  {"revision": draft(mine, kind).pk, "share": "all"}):  # fmt: skip
        assert post(url, **wrong).status_code == 422, wrong


def test_reports_are_told_line_by_line(mine):
    viewer, at = signed_in(mine, "viewer"), estate.AT
    terms = {
        "site": mine.site,
        "share": 10,
        "most": 9,
        "started_at": at,
        "ends_at": at,
        "asked_by": "ann",
    }
    shadow = Shadow.objects.create(revision=draft(mine, "matrix"), **terms)
    pair = {"live_row": "one", "draft_row": "one", "live_variant": "sale"}
    pair |= {"draft_variant": "baseline", "count": 7, "sample": [mine.profile.pk.hex]}
    ShadowPair.objects.create(shadow=shadow, **pair)
    told = viewer.get(f"/admin/desk/shadows/{shadow.revision_id}/").content.decode()
    assert "7 of 7 decisions would have shown something else" in told
    shade = SegmentShadow.objects.create(revision=draft(mine, "segment"), looked_at=at, **terms)
    turns = [{"side": "draft", "at": at, "entered": True}]
    Watched.objects.create(shadow=shade, profile=mine.profile.pk, draft=True, turns=turns)
    told = viewer.get(f"/admin/desk/segment-shadows/{shade.revision_id}/").content.decode()
    assert "1 people watched: 0 are in, 1 would be, 1 stand elsewhere" in told
    assert "<td>0</td><td>0</td><td>1</td><td>0</td>" in told
    assert f"profile={mine.profile.pk.hex}" in told
