"""Matrices as files in the management API: the desk's look and draft, through the same door."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from personalization.decisions import drafts
from personalization.sites import keys
from personalization.sites.models import AuditEntry
from rules.filing import tables
from tests import estate

pytestmark = pytest.mark.django_db
CHANGED = "id,variant,segments\none,sale,vip\ntwo,baseline,\n"


def client_of(mine: estate.Estate, role: str = "editor") -> APIClient:
    _, secret = keys.mint(mine.site, "mk", role, role)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def at(mine: estate.Estate, rest: str = "") -> str:
    return f"/api/v1/matrices/{mine.matrix.pk}/{rest}"


def sent(client: APIClient, path: str, body: Any, media: str = "text/csv", **headers: str) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    return client.generic("POST", path, raw, media, headers=headers)


@pytest.mark.parametrize("notation", sorted(tables()))
def test_a_file_goes_out_and_comes_back_without_a_change(mine, notation):
    client, known = client_of(mine), tables()[notation]
    got = client.get(at(mine, f"revisions/2/{notation}/"), headers={"Accept": known.media})
    assert (got.status_code, got.headers["Content-Type"]) == (200, known.media)
    told = sent(client, at(mine, "file/look/"), got.content, known.media)
    assert (told.status_code, told.json()["same"]) == (200, True), told.json()
    done = sent(client, at(mine, "file/"), got.content, known.media, **{"If-Match": "*"})
    assert (done.status_code, mine.matrix.revisions.count()) == (200, 2)


def test_a_changed_file_is_looked_at_and_becomes_one_draft(mine):
    client = client_of(mine)
    told = sent(client, at(mine, "file/look/"), CHANGED).json()
    assert told["counts"] == {"added": 1, "removed": 0, "changed": 1, "moved": 0}
    assert told["rows"][0]["cells"]["variant"] == {
        "state": "changed",
        "was": "baseline",
        "now": "sale",
    }
    assert sent(client, at(mine, "file/"), CHANGED).status_code == 428
    tag = client.get(at(mine)).headers["ETag"]
    done = sent(client, at(mine, "file/?name=plan.csv"), CHANGED, **{"If-Match": tag})
    assert (done.status_code, done.json()["number"]) == (201, 3)
    assert done.json()["note"] == "From the file plan.csv"
    late = sent(client, at(mine, "file/"), CHANGED, **{"If-Match": tag})
    assert (late.status_code, mine.matrix.revisions.count()) == (409, 3)
    assert AuditEntry.objects.filter(action="drafted", detail__notation="csv").exists()


def test_every_fault_of_a_file_is_told_with_its_cell(mine):
    body = "id,variant,traits.age\na,sale,>= x\nb,nonsense,<\n"
    for path in ("file/look/", "file/"):
        answer = sent(client_of(mine), at(mine, path), body, **{"If-Match": "*"})
        assert answer.status_code == 422
        assert [fault["cell"] for fault in answer.json()["faults"]] == ["C2", "C3"]
        assert answer.json()["error"]["at"] == "C2"
    assert mine.matrix.revisions.count() == 2


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", "text/csv", 422),
        (b"PK\x03\x04", tables()["xlsx"].media, 422),
        (b"{}", "application/json", 415),
        (b"," * 16_000_001, "text/csv", 413),
    ],
)
def test_what_is_no_file_of_ours_has_a_documented_answer(mine, body, media, status):
    answer = sent(client_of(mine), at(mine, "file/look/"), body, media)
    assert (answer.status_code, set(answer.json()) >= {"error"}) == (status, True)


def test_conflicts_are_409_until_it_is_said_whose_stands(mine):
    client = client_of(mine)
    ours = estate.document("home.hero", "sale")
    drafts.draft(mine.matrix, ours | {"rows": [{**ours["rows"][0], "note": "theirs"}]}, "bea")
    body = "id,variant,segments,note\none,baseline,vip,ours\n"
    asked = sent(client, at(mine, "file/?base=2"), body, **{"If-Match": "*"})
    assert (asked.status_code, mine.matrix.revisions.count()) == (409, 3)
    assert sent(client, at(mine, "file/look/?base=2"), body).json()["conflicts"] == [
        {"kind": "row", "subject": "one"}
    ]
    done = sent(client, at(mine, "file/?base=2&keep=file"), body, **{"If-Match": "*"})
    assert done.json()["document"]["rows"][0]["note"] == "ours"
    assert sent(client, at(mine, "file/look/?base=99"), body).status_code == 422
    assert sent(client, at(mine, "file/look/?keep=mine"), body).status_code == 422


def test_who_may_only_look_downloads_and_what_cannot_be_said_is_422(mine):
    viewer = client_of(mine, "viewer")
    assert viewer.get(at(mine, "revisions/2/csv/")).status_code == 200
    assert viewer.get(at(mine, "revisions/9/csv/")).status_code == 404
    assert sent(viewer, at(mine, "file/look/"), CHANGED).status_code == 403
    said = estate.document("home.hero")
    drafts.draft(mine.matrix, said | {"rows": [{**said["rows"][0], "rollout": 10}]}, "ann")
    refused = viewer.get(at(mine, "revisions/3/dmn/"))
    assert (refused.status_code, refused.json()["error"]["at"]) == (422, "/rows/0/rollout")
