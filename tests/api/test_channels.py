"""A channel hears what it was minted for: its subject, its slots, in the words it was given."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from tests.api.stage import identify, viewed
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored
FLAGS = "/ofrep/v1/evaluate/flags"


@contextmanager
def listening(web, **query):
    """Open a stream; the block gets an iterator over what is told."""
    with web.http.stream("GET", "/v1/stream", params=query) as stream:
        assert stream.status_code == 200, stream.read()
        lines = stream.iter_lines()
        yield (json.loads(line[5:]) for line in lines if line.startswith("data:"))


def first(web, kind, **query):
    """Return the first thing of a kind that is told."""
    with listening(web, **query) as told:
        return next(one for one in told if one.get("type") == kind)


@pytest.fixture
def ada(stage):
    stage.happen(identify("ada", {"plan": "pro", "name": "Ada"}), verified=True)


def test_an_address_does_not_make_somebody_else_of_a_channel(stage, web, ada):
    channel = web.decide(stage.sk, anonymousId="d1", channel=True)["channel"]
    beside = {"userId": "ada", "anonymousId": "d2", "key": stage.sk, "token": stage.token("ada")}
    told = first(web, "decisions", channel=channel, **beside)
    assert told["decisions"][0]["variant"] == "base"
    told = first(web, "decisions", channel=channel, slots="aside", segments="keen", **beside)
    assert [one["variant"] for one in told["decisions"]] == ["base"]


def test_a_channel_of_a_server_is_for_a_browser_and_hears_what_browsers_may(stage, web):
    stage.happen(viewed("d1"), viewed("d1"))
    channel = web.decide(stage.sk, anonymousId="d1", channel=True)["channel"]
    assert first(web, "segments", channel=channel)["segments"] == ["keen"]


def test_a_channel_of_openfeature_stays_one(stage, web):
    stage.happen(viewed("d1"), viewed("d1"))
    answer = web.http.post(
        FLAGS, json={"context": {"targetingKey": "d1"}}, headers={"X-API-Key": stage.sk}
    )
    uri = answer.json()["eventStreams"][0]["endpoint"]["requestUri"]
    with web.http.stream("GET", f"{uri}&speaks=x&touch=1") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        stage.happen(viewed("d1"))
        told = json.loads(next(line for line in lines if line.startswith("data:"))[5:])
    assert told["type"] == "refetchEvaluation"


def test_a_known_user_s_channel_follows_them_while_it_lasts(stage, web, ada):
    token = stage.token("ada")
    channel = web.decide(stage.pk, anonymousId="d1", token=token, channel=True)["channel"]
    told = first(web, "decisions", channel=channel)
    assert told["decisions"][0]["content"]["text"] == "Hello Ada"
    context = {"targetingKey": "d1"}
    headers = {"X-API-Key": stage.pk, "X-Subject-Token": token}
    answer = web.http.post(FLAGS, json={"context": context}, headers=headers).json()
    uri = answer["eventStreams"][0]["endpoint"]["requestUri"]
    with web.http.stream("GET", uri) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        stage.happen(identify("ada", {"name": "Ada L."}), verified=True)
        told = json.loads(next(line for line in lines if line.startswith("data:"))[5:])
    assert told["type"] == "refetchEvaluation"


def test_an_etag_covers_who_is_vouched_for_by_a_header(stage, web, ada):
    """Two users to whom the same is shown must not share a 304: the stream it leaves is one's."""
    stage.happen(identify("eve", {"plan": "pro", "name": "Ada"}), verified=True)

    tokens = {user: stage.token(user) for user in ("ada", "eve")}

    def ask(user, **more):
        headers = {"X-API-Key": stage.pk, "X-Subject-Token": tokens[user], **more}
        return web.http.post(FLAGS, json={"context": {"targetingKey": "d1"}}, headers=headers)

    mine = ask("ada")
    assert ask("ada", **{"If-None-Match": mine.headers["etag"]}).status_code == 304
    other = ask("eve", **{"If-None-Match": mine.headers["etag"]})
    assert other.status_code == 200
    assert other.json()["flags"][0]["value"] == mine.json()["flags"][0]["value"]


def test_what_somebody_has_in_whatever_form_it_is_said_is_not_sent_again(stage, web):
    for path in (FLAGS, "/v1/slots", "/v1/segments", "/v1/slots/hero/variants"):
        ask = web.http.post if path == FLAGS else web.http.get
        tag = ask(path, headers={"X-API-Key": stage.sk}, **_body(path)).headers["etag"]
        for form in ("{0}", "W/{0}", '"a", {0}', '"a",W/{0} , "b"', "*"):
            held = {"X-API-Key": stage.sk, "If-None-Match": form.format(tag)}
            again = ask(path, headers=held, **_body(path))
            told = (again.status_code, again.content, again.headers["etag"])
            assert told == (304, b"", tag), (path, form)
        for strange in ('""', "", "W/", '"a", "b"', tag.strip('"')):
            held = {"X-API-Key": stage.sk, "If-None-Match": strange}
            assert ask(path, headers=held, **_body(path)).status_code == 200, (path, strange)


def _body(path):
    return {"json": {"context": {"targetingKey": "d1"}}} if path == FLAGS else {}


def test_chance_falls_for_a_stream_as_it_fell_for_the_answer(stage, web, ada):
    """A channel of a user remembers the device they are on: it decides where chance does."""
    pro = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
    rows = [{"id": "half", "when": pro, "then": {"variant": "half"}, "rollout": 50}]
    stage.put("dice", {"base": "B", "half": "H"}, rows)
    until(lambda: web.knows(stage))
    token = stage.token("ada")
    for number in range(8):
        asked = {"anonymousId": f"device-{number}", "token": token, "slots": ["dice"]}
        told = web.decide(stage.pk, channel=True, **asked)
        shown = first(web, "decisions", channel=told["channel"])
        assert shown["decisions"][0]["variant"] == told["decisions"][0]["variant"], number
