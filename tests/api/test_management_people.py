"""Tools ask about the people of a draft, and about the calendar, as the desk's pages do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from personalization.api import asking
from personalization.flows import answering
from personalization.plant import clock, instants, questions
from personalization.plant.instants import SECOND
from personalization.sites.reviews import Freeze
from rules.matrix.document import document, parse
from tests import estate
from tests.api.test_management import client_of, post

pytestmark = pytest.mark.django_db
DAY = 86_400 * SECOND
EVERYONE = {"everyone": True}


@pytest.fixture
def counting(monkeypatch, empty_cache):
    """Let whoever asks count, as the process beside does."""

    def worker(*_, **__):
        answering.answer(questions.take(1), clock.system)

    monkeypatch.setattr(asking, "worker", worker)


def test_a_count_is_as_long_as_the_list_behind_it(mine, counting):
    client, at = client_of(mine, "viewer"), f"segments/{mine.segment.pk}/people/"
    for condition in (EVERYONE, estate.PRO, {"not": EVERYONE}):
        told = post(client, at, {"kind": "count", "condition": condition}).json()
        asked = {"kind": "list", "which": "in", "condition": condition, "stamp": told["stamp"]}
        listed = post(client, at, asked).json()
        assert len(listed["list"]) == told["in"]
    assert told["in"] == 0


def test_who_gets_which_row_of_a_document_is_told_before_it_is_saved(mine, counting):
    client, at = client_of(mine, "viewer"), f"matrices/{mine.matrix.pk}/people/"
    drafted = mine.matrix.revisions.first().document
    told = post(client, at, {"kind": "crossing", "document": drafted}).json()
    assert len(told["rows"]) == len(drafted["rows"])
    broken = {**drafted, "hit_policy": "none"}
    answer = post(client, at, {"kind": "crossing", "document": broken})
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, "/document/hit_policy")
    assert document(parse(drafted)) == document(parse(mine.matrix.revisions.first().document))


def test_what_nobody_has_answered_yet_is_to_be_asked_again(mine, empty_cache, monkeypatch):
    monkeypatch.setattr(asking, "worker", lambda *_, **__: True)
    client, at = client_of(mine, "viewer"), f"segments/{mine.segment.pk}/people/"
    answer = post(client, at, {"kind": "count", "condition": EVERYONE})
    assert (answer.status_code, answer.json()) == (202, {"waiting": True})
    assert answer["Retry-After"] == "1"
    answering.answer(questions.take(1), clock.system)
    assert post(client, at, {"kind": "count", "condition": EVERYONE}).status_code == 200


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({}, ""),
        ({"kind": "all", "condition": EVERYONE}, "/kind"),
        ({"kind": "count", "condition": {"attribute": 1}}, "/condition"),
        ({"kind": "count", "condition": EVERYONE, "page_id": 7}, "/page_id"),
        ({"kind": "list", "condition": EVERYONE, "which": "some"}, "/which"),
    ],
)
def test_what_is_no_question_is_refused_with_its_place(mine, said, at):
    answer = post(client_of(mine, "viewer"), f"segments/{mine.segment.pk}/people/", said)
    assert answer.status_code == 422
    assert answer.json()["error"]["at"].startswith(at)


def test_strangers_ask_nothing(mine, empty_cache):
    theirs = client_of(estate.found("theirs"))
    said = {"kind": "count", "condition": EVERYONE}
    assert post(theirs, f"segments/{mine.segment.pk}/people/", said).status_code == 404
    assert post(theirs, f"matrices/{mine.matrix.pk}/people/", said).status_code == 404


def calendar(client, **asked):
    return client.get("/api/v1/calendar", {name.rstrip("_"): one for name, one in asked.items()})


def test_the_calendar_tells_a_freeze_on_one_s_own_sites_alone(mine):
    now = clock.system.now()
    Freeze.objects.all().delete()
    span = {"start_at": now + DAY, "until_at": now + 3 * DAY, "zone": "Europe/Berlin"}
    Freeze.objects.create(site=mine.site, name="Christmas", **span)
    told = calendar(client_of(mine, "viewer")).json()
    [entry] = [one for one in told["entries"] if one["kind"] == "freeze"]
    assert (entry["site"], entry["what"], entry["zone"]) == ("mine", "Christmas", "Europe/Berlin")
    assert (entry["start"], entry["revision"]) == (instants.to_text(now + DAY), None)
    theirs = client_of(estate.found("theirs"))
    assert "Christmas" not in str(calendar(theirs).json())
    assert calendar(client_of(mine, "viewer"), site="theirs").json()["entries"] == []
    later = datetime.fromtimestamp((now + 9 * DAY) / SECOND, UTC).isoformat()
    after = calendar(client_of(mine, "viewer"), from_=later).json()["entries"]
    assert [one for one in after if one["kind"] == "freeze"] == []


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"from_": "tomorrow"}, "/from"),
        ({"from_": "2026-12-01T00:00:00"}, "/from"),
        ({"from_": "9999-12-31T23:59:59Z"}, "/from"),
        ({"from_": "2026-12-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}, "/until"),
        ({"from_": "2026-12-01T00:00:00Z", "until": "2027-12-01T00:00:00Z"}, "/until"),
    ],
)
def test_a_span_that_is_none_is_refused(mine, asked, at):
    answer = calendar(client_of(mine, "viewer"), **asked)
    assert (answer.status_code, answer.json()["error"]["at"]) == (422, at)


def test_a_plus_that_was_not_escaped_is_understood(mine):
    asked = "from=2026-12-01T01:00:00+01:00&until=2026-12-02T01:00:00%2B01:00"
    told = client_of(mine, "viewer").get(f"/api/v1/calendar?{asked}").json()
    assert (told["from"], told["until"]) == ("2026-12-01T00:00:00.000Z", "2026-12-02T00:00:00.000Z")
