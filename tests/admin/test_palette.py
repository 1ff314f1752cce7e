"""The palette finds what its caller may see, by a number of queries that does not grow."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personalization.segments.models import Segment
from personalization.sites.models import Role
from tests import estate

pytestmark = pytest.mark.django_db


def seen_by(mine: estate.Estate, role: str) -> Client:
    user = estate.person(f"p-{role}")
    Role.objects.create(site=mine.site, user=user, name=role)
    client = Client()
    client.force_login(user)
    return client


def found(client: Client, asked: str = "") -> list[dict[str, str]]:
    answer = client.get(reverse("desk:find"), {"q": asked} if asked else {})
    assert answer.status_code == 200
    return answer.json()["items"]


def test_without_a_question_it_lists_the_menu_and_what_can_be_made(mine: estate.Estate):
    viewer = {item["label"] for item in found(seen_by(mine, "viewer"))}
    editor = {item["label"] for item in found(seen_by(mine, "editor"))}
    assert {"Segments", "Matrices", "Explain", "Live"} <= viewer
    assert "New: segment" in editor - viewer
    assert not viewer & {"Keys", "Lag and balance", "Users"}


def test_every_place_it_lists_opens(mine: estate.Estate):
    client = seen_by(mine, "owner")
    for item in found(client):
        assert client.get(item["url"]).status_code == 200, item


@pytest.mark.parametrize(
    ("asked", "group", "path"),
    [
        ("import", "Segment", "desk:segment"),
        ("home.h", "Slot", "admin:content_slot_change"),
        ("home.h", "Matrix", "desk:sheet"),
        ("sal", "Variant", "admin:content_variant_change"),
        ("cms.example", "Endpoint", "admin:push_endpoint_change"),
        ("welcome", "Trigger", "admin:segments_trigger_change"),
        ("ann", "Profile", "desk:visitor"),
    ],
)
def test_a_thing_is_found_by_what_people_call_it(mine: estate.Estate, asked, group, path):
    rows = {
        "Segment": mine.segment,
        "Slot": mine.slot,
        "Matrix": mine.matrix,
        "Variant": mine.variant,
        "Endpoint": mine.endpoint,
        "Trigger": mine.trigger.trigger if hasattr(mine.trigger, "trigger") else mine.trigger,
        "Profile": mine.profile,
    }
    items = [one for one in found(seen_by(mine, "owner"), asked) if one["group"] == group]
    assert [one["url"] for one in items] == [reverse(path, args=[rows[group].pk])]


def test_things_of_other_sites_are_not_found(mine: estate.Estate):
    client = seen_by(mine, "owner")
    before = {asked: found(client, asked) for asked in ("import", "home", "sal", "example", "ann")}
    other = estate.found("other")
    assert {asked: found(client, asked) for asked in before} == before
    assert found(client, str(other.profile.pk)) == []


def test_nobody_without_a_site_finds_anything():
    estate.found("mine")
    client = Client()
    client.force_login(estate.person("stranger"))
    assert client.get(reverse("desk:find")).status_code == 403
    assert Client().get(reverse("desk:find"), {"q": "a"}).status_code == 302


@pytest.mark.parametrize("asked", ["%", "' OR 1=1 --", "\0", "x" * 5_000, "日本", "<b>"])
def test_nonsense_finds_nothing_and_breaks_nothing(mine: estate.Estate, asked: str):
    assert isinstance(found(seen_by(mine, "owner"), asked), list)


def test_more_of_everything_asks_no_more_queries(mine: estate.Estate):
    client = seen_by(mine, "owner")

    def queries(asked: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            found(client, asked)
        return len(seen)

    before = {asked: queries(asked) for asked in ("", "v")}
    for number in range(20):
        Segment.objects.create(site=mine.site, slug=f"v{number}", name=f"Very {number}")
    assert {asked: queries(asked) for asked in before} == before
    assert sum(one["group"] == "Segment" for one in found(client, "v")) == 8
