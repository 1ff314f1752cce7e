"""Lists and triggers by API and admin: made, uploaded, in force, refused with their lines."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from personalization.push.models import Delivery
from personalization.segments.lists import ListVersion, SegmentList
from personalization.segments.models import Trigger
from tests import estate
from tests.api.test_management import client_of, post

pytestmark = pytest.mark.django_db


def test_a_list_is_made_uploaded_compared_and_put_in_force(mine: estate.Estate) -> None:
    client = client_of(mine, "publisher")
    made = post(client, "lists/", {"slug": "press", "name": "Press"})
    assert made.status_code == 201, made.json()
    at = f"/api/v1/lists/{made.json()['id']}"
    for number, ids in enumerate((b"ann\nbob", b"bob\ncid\ndan"), 1):
        sent = client.post(f"{at}/upload/", b"userId\n" + ids, content_type="text/csv")
        assert (sent.status_code, sent.json()["number"]) == (201, number)
    told = client.post(f"{at}/versions/1/use/").json()
    assert (told["live"], told["applying"], told["total"]) == (1, "in", 2)
    found = client.get(f"{at}/versions/1/compare/", {"to": "2"}).json()
    assert found == {"added": 2, "removed": 1, "unchanged": 1}
    assert len(client.get(f"{at}/versions/").json()["results"]) == 2


def test_a_bad_file_is_refused_with_its_lines(mine: estate.Estate) -> None:
    client = client_of(mine, "publisher")
    sent = client.post(
        f"/api/v1/lists/{mine.roll.pk}/upload/", b"userId\nann\n,\n\xff", content_type="text/csv"
    )
    assert sent.status_code == 422
    assert [fault["line"] for fault in sent.json()["faults"]] == [3, 4]


def test_a_list_that_asks_for_events_is_refused_at_its_place(mine: estate.Estate) -> None:
    client = client_of(mine, "publisher")
    asked = {"slug": "x", "name": "X", "condition": {"event": "Viewed"}}
    assert post(client, "lists/", asked).json()["error"]["at"] == "/condition"


def test_a_list_is_made_and_uploaded_in_the_admin(mine: estate.Estate) -> None:
    client = Client()
    client.force_login(estate.person("root", is_superuser=True))
    new = {"site": mine.site.pk, "slug": "press", "name": "Press"}
    client.post(reverse("admin:segments_segmentlist_add"), new)
    roll = SegmentList.objects.get(segment__slug="press")
    page = reverse("admin:segments_segmentlist_change", args=[roll.pk])
    client.post(page, {"file": SimpleUploadedFile("p.csv", b"anonymousId\nphone\n"), "note": ""})
    version = roll.versions.get()
    assert (version.count, version.note) == (1, "p.csv")
    bad = SimpleUploadedFile("p.csv", b"nobody\n")
    answer = client.post(page, {"file": bad, "note": ""}, follow=True)
    assert b"line 1: expected one column" in answer.content
    assert ListVersion.objects.filter(roll=roll, state="failed").count() == 1
    client.post(reverse("desk:use", args=[version.pk]))
    roll.refresh_from_db()
    assert roll.live == version


def test_a_trigger_is_made_published_switched_off_and_its_secret_shown_once(
    mine: estate.Estate,
) -> None:
    client = client_of(mine)
    do = {"action": "webhook", "url": "https://shop.example/hook"}
    told = {"slug": "t", "name": "T", "document": {"on": {"entered": "vip"}, "do": do}}
    made = post(client, "triggers/", told)
    assert made.status_code == 201, made.json()
    assert made.json()["secret"].startswith("whsec_")
    at = f"triggers/{made.json()['id']}"
    assert post(client, f"{at}/revisions/1/publish/").json()["state"] == "live"
    assert client.get(f"/api/v1/{at}/").json()["secret"] is None
    off = client.patch(
        f"/api/v1/{at}/", {"enabled": False}, format="json", headers={"If-Match": "*"}
    )
    assert off.json()["enabled"] is False
    assert post(client, f"{at}/secret/").json()["secret"] != made.json()["secret"]
    wrong = {"document": {"on": {"event": "X"}, "do": {**do, "url": "ftp://x"}}}
    assert post(client, "triggers/check/", wrong).json()["error"]["at"] == "/do/url"


def test_a_trigger_that_waits_for_a_segment_nobody_published_is_refused(
    mine: estate.Estate,
) -> None:
    client = client_of(mine)
    do = {"action": "trait", "trait": "traits.a", "value": 1}
    told = {"slug": "t", "name": "T", "document": {"on": {"entered": "ghosts"}, "do": do}}
    made = post(client, "triggers/", told).json()
    refused = post(client, f"triggers/{made['id']}/revisions/1/publish/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "unknown")


def test_a_trigger_is_drafted_in_the_admin(mine: estate.Estate) -> None:
    client = Client()
    client.force_login(estate.person("root", is_superuser=True))
    told = {
        "site": mine.site.pk, "slug": "hello", "name": "Hello", "enabled": "on", "way": "event",
        "what": "Order Completed", "purpose": "marketing", "times": "1", "per": "7d", "hops": "3",
        "action": "mail", "settings": '{"subject": "Hi", "text": "Thanks"}',
    }  # fmt: skip
    answer = client.post(reverse("admin:segments_trigger_add"), told, follow=True)
    assert b"whsec_" in answer.content
    row = Trigger.objects.get(slug="hello")
    assert row.revisions.get().document["do"] == {
        "action": "mail", "subject": "Hi", "text": "Thanks",
    }  # fmt: skip
    told["settings"] = '{"subject": "Hi"}'
    page = reverse("admin:segments_trigger_change", args=[row.pk])
    assert b"At /do: expected the key text" in client.post(page, told).content


def test_what_left_is_sent_again(mine: estate.Estate) -> None:
    Delivery.objects.filter(key=mine.firing.key).update(state="dead")
    client = client_of(mine, "publisher")
    at = f"firings/{mine.firing.pk}"
    assert client.get(f"/api/v1/{at}/").json()["delivery"]["state"] == "dead"
    assert post(client, f"{at}/replay/").json() == {"waiting": 1}
    assert Delivery.objects.get(key=mine.firing.key).state == "waiting"
