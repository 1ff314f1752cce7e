"""A web process hints the workers by the task's name, and that task exists."""

import asyncio

import pytest
import redis

from personalization import asgi, tasks
from personalization.plant import places
from personalization.plant.hints import Hints
from tests.waiting import until_async

pytestmark = pytest.mark.services


def test_a_hint_reaches_the_live_queue():
    with redis.Redis.from_url(places.broker_url()) as broker:
        before = broker.llen("live")
        asgi._send_hint()
        assert broker.llen("live") == before + 1
        broker.ltrim("live", 0, before - 1) if before else broker.delete("live")


def test_hints_asked_for_in_one_breath_are_two_at_most_and_never_none():
    sent = []

    async def ask() -> None:
        hints = Hints(lambda: sent.append(1))
        for _ in range(50):
            hints.ask("live")
        await until_async(lambda: sent)
        hints.ask("live")
        await until_async(lambda: len(sent) == 2)

    asyncio.run(ask())
    assert len(sent) == 2


def test_the_hint_names_a_task_of_ours():
    assert tasks.app.tasks[asgi.DRAIN].name == tasks.drain.name
