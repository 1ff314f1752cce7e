"""The decision through Django REST framework is the decision of the command line."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.test import Client

from personalization.sites import keys
from tests import estate

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = {"anonymousId": "0f2a6a52-77f4-4a57-9a1c-0d1d1f9d7f10", "slots": ["home.hero", "nowhere"]}


def steady(answer: dict) -> list:
    return [
        {name: one[name] for name in ("slot", "variant", "reason")} for one in answer["decisions"]
    ]


def test_the_same_decision_by_every_way(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    child_env: dict[str, str],
):
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])
    mine = estate.found("mine")
    _, secret = keys.mint(mine.site, "sk")
    answer = Client().post(
        "/api/v1/decide", ASKED, "application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 200, answer.content
    expected = [
        {"slot": "home.hero", "variant": "baseline", "reason": "DEFAULT"},
        {"slot": "nowhere", "variant": None, "reason": "ERROR"},
    ]
    assert steady(answer.json()) == expected
    options = {"anonymous_id": ASKED["anonymousId"], "slots": "home.hero,nowhere", "json": True}
    call_command("decide", site="mine", explain=True, **options)
    told = json.loads(capsys.readouterr().out)
    assert steady(told) == expected
    assert "because" in told["decisions"][0]


def test_without_a_live_key_nothing_is_decided():
    answer = Client().post("/api/v1/decide", {**ASKED, "key": "pk_wrong"}, "application/json")
    assert answer.status_code == 401
    assert set(answer.json()["error"]) == {"code", "message", "at"}
