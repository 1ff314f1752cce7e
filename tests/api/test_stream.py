"""The live stream over WebSocket and SSE: what is told, what was missed, and who may listen."""

from __future__ import annotations

import json
from contextlib import suppress

import httpx
import pytest
import redis
import websockets

from personalization.plant import places
from personalization.profiles.models import ConsentEntry
from personalization.push import shelf
from personalization.sites.models import Key
from tests.api.sockets import SECONDS, Socket, away, connect, happen, subscription
from tests.api.stage import identify, server, viewed
from tests.waiting import until_async


async def test_a_listener_hears_its_segments_and_decisions_change(stage, web):
    async with connect(web) as wire:
        socket = Socket(wire)
        assert wire.subprotocol == "personalization.v1"
        await socket.say(**subscription(stage))
        told = await socket.hear()
        assert (told["type"], told["segments"]) == ("segments", [])
        told = await socket.hear()
        assert (told["type"], told["decisions"][0]["variant"]) == ("decisions", "base")
        await happen(stage, viewed("d1"))
        await socket.silent()  # a hidden segment was entered: its name stays here
        await happen(stage, viewed("d1"))
        told = await socket.hear()
        assert (told["segments"], told["entered"], told["exited"]) == (["keen"], ["keen"], [])
        told = await socket.hear()
        assert told["decisions"][0]["variant"] == "keen"
        assert told["cursor"].startswith("c_")


async def test_with_a_cursor_it_gets_what_it_missed_and_nothing_twice(stage, web):
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage))
        first = (await socket.hear())["cursor"]
    await happen(stage, viewed("d1"), viewed("d1"))
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage, cursor=first))
        told = await socket.hear()
        assert (told["type"], told["entered"]) == ("segments", ["keen"])
        told = await socket.hear()
        assert told["decisions"][0]["variant"] == "keen"
        last = told["cursor"]
        await socket.say(**subscription(stage, cursor=last))
        await socket.silent()


async def test_a_cursor_whose_moves_are_gone_is_answered_by_a_reset(stage, web, empty_cache):
    await happen(stage, viewed("d1"))
    before = await away(web.decide, stage.pk, anonymousId="d1")
    await happen(stage, viewed("d1"))
    now = await away(web.decide, stage.pk, anonymousId="d1")
    assert now["decisions"][0]["variant"] == "keen"
    profile = await away(stage.profile, "d1", "anonymous")
    empty_cache.delete(shelf.moves(stage.site.pk, profile))
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage, cursor=before["cursor"]))
        assert await socket.hear() == {"type": "reset", "cursor": now["cursor"]}


async def test_a_missed_ring_is_made_good_by_the_sweep(stage, web, empty_cache):
    await happen(stage, viewed("d1"))
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage))
        assert (await socket.hear())["type"] == "segments"
        assert (await socket.hear())["type"] == "decisions"
        silence = shelf.BELL
        shelf.BELL = "nobody"
        try:
            await happen(stage, viewed("d1"))
        finally:
            shelf.BELL = silence
        assert (await socket.hear())["entered"] == ["keen"]


async def test_a_publish_decides_everybody_connected_anew(stage, web):
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage))
        await socket.hear()
        await socket.hear()
        await away(stage.text, stage.slot, "base", "New words")
        await away(stage.settle)
        told = await socket.hear()
        assert told["decisions"][0]["content"]["text"] == "New words"


async def test_a_withdrawal_reaches_decide_and_socket_before_the_drain(stage, web):
    await happen(stage, viewed("d1"), viewed("d1"))
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage))
        assert (await socket.hear())["segments"] == ["keen"]
        assert (await socket.hear())["decisions"][0]["variant"] == "keen"
        said = {"consent": {"categoryPreferences": {"personalization": False}}}
        body = {"writeKey": stage.pk, **viewed("d1", context=said), "type": "track"}
        answer = await away(web.http.post, "/v1/track", json=body)
        assert answer.status_code == 200
        await away(stage.settle)  # the relay's part; the drain's is behind it
        told = await socket.hear()
        assert (told["segments"], told["exited"]) == ([], ["keen"])
        assert (await socket.hear())["decisions"][0]["variant"] == "base"
    assert await away(ConsentEntry.objects.count) == 1
    shown = await away(web.shown, stage.pk, anonymousId="d1")
    assert shown == "base"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", 4400),
        ("[]", 4400),
        ('{"type": "dance"}', 4400),
        ('{"type": "subscribe", "key": "pk_wrong", "anonymousId": "a", "slots": ["hero"]}', 4401),
        ('{"type": "subscribe", "key": "PK", "anonymousId": "a", "slots": []}', 4400),
        ('{"type": "subscribe", "key": "PK", "slots": ["hero"]}', 4400),
        ('{"type": "subscribe", "key": "PK", "slots": ["hero"], "token": "pt_x.y"}', 4403),
        ('{"type": "subscribe", "key": "PK", "site": true}', 4403),
        ('"' + "x" * 20_000 + '"', 4400),
        ('"' + "x" * 70_000 + '"', 1009),
    ],
)
async def test_a_bad_message_closes_with_its_code(stage, web, message, code):
    async with connect(web) as wire:
        await wire.send(message.replace("PK", stage.pk))
        assert await Socket(wire).closed() == code


