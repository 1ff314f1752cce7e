"""What the cache told is used again only while the cache stands by it."""

from __future__ import annotations

import asyncio

import pytest

from personalization.features.recall import FRESH, Named, Recall
from personalization.features.snapshot import READ, Reader, Seen, Snapshot, Who
from personalization.plant import places
from personalization.plant.lookups import Lookups
from personalization.plant.redis import Connection
from personalization.push import shelf
from tests.flows.ground import Ground
from tests.waiting import until_async

pytestmark = pytest.mark.django_db
ANN = Who(1, "a" * 32, False)
PROFILE = "b" * 32
KEYS = (shelf.identity(1, ANN.identity), shelf.snapshot(1, PROFILE))


def body(version: int) -> bytes:
    return (
        f'{{"profile":"{PROFILE}","version":{version},"generation":1,"digest":"","next":null,'
        f'"consent":{{}},"at":1,"state":{{}}}}'
    ).encode()


class Reading:
    """A reader on the real cache, and the questions it put to it."""

    def __init__(self) -> None:
        self.recall: Recall[Snapshot] = Recall()
        self.connection = Connection(places.cache_url(), take_back=self.recall.take_back)
        lookups = Lookups(places.database_url())
        self.reader = Reader(self.connection.script(READ), lookups, self.recall)

    async def seen(self) -> Seen:
        await self.connection.call("PING")  # it was heard just now
        return await self.reader.of(ANN)

    async def version(self) -> int:
        found = (await self.seen()).snapshot
        return found.version if found else 0


@pytest.fixture
def reading(empty_cache):
    Ground()
    empty_cache.hset(KEYS[0], mapping={"person": PROFILE, "view": PROFILE})
    empty_cache.set(KEYS[1], body(1))

    async def run(story):
        made = Reading()
        assert await made.connection.start()
        assert made.connection.tracks
        try:
            await story(made)
        finally:
            await made.connection.close()
            await made.reader.lookups.close()

    return lambda story: asyncio.run(run(story))


def asked(client) -> int:
    return int(client.info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0))


def test_what_was_read_is_not_asked_again_until_it_is_written(reading, empty_cache):
    async def story(made):
        assert await made.version() == 1
        before = asked(empty_cache)
        assert [await made.version() for _ in range(20)] == [1] * 20
        assert asked(empty_cache) == before
        empty_cache.set(KEYS[1], body(2))
        assert await made.version() == 2
        assert asked(empty_cache) == before + 1

    reading(story)


def test_consent_another_profile_and_an_emptied_cache_are_seen_at_once(reading, empty_cache):
    async def story(made):
        assert await made.version() == 1
        empty_cache.hset(KEYS[0], "consent", '{"personalization":false}')
        assert (await made.seen()).consent == {"personalization": False}
        empty_cache.hset(KEYS[0], "view", "c" * 32)
        assert await made.version() == 0
        empty_cache.hset(KEYS[0], "view", PROFILE)
        assert await made.version() == 1
        empty_cache.delete(*KEYS)
        assert await made.version() == 0

    reading(story)


def test_an_answer_that_was_taken_back_on_its_way_is_not_kept(reading, empty_cache):
    async def story(made):
        questions = [made.reader.of(ANN) for _ in range(50)]
        writing = asyncio.to_thread(lambda: [empty_cache.set(KEYS[1], body(n)) for n in range(99)])
        await asyncio.gather(writing, *questions)
        assert await made.version() == 98

    reading(story)


def test_a_silent_cache_is_asked_again(reading, empty_cache):
    async def story(made):
        assert await made.version() == 1
        before = asked(empty_cache)
        await until_async(lambda: made.connection.silence() > FRESH)
        assert (await made.reader.of(ANN)).snapshot is not None
        assert asked(empty_cache) == before + 1

    reading(story)


def test_a_lost_cache_takes_everything_back(reading, empty_cache):
    async def story(made):
        assert await made.version() == 1
        empty_cache.client_kill_filter(_type="normal", skipme=True)
        await until_async(lambda: made.connection.lost)
        assert made.recall.find(ANN.identity, ANN.person) is None

    reading(story)


def test_an_answer_is_kept_only_if_nothing_was_said_of_it_since():
    recall: Recall[str] = Recall()
    mark = recall.mark()
    recall.take_back([b"pz:{1}:s:other"])
    recall.keep(mark, "i", True, Named("p", {}), "one")
    assert recall.find("i", True) == (Named("p", {}), "one")
    for key in (b"pz:{1}:i:i", b"pz:{1}:s:p", None):
        mark = recall.mark()
        recall.take_back(key and [key])
        recall.keep(mark, "i", True, Named("p", {}), "two")
        assert recall.find("i", True) is None
        recall.keep(recall.mark(), "i", True, Named("p", {}), "three")
        assert recall.find("i", False) is None
