"""Previews where nobody asks anew: streams and OpenFeature show what the token says, marked."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import httpx

from personalization.plant.clock import system
from personalization.plant.instants import SECOND
from personalization.sites import passes
from tests.api.sockets import Socket, away, connect, subscription
from tests.api.stage import viewed
from tests.waiting import until

FLAGS = "/ofrep/v1/evaluate/flags"


def token(stage, lasts=passes.USUAL, **told):
    return passes.mint(stage.site.pk, told, system.now(), lasts)[0]


async def test_a_stream_shows_what_a_preview_says_and_what_is_published_meanwhile(stage, web):
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage, preview=token(stage, segments=["keen"])))
        told = await socket.hear()
        assert (told["type"], told["preview"], told["segments"]) == ("segments", True, ["keen"])
        told = await socket.hear()
        assert (told["preview"], told["decisions"][0]["variant"]) == (True, "keen")
        await away(stage.happen, viewed("d1"))  # the visitor's own doings change nothing here
        await socket.silent()
        await away(stage.text, stage.slot, "keen", "Keen again")
        told = await socket.hear()
        assert told["decisions"][0]["content"]["text"] == "Keen again"
        assert told["preview"] is True


async def test_a_preview_without_a_visitor_can_be_listened_to(stage, web):
    asked = subscription(stage, preview=token(stage, segments=[]))
    del asked["anonymousId"]
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**asked)
        assert (await socket.hear())["segments"] == []
        assert (await socket.hear())["decisions"][0]["variant"] == "base"


async def test_a_false_preview_is_not_listened_to_and_one_that_ends_is_cut(stage, web):
    for bad in ("pv_x", token(stage, -SECOND, segments=[]), 7):
        async with connect(web) as wire:
            await Socket(wire).say(**subscription(stage, preview=bad))
            assert await Socket(wire).closed() == 4403
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage, preview=token(stage, 3 * SECOND, segments=[])))
        assert (await socket.hear())["preview"] is True
        await socket.hear()
        assert await socket.closed() == 4401


def test_openfeature_shows_a_preview_and_its_stream_does_too(stage, web):
    context = {"targetingKey": "d1", "preview": token(stage, segments=["keen"])}
    ask = lambda given, path=FLAGS: web.http.post(  # noqa: E731
        path, json={"context": given}, headers={"X-API-Key": stage.pk}
    )
    until(lambda: web.knows(stage))
    answer = ask(context)
    assert answer.headers["cache-control"] == "no-store"
    (flag,) = answer.json()["flags"]
    assert (flag["variant"], flag["metadata"]["preview"]) == ("keen", True)
    one = ask(context, f"{FLAGS}/slot.hero")
    assert (one.json()["variant"], one.headers["cache-control"]) == ("keen", "no-store")
    (live,) = ask({"targetingKey": "d1"}).json()["flags"]
    assert (live["variant"], "preview" in live["metadata"]) == ("base", False)
    (wrong,) = ask({"targetingKey": "d1", "preview": "pv_x"}).json()["flags"]
    assert (wrong["variant"], wrong["metadata"]["degraded"]) == ("base", "preview")
    uri = answer.json()["eventStreams"][0]["endpoint"]["requestUri"]
    assert "pv_" not in parse_qs(urlsplit(uri).query)["channel"][0]
    with httpx.stream("GET", web.url + uri, timeout=30) as heard:
        lines = heard.iter_lines()
        assert next(lines).startswith("retry")
        stage.text(stage.slot, "keen", "Keen again")
        said = next(json.loads(line[5:]) for line in lines if line.startswith("data:"))
    assert said["type"] == "refetchEvaluation"
    (flag,) = ask(context).json()["flags"]
    assert flag["value"]["content"]["text"] == "Keen again"


def test_an_explanation_is_of_whom_a_preview_pretends(stage, web):
    until(lambda: web.knows(stage))
    told = web.decide(
        stage.pk, anonymousId="d", preview=token(stage, segments=["keen"]), explain=True
    )
    (shown,) = told["decisions"]
    outcomes = {row["row"]: row["outcome"] for row in shown["because"]}
    assert (shown["variant"], outcomes["keen"]) == ("keen", "matched")
