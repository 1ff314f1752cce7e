"""Stage rules as an editor writes them: drafted, refused where they are wrong, published, shown."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from personalization.segments.models import StageRules
from personalization.sites import keys
from tests import estate
from tests.estate import signed_in

pytestmark = pytest.mark.django_db
RULE = {"id": "all", "when": {"everyone": True}, "conclude": {"derived.stage": "awareness"}}
URL = "/api/v1/stage-rules"


@pytest.fixture
def mine() -> estate.Estate:
    found = estate.found("mine")
    StageRules.objects.update(live=None)
    StageRules.objects.all().delete()
    return found


def added(mine: estate.Estate, client: Client, *rules: object):
    url = reverse("admin:segments_stagerules_add")
    document = json.dumps({"rules": rules})
    said = {"site": mine.site.pk, "name": "Stages", "document": document, "note": ""}
    return client.post(url, said)


def test_an_editor_drafts_and_a_publisher_puts_in_force(mine: estate.Estate):
    assert added(mine, signed_in(mine, "editor"), RULE).status_code == 302
    rules = StageRules.objects.get(site=mine.site)
    assert (rules.live, rules.revisions.count()) == (None, 1)
    client = signed_in(mine, "publisher")
    page = reverse("admin:segments_stagerules_change", args=[rules.pk])
    assert b"all: derived.stage = awareness when everyone" in client.get(page).content
    client.post(reverse("desk:publish", args=["stages", rules.revisions.get().pk]))
    rules.refresh_from_db()
    assert rules.live.status == "live"
    look = reverse("desk:revision", args=["stages", rules.live.pk])
    assert b"derived.stage" in client.get(look).content
    listed = client.get(reverse("admin:segments_stagerules_changelist")).content
    assert b"derived.stage" in listed


def test_a_wrong_document_is_refused_with_its_place(mine: estate.Estate):
    wrong = {**RULE, "conclude": {"traits.stage": 1}}
    answer = added(mine, signed_in(mine, "editor"), wrong)
    assert b"At /rules/0/conclude/traits.stage: expected a dotted path of derived.*" in (
        answer.content.replace(b"&#x27;", b"'")
    )
    assert not StageRules.objects.exists()


def test_a_circle_through_a_segment_is_told_when_publishing(mine: estate.Estate):
    client = signed_in(mine, "owner")
    added(mine, client, {**RULE, "when": {"segment": "nobody-knows"}})
    revision = StageRules.objects.get().revisions.get()
    url = reverse("desk:publish", args=["stages", revision.pk])
    said = client.post(url, follow=True).content
    assert b"Not published. At /rules/0/when" in said


def test_the_management_api_does_the_same(mine: estate.Estate):
    _, secret = keys.mint(mine.site, "mk", "publisher", "publisher")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    made = client.post(f"{URL}/", {"name": "Stages"}, format="json")
    assert made.status_code == 201, made.content
    assert client.post(f"{URL}/", {"name": "More"}, format="json").status_code == 422
    base = f"{URL}/{made.json()['id']}"
    wrong = {"document": {"rules": [{**RULE, "when": {}}]}}
    assert client.post(f"{URL}/check/", wrong, format="json").status_code == 422
    right = {"document": {"rules": [RULE]}}
    drafted = client.post(f"{base}/revisions/", right, format="json", headers={"If-Match": "*"})
    assert drafted.status_code == 201, drafted.content
    assert drafted.json()["words"] == "all: derived.stage = awareness when everyone"
    assert client.post(f"{base}/revisions/1/publish/").json()["state"] == "live"
    assert StageRules.objects.get().live.number == 1
