"""The management API: drafts, publishing, versions, faults with their place, sites apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from personalization.segments.models import Segment
from personalization.sites import keys
from tests import estate

pytestmark = pytest.mark.django_db


def client_of(mine: estate.Estate, role: str = "owner") -> APIClient:
    _, secret = keys.mint(mine.site, "mk", role, role)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def post(client: APIClient, path: str, document: Any = None, **headers: str):
    return client.post(f"/api/v1/{path}", document or {}, format="json", headers=headers)


def test_a_segment_goes_from_draft_to_live_and_back(mine: estate.Estate):
    client = client_of(mine, "publisher")
    made = post(client, "segments/", {"slug": "pro", "name": "Pro", "condition": estate.PRO})
    assert made.status_code == 201, made.json()
    at = f"segments/{made.json()['id']}"
    assert post(client, f"{at}/revisions/1/publish/").json()["state"] == "live"
    drafted = post(
        client, f"{at}/revisions/", {"condition": {"everyone": True}}, **{"If-Match": "*"}
    )
    assert (drafted.status_code, drafted.json()["number"], drafted.json()["words"]) == (
        201,
        2,
        "everyone",
    )
    assert post(client, f"{at}/revisions/2/publish/").status_code == 200
    assert client.get(f"/api/v1/{at}/").json()["live"] == 2
    assert post(client, f"{at}/revisions/1/rollback/").status_code == 200
    assert client.get(f"/api/v1/{at}/").json()["live"] == 1
    statuses = [one["status"] for one in client.get(f"/api/v1/{at}/revisions/").json()["results"]]
    assert statuses == ["retired", "live"]


def test_a_wrong_condition_is_422_with_its_place(mine: estate.Estate):
    client = client_of(mine)
    wrong = {"all": [estate.PRO, {"attribute": "traits.plan", "operator": "resembles"}]}
    for answer in (
        post(client, "segments/", {"slug": "w", "name": "W", "condition": wrong}),
        post(client, "segments/check/", {"condition": wrong}),
    ):
        assert answer.status_code == 422
        assert answer.json()["error"]["at"] == "/all/1/operator"
    assert not Segment.objects.filter(slug="w").exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'{"slug": "a\\u0000"}', 400, "nul"),
        (b'{"slug": NaN}', 400, "not_a_number"),
        (b"[" * 5_000, 400, "malformed"),
        (b'{"a": "' + b"x" * 2_100_000 + b'"}', 413, "too_large"),
    ],
)
def test_what_is_no_json_of_ours_is_refused_in_the_one_shape(
    mine: estate.Estate, body: bytes, status: int, code: str
):
    answer = client_of(mine).post("/api/v1/slots/", body, content_type="application/json")
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "at"}


def test_a_change_names_the_version_it_changes(mine: estate.Estate):
    client, path = client_of(mine), f"/api/v1/slots/{mine.slot.pk}/"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    change = {"name": "Hero"}
    assert client.patch(path, change, format="json").status_code == 428
    done = client.patch(path, change, format="json", headers={"If-Match": tag})
    assert (done.status_code, done.json()["name"]) == (200, "Hero")
    late = client.patch(path, {"name": "Other"}, format="json", headers={"If-Match": tag})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    fresh = {"If-Match": done.headers["ETag"]}
    assert client.patch(path, {"name": "Third"}, format="json", headers=fresh).status_code == 200


def test_two_drafts_on_the_same_version_do_not_both_win(mine: estate.Estate):
    client, at = client_of(mine), f"segments/{mine.segment.pk}"
    tag = client.get(f"/api/v1/{at}/").headers["ETag"]
    draft = {"condition": {"everyone": True}}
    assert post(client, f"{at}/revisions/", draft, **{"If-Match": tag}).status_code == 201
    assert post(client, f"{at}/revisions/", draft, **{"If-Match": tag}).status_code == 409


def test_a_key_sees_its_own_site_only(mine: estate.Estate):
    other = estate.found("other")
    client = client_of(mine)
    rows = {
        "sites": other.site, "keys": other.key, "attributes": other.attribute,
        "features": other.feature, "segments": other.segment, "slots": other.slot,
        "variants": other.variant, "matrices": other.matrix, "profiles": other.profile,
        "moves": other.move, "quarantine": other.quarantined, "runs": other.run,
    }  # fmt: skip
    for name, row in rows.items():
        assert client.get(f"/api/v1/{name}/{row.pk}/").status_code == 404, name
        if name != "profiles":
            listed = client.get(f"/api/v1/{name}/").json()["results"]
            assert listed, name
            assert str(row.pk) not in {str(one["id"]) for one in listed}, name
    written = {"slug": "x", "name": "x", "site": "other"}
    assert post(client, "segments/", written).status_code == 422
    said = {"slot": other.slot.pk, "slug": "x", "content": {"html": "x"}}
    assert post(client, "variants/", said).status_code == 422


def test_a_new_key_is_shown_once(mine: estate.Estate):
    client = client_of(mine)
    made = post(client, "keys/", {"kind": "pk", "label": "shop"})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("pk_")
    path = f"/api/v1/keys/{made.json()['id']}/"
    assert client.get(path).json()["secret"] is None
    assert client.delete(path, headers={"If-Match": "*"}).status_code == 204
    assert client.get(path).json()["revoked_at"] is not None


def test_a_profile_is_found_by_a_name_and_read_whole(mine: estate.Estate):
    client = client_of(mine, "viewer")
    found = client.get("/api/v1/profiles/?userId=ann").json()["results"]
    assert [one["profile"] for one in found] == [str(mine.profile.pk)]
    whole = client.get(f"/api/v1/profiles/{mine.profile.pk}/").json()
    assert [one["segment"] for one in whole["segments"]] == ["vip"]
    assert whole["moves"][0]["values"] == {"traits.plan": "pro"}
    assert whole["events"][0]["name"] == "Order Completed"
    assert client.get("/api/v1/profiles/?userId=nobody").json()["results"] == []


def test_pages_follow_each_other_by_cursor(mine: estate.Estate):
    client = client_of(mine)
    for number in range(4):
        post(client, "attributes/", {"path": f"traits.t{number}"})
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/attributes/?limit=2{cursor and f'&cursor={cursor}'}").json()
        seen += [one["path"] for one in page["results"]]
        cursor = page["next"]
    assert seen == ["traits.t3", "traits.t2", "traits.t1", "traits.t0", "traits.plan"]
    assert client.get("/api/v1/attributes/?cursor=x").status_code == 422


def test_a_slot_with_its_matrix_and_variant_is_made_and_published(mine: estate.Estate):
    client = client_of(mine, "publisher")
    slot = {"key": "aside", "schema": "text", "fallback": ["quiet"]}
    assert post(client, "slots/", slot).status_code == 201
    made = post(client, "variants/", {"slot": "aside", "slug": "quiet", "content": {"text": "Hi"}})
    assert made.status_code == 201, made.json()
    path = f"variants/{made.json()['id']}/revisions/1/publish/"
    assert post(client, path).json()["state"] == "live"
    document = {**estate.document("aside", "quiet"), "rows": []}
    checked = post(client, "matrices/check/", {"document": document}).json()
    assert checked["table"]["fallback"] == "baseline"
    assert [found["code"] for found in checked["findings"]] == ["gap"]
    matrix = post(client, "matrices/", {"slot": "aside", "document": document})
    assert matrix.status_code == 201, matrix.json()
    assert post(client, f"matrices/{matrix.json()['id']}/revisions/1/publish/").status_code == 200
    wrong = {"slot": "aside", "slug": "html", "content": {"html": "<p>"}}
    assert post(client, "variants/", wrong).status_code == 422


def test_a_session_needs_its_csrf_token(mine: estate.Estate):
    client = Client(enforce_csrf_checks=True)
    client.force_login(mine.role.user)
    assert client.get("/api/v1/segments/").status_code == 200
    sent = {"slug": "x", "name": "x"}
    assert client.post("/api/v1/segments/", sent, "application/json").status_code == 403


def test_only_a_superuser_makes_a_site(mine: estate.Estate):
    site = {"slug": "new", "name": "New", "timezone": "Europe/Vienna"}
    assert post(client_of(mine), "sites/", site).status_code == 403
    client = APIClient()
    client.force_login(estate.person("root", is_superuser=True))
    assert post(client, "sites/", site).status_code == 201
    wrong = post(client, "sites/", {**site, "slug": "b", "timezone": "Mars/Base"})
    assert (wrong.status_code, wrong.json()["error"]["at"]) == (422, "/timezone")


def test_a_worker_is_asked_whom_a_draft_would_be_about(mine: estate.Estate):
    asked = []
    draft = mine.segment.revisions.get(number=2)
    path = f"segments/{mine.segment.pk}/revisions/2/preview/"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("celery.current_app.send_task", lambda *a, **o: asked.append(o["args"]))
        answer = post(client_of(mine, "editor"), path)
    assert (answer.status_code, asked) == (202, [("segment", draft.pk)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("personalization.api.asking.worker", lambda *_: False)
        refused = post(client_of(mine, "owner"), path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")
    assert answer.json() == {"task": "preview", "subject": f"segment {draft.pk}"}


def test_a_worker_is_asked_what_stability_would_have_done(mine: estate.Estate):
    asked, draft = [], mine.segment.revisions.get(number=2)
    path = f"segments/{mine.segment.pk}/revisions/2/backtest/"
    question = {"days": 7, "stability": [{"min_stay": "1d"}]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("celery.current_app.send_task", lambda *_, **o: asked.append(o["args"]))
        answer = post(client_of(mine, "editor"), path, question)
        wrong = post(client_of(mine), path, {"stability": [{"min_stay": 1}]})
    assert answer.json() == {"task": "backtest", "subject": f"segment {draft.pk}"}
    assert asked == [(draft.pk, '{"days":7,"stability":[{"min_stay":"1d"}]}')]
    assert (wrong.status_code, wrong.json()["error"]["at"]) == (422, "/stability/0/min_stay")
    assert post(client_of(mine, "viewer"), path).status_code == 403


def test_a_set_of_segments_goes_from_draft_to_live(mine: estate.Estate):
    client = client_of(mine, "publisher")
    made = post(client, "segment-sets/", {"slug": "mood", "name": "Mood"})
    at = f"segment-sets/{made.json()['id']}"
    ranked = {"members": [{"name": "pro", "when": estate.PRO}], "default": "rest"}
    checked = post(client, "segment-sets/check/", {"document": ranked}).json()
    assert checked["members"] == ["pro", "rest"]
    document = {"document": ranked, "stability": {"min_stay": "1h"}}
    drafted = post(client, f"{at}/revisions/", document, **{"If-Match": "*"})
    assert drafted.status_code == 201, drafted.json()
    assert "otherwise rest" in drafted.json()["words"]
    assert post(client, f"{at}/revisions/1/publish/").json()["state"] == "live"
    assert client.get(f"/api/v1/{at}/").json()["live"] == 1
    member = client.get("/api/v1/segments/?slug=mood.rest").json()["results"][0]
    edit = {"condition": {"everyone": True}}
    refused = post(client, f"segments/{member['id']}/revisions/", edit, **{"If-Match": "*"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "member")
    wrong = {"document": {**ranked, "default": "pro"}}
    answer = post(client, f"{at}/revisions/", wrong, **{"If-Match": "*"})
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "/default")


def test_a_hierarchy_is_written_as_lines_and_read_as_lists(mine: estate.Estate):
    client = client_of(mine)
    tree = "outdoor > tents > family tents"
    made = post(client, "attributes/", {"path": "traits.likes", "hierarchy": tree})
    assert made.json()["hierarchy"] == {"outdoor": ["tents"], "tents": ["family tents"]}
    wrong = post(client, "attributes/", {"path": "traits.x", "hierarchy": {"a": ["b"], "b": ["a"]}})
    assert (wrong.status_code, wrong.json()["error"]["at"]) == (422, "/hierarchy")
    assert "a > b > a" in wrong.json()["error"]["message"]


def test_an_attribute_above_others_has_no_values_above_values(mine: estate.Estate):
    client = client_of(mine)
    made = post(client, "attributes/", {"path": "traits.home", "nested": True}).json()
    assert made["nested"] is True
    tree = {"hierarchy": {"a": ["b"]}}
    at, held = f"/api/v1/attributes/{made['id']}/", {"If-Match": "*"}
    refused = client.patch(at, tree, content_type="application/json", headers=held)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "exclusive")
    assert refused.json()["error"]["at"] == "/nested"
