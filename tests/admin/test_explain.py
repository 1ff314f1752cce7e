"""The page that says why, and the same answer by the API and the command line."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from personalization.decisions.models import LoggedDecision
from personalization.sites import keys
from personalization.sites.models import Role
from tests import estate

pytestmark = [pytest.mark.django_db, pytest.mark.services]
URL = "/admin/desk/explain/"


@pytest.fixture
def client(mine):
    user = estate.person("explainer")
    Role.objects.create(site=mine.site, user=user, name="viewer")
    client = Client()
    client.force_login(user)
    return client


def test_a_name_leads_to_a_link_without_the_name(client, mine):
    asked = {"site": "mine", "slot": mine.slot.key, "who": mine.identity.kind + "Id",
             "name": mine.identity.value}  # fmt: skip
    answer = client.post(URL, asked)
    assert answer.status_code == 303
    told = parse_qs(urlsplit(answer.url).query)
    assert told["profile"] == [str(mine.profile.pk)]
    assert mine.identity.value not in answer.url
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "Row by row" in page.content.decode()


def test_the_page_the_api_and_the_command_say_the_same(client, mine, capsys):
    stored = LoggedDecision.objects.filter(site_id=mine.site.pk).first()
    page = client.get(URL, {"site": "mine", "decision": stored.pk})
    shown = page.context["told"]["plain"]
    _, secret = keys.mint(mine.site, "mk", role="viewer")
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"decision": stored.pk}
    answer = Client().post("/api/v1/explain", body, "application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    call_command("explain", site="mine", decision=stored.pk)
    printed = json.loads(capsys.readouterr().out)
    for told in (json.loads(shown), printed):
        assert steady(told) == steady(answer.json())


def steady(told):
    """Return an answer without the instant at which it was asked."""
    return {**told, "now": "", "beside": told["beside"] and {**told["beside"], "at": ""}}


def test_a_test_profile_and_faults_are_shown_on_the_page(client, mine):
    asked = {"site": "mine", "slot": mine.slot.key, "test": '{"segments": ["vip"]}'}
    page = client.get(URL, asked).content.decode()
    assert "yes: chosen" in page
    assert "UTC" in page
    for wrong in ({"test": "{"}, {"test": '{"x": 1}'}, {"test": "{}", "matrix": "99"},
                  {"decision": "x"}, {"profile": "x"}, {"test": "{}", "at": "noon"}):  # fmt: skip
        page = client.get(URL, {"site": "mine", "slot": mine.slot.key, **wrong})
        assert page.status_code == 200
        assert "errornote" in page.content.decode() or page.context["told"] is None


def test_another_site_s_people_are_not_explained(client):
    theirs = estate.found("theirs")
    stored = LoggedDecision.objects.filter(site_id=theirs.site.pk).first()
    assert client.get(URL, {"site": "theirs", "decision": stored.pk}).status_code == 404
    assert client.get(URL, {"site": "mine", "decision": stored.pk}).context["told"] is None
    with pytest.raises(CommandError, match="/decision"):
        call_command("explain", site="mine", decision=stored.pk)
    with pytest.raises(CommandError, match="no site"):
        call_command("explain", site="nobody", decision=stored.pk)
