"""The live page shows staff the visitors of their own sites, and nobody else anything."""

from __future__ import annotations

import pytest
from django.test import Client

from personalization.sites.models import Role
from tests import estate

pytestmark = pytest.mark.django_db


def signed_in(name: str, site: object = None, **options: bool) -> Client:
    user = estate.person(name, **options)
    if site is not None:
        Role.objects.create(site=site, user=user, name="viewer")
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
