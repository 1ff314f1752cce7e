"""The live page shows staff the visitors of their own sites, and nobody else anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.models import Logged
from personalization.sites.models import Role
from tests import estate

pytestmark = pytest.mark.django_db


def signed_in(name: str, site: object = None, role: str = "viewer", **options: bool) -> Client:
    user = estate.person(name, **options)
    if site is not None:
        Role.objects.create(site=site, user=user, name=role)
    client = Client()
    client.force_login(user)
    return client


def test_a_stranger_is_sent_to_the_login():
    estate.found("mine")
    for path in ("/admin/live/", "/admin/live/feed/"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert "/login/" in answer.headers["Location"]


def test_a_viewer_follows_visitors_of_their_own_site():
    mine = estate.found("mine")
    client = signed_in("viewer", mine.site)
    assert b"data-live" in client.get("/admin/live/").content
    told = client.get("/admin/live/feed/", {"visitor": "ann"}).json()
    assert [event["name"] for event in told["events"]] == ["Order Completed"]
    assert [move["segment"] for move in told["moves"]] == ["Very important"]
    assert [decision["variant"] for decision in told["decisions"]] == ["sale"]


def test_another_site_s_visitors_stay_hidden():
    mine, other = estate.found("mine"), estate.found("other")
    client = signed_in("viewer", mine.site)
    asked = {"visitor": "ann", "site": other.site.slug}
    assert client.get("/admin/live/feed/", asked).status_code == 403


def test_staff_without_a_site_see_an_empty_page():
    estate.found("mine")
    client = signed_in("nobody")
    assert b"no site you may look at" in client.get("/admin/live/").content
    assert client.get("/admin/live/feed/").status_code == 403


def everything(client: Client, **asked: str) -> dict[str, Any]:
    answer = client.get("/admin/live/all/", asked)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def after(told: dict[str, Any]) -> str:
    return ".".join(str(told["after"][kind]) for kind in ("event", "move", "decision"))


def test_everybody_s_events_moves_and_decisions_are_told_and_then_only_what_is_new():
    mine = estate.found("mine")
    client = signed_in("privacy", mine.site, role="privacy")
    told = everything(client)
    assert [row["name"] for row in told["rows"]["event"]] == ["Order Completed"]
    assert [row["segment"] for row in told["rows"]["move"]] == ["Very important"]
    assert told["missed"] == {}
    row = Logged.objects.get(site_id=mine.site.pk)
    for n in range(130):
        row.pk, row.message = None, UUID(int=n)
        row.save(force_insert=True)
    told = everything(client, after=after(told))
    assert len(told["rows"]["event"]) == 100
    assert told["missed"] == {"event": 30, "move": 0, "decision": 0}
    assert everything(client, after=after(told))["missed"]["event"] == 0


def test_what_commits_late_is_told_all_the_same():
    mine = estate.found("mine")
    client = signed_in("privacy", mine.site, role="privacy")
    row = Logged.objects.get(site_id=mine.site.pk)
    early, row.pk, row.message = row.pk + 5, row.pk + 9, UUID(int=1)
    row.save(force_insert=True)
    told = everything(client)
    row.pk, row.message = early, UUID(int=2)
    row.save(force_insert=True)
    assert early in [one["id"] for one in everything(client, after=after(told))["rows"]["event"]]


def test_a_filter_shows_what_it_names_and_nothing_else():
    mine = estate.found("mine")
    client = signed_in("viewer", mine.site)

    def kinds(**asked: str) -> set[str]:
        return {kind for kind, rows in everything(client, **asked)["rows"].items() if rows}

    assert kinds() == {"event", "move", "decision"}
    assert kinds(event="Order Completed") == {"event"}
    assert kinds(event="Never") == set()
    assert kinds(segment="vip") == {"move"}
    assert kinds(slot=mine.slot.key) == {"decision"}
    assert kinds(slot=mine.slot.key, segment="vip") == {"decision", "move"}
    assert kinds(after="x.y.z") == {"event", "move", "decision"}
    assert kinds(after="9" * 40 + ".1.1") == {"event", "move", "decision"}


def test_what_is_personal_is_shown_only_to_roles_that_may():
    mine = estate.found("mine")
    viewer = signed_in("viewer", mine.site)
    officer = signed_in("officer", mine.site, role="privacy")
    assert b"are hidden" in viewer.get("/admin/live/").content
    for path, asked in (("feed/", {"visitor": "ann"}), ("all/", {})):
        open_, hidden = (c.get(f"/admin/live/{path}", asked).content for c in (officer, viewer))
        assert b'"pro"' in open_
        assert b'"pro"' not in hidden
    told = viewer.get("/admin/live/feed/", {"visitor": mine.profile.pk.hex}).json()
    assert [move["segment"] for move in told["moves"]] == ["Very important"]
    assert told["channel"] == ""
    other = estate.found("other")
    told = viewer.get("/admin/live/feed/", {"visitor": other.profile.pk.hex}).json()
    assert not told["known"]


def test_the_site_s_stream_is_told_to_nobody_else():
    mine, other = estate.found("mine"), estate.found("other")
    client = signed_in("viewer", mine.site)
    assert client.get("/admin/live/all/", {"site": other.site.slug}).status_code == 403
    assert Client().get("/admin/live/all/").status_code == 302
    with CaptureQueriesContext(connection) as seen:
        everything(client)
    assert len(seen) < 16
