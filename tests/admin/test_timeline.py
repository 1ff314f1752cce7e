"""The page of a journey, and the same by the API and the command line."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.test import Client

from personalization.sites import keys
from personalization.sites.models import Role
from tests import estate

pytestmark = [pytest.mark.django_db, pytest.mark.services]
URL = "/admin/desk/timeline/"
TEST = {"events": [{"event": "Viewed", "at": "2026-11-20T10:00:00Z"}], "traits": {"plan": "pro"}}
TIME = {"since": "2026-11-19T00:00:00Z", "until": "2026-11-21T00:00:00Z"}


@pytest.fixture
def client(mine):
    user = estate.person("traveller")
    Role.objects.create(site=mine.site, user=user, name="viewer")
    client = Client()
    client.force_login(user)
    return client


def test_the_page_the_api_and_the_command_say_the_same(client, mine, capsys):
    page = client.get(URL, {"site": "mine", "test": json.dumps(TEST), **TIME})
    told = page.context["told"]
    _, secret = keys.mint(mine.site, "mk", role="viewer")
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"test": TEST, **TIME}
    answer = Client().post("/api/v1/timeline", body, "application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer.json() == told
    call_command("timeline", site="mine", test=json.dumps(TEST), **TIME)
    assert json.loads(capsys.readouterr().out) == told
    assert "vip" in [one["segment"] for one in told["segments"]]
    assert [step["slots"]["home.hero"]["variant"] for step in told["steps"][:1]] == ["sale"]
    assert "UTC" in page.content.decode()


def test_a_real_visitor_travels_and_faults_are_said(client, mine):
    page = client.get(URL, {"site": "mine", "profile": str(mine.profile.pk)})
    assert page.context["told"]["profile"] == str(mine.profile.pk)
    for wrong in ({"test": "{"}, {"profile": "x"}, {"test": "{}", "since": "noon"},
                  {"test": "{}", "since": "2020-01-01T00:00:00Z"}):  # fmt: skip
        assert client.get(URL, {"site": "mine", **wrong}).context["told"] is None
    theirs = estate.found("theirs")
    asked = {"site": "theirs", "profile": str(theirs.profile.pk)}
    assert client.get(URL, asked).status_code == 404
