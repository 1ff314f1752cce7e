"""A client of the stream, as the tests use it."""

from __future__ import annotations

import asyncio
import json

import pytest
import websockets
from django.db import connection

SECONDS = 20


class Socket:
    """A client of the stream."""

    def __init__(self, wire):
        self.wire = wire

    async def say(self, **message):
        await self.wire.send(json.dumps(message))

    async def hear(self):
        return json.loads(await asyncio.wait_for(self.wire.recv(), SECONDS))

    async def silent(self):
        """Nothing is told before the answer to a ping."""
        await self.say(type="ping")
        assert await self.hear() == {"type": "pong"}

    async def closed(self):
        with pytest.raises(websockets.ConnectionClosed) as end:
            await asyncio.wait_for(self.wire.recv(), SECONDS)
        return end.value.rcvd.code


def connect(web, **headers):
    return websockets.connect(
        web.ws,
        subprotocols=["personalization.v1"],
        additional_headers=headers,
        open_timeout=SECONDS,
    )


def subscription(stage, device="d1", **more):
    return {"type": "subscribe", "key": stage.pk, "anonymousId": device, "slots": ["hero"], **more}


async def away(work, *given, **named):
    """Do blocking work in a thread, and leave no connection there."""

    def do():
        try:
            return work(*given, **named)
        finally:
            connection.close()

    return await asyncio.to_thread(do)


async def happen(stage, *messages):
    await away(stage.happen, *messages)