async def test_there_is_no_socket_on_another_path(web):
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(web.ws.replace("/v1/stream", "/v1/streams")):
            pass
    assert refused.value.response.status_code == 403


async def test_a_foreign_page_and_a_flood_are_closed(stage, web):
    stage.site.origins = ["https://shop.example"]
    await away(stage.site.save)
    body = {"key": stage.pk, "slots": ["hero"]}
    ask = lambda: httpx.post(f"{web.url}/v1/decide", json=body, headers={"origin": "https://e.x"})  # noqa: E731
    await until_async(lambda: ask().status_code == 403)
    async with connect(web, origin="https://e.x") as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage))
        assert await socket.closed() == 4403
    async with connect(web, origin="https://shop.example") as wire:
        socket = Socket(wire)
        await socket.say(**subscription(stage))
        assert (await socket.hear())["type"] == "segments"
    async with connect(web) as wire:
        for _ in range(40):
            await wire.send('{"type": "ping"}')
        with suppress(websockets.ConnectionClosed):
            async for _ in wire:
                pass
        assert wire.close_code == 4429


async def test_a_known_user_is_followed_with_a_token_only(stage, web):
    await happen(stage, identify("vera", {"plan": "pro", "name": "Vera"}))
    await away(stage.admit, [identify("vera", {"plan": "pro", "name": "Vera"})])
    await away(stage.settle)
    async with connect(web) as wire:
        socket = Socket(wire)
        token = stage.token("vera")
        await socket.say(type="subscribe", key=stage.pk, token=token, slots=["hero"])
        await socket.hear()
        told = await socket.hear()
        assert told["decisions"][0]["content"]["text"] == "Hello Vera"


async def test_a_server_hears_what_happens_on_its_site(stage, web):
    async with connect(web) as wire:
        socket = Socket(wire)
        await socket.say(type="subscribe", key=stage.sk, site=True, types=["segment.*"])
        await socket.silent()
        ring = {"kind": "site", "site": stage.site.pk, "type": "segment.entered", "data": {"a": 1}}
        other = {**ring, "site": stage.site.pk + 1000}
        with redis.Redis.from_url(places.cache_url()) as bell:
            for one in (other, {**ring, "type": "slot.changed"}, ring):
                bell.publish(shelf.BELL, json.dumps(one))
        told = await socket.hear()
        assert (told["type"], told["data"]) == ("segment.entered", {"a": 1})


async def test_server_sent_events_resume_by_the_last_event_id(stage, web):
    async def read(stream, wanted):
        events = []
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                events.append(value)
            if name == "data":
                events[-1] = (events[-1], json.loads(value))
                if len(events) == wanted:
                    return events
        return events

    asked = await away(web.decide, stage.pk, anonymousId="d1", channel=True)
    query = {"channel": asked["channel"]}
    async with httpx.AsyncClient(base_url=web.url, timeout=SECONDS) as client:
        async with client.stream("GET", "/v1/stream", params=query) as stream:
            assert stream.headers["content-type"] == "text/event-stream"
            (_, segments), (last, decisions) = await read(stream, 2)
            assert (segments["type"], decisions["type"]) == ("segments", "decisions")
        await happen(stage, viewed("d1"), viewed("d1"))
        again = client.stream("GET", "/v1/stream", params=query, headers={"last-event-id": last})
        async with again as stream:
            (_, segments), (_, decisions) = await read(stream, 2)
            assert segments["entered"] == ["keen"]
            assert decisions["decisions"][0]["variant"] == "keen"
        refused = await client.get("/v1/stream", params={"channel": asked["channel"][:-2] + "xx"})
        assert refused.status_code == 401


async def test_a_restart_says_so_to_everybody_and_ends_soon(stage, child_env, tmp_path):
    with server(child_env, VAR=str(tmp_path)) as own:
        await until_async(own.is_ready, 60)
        query = {"key": stage.pk, "anonymousId": "d1", "slots": "hero"}
        client = httpx.AsyncClient(base_url=own.url, timeout=SECONDS)
        async with client, connect(own) as wire:
            socket = Socket(wire)
            await socket.say(**subscription(stage))
            assert (await socket.hear())["type"] == "segments"
            async with client.stream("GET", "/v1/stream", params=query) as stream:
                lines = stream.aiter_lines()
                while (await anext(lines)) != "event: decisions":
                    pass
                own.process.terminate()
                said = [line async for line in lines]
            assert json.loads(said[-2].removeprefix("data: "))["code"] == 1012
            with suppress(websockets.ConnectionClosed):
                async for _ in wire:
                    pass
            assert wire.close_code == 1012
        await until_async(lambda: own.process.poll() is not None, 15)


async def test_a_token_that_is_over_and_a_key_that_is_revoked_close_the_socket(stage, web):
    async with connect(web) as wire, connect(web) as other:
        token = stage.token("vera", lasts=3_000_000)
        await wire.send(json.dumps(subscription(stage, token=token)))
        await other.send(json.dumps(subscription(stage)))
        for one in (wire, other):
            assert (await Socket(one).hear())["type"] == "segments"
            assert (await Socket(one).hear())["type"] == "decisions"
        assert await Socket(wire).closed() == 4401
        revoked = Key.objects.filter(site=stage.site, kind="pk")
        await away(revoked.update, revoked_at="2026-01-01T00:00Z")
        assert await Socket(other).closed() == 4401
