"""Admission: groups, refusals, outages; nothing is acknowledged that is not committed."""

import asyncio
import threading

import psycopg
import pytest

from personalization.events import admission, packing
from personalization.events.admission import Admission, Overloaded, Unavailable
from personalization.events.backlog import OLDEST, Backlog
from personalization.events.message import Call
from personalization.events.models import Counter, Packed
from personalization.events.parcel import Parcel, pack
from personalization.flows import admission as flow
from personalization.plant.clock import Clock, FixedClock
from personalization.plant.json import Malformed
from personalization.sites.models import Site
from tests.events.ground import laid, stored  # noqa: F401 - a fixture
from tests.waiting import until

pytestmark = stored
LIMITS = {"live": 10.0, "import": 300.0}
CLOCK = Clock()


def parcel(*messages, site=1, lane="live"):
    held = Parcel(site, lane, CLOCK.now())
    events = [{"type": "page", "anonymousId": "a", "messageId": str(m)} for m in messages]
    pack(events, None, Call(site, lane, held.received_at), held)
    return held


async def nothing(connection, words):
    pass


def made(url=None, also=nothing, clock=CLOCK):
    return Admission(url or flow.url(), clock, also, LIMITS)


def run(act, held=None):
    """Run a test's coroutine with an admission that is closed at the end."""
    held = held or made()

    async def whole():
        try:
            return await act(held)
        finally:
            await held.close()

    return asyncio.run(whole())


def test_calls_that_come_together_are_one_commit():
    async def act(held):
        await asyncio.gather(*(held.admit(parcel(n)) for n in range(40)))

    run(act)
    (row,) = Packed.objects.all()
    assert row.count == 40
    assert Counter.objects.get(name="accepted").count == 40


def test_sites_and_lanes_are_packed_apart():
    async def act(held):
        parcels = [parcel(1, site=s, lane=lane) for s in (1, 2) for lane in LIMITS]
        await asyncio.gather(*map(held.admit, parcels))

    run(act)
    assert set(Packed.objects.values_list("site_id", "lane")) == {
        (1, "live"), (1, "import"), (2, "live"), (2, "import"),
    }  # fmt: skip


def test_a_packed_row_is_closed_when_it_is_full():
    rows = packing.rows([parcel(*range(700)), parcel(*range(700, 1_300))])
    assert [row[4] for row in rows] == [500, 200, 500, 100]
    assert packing.rows([parcel(*range(700), lane="import")])[0][4] == 700


def test_a_group_with_data_at_fault_harms_only_the_call_it_is_of():
    site = Site.objects.create(slug="s", name="s")
    gone = parcel(1, site=site.pk)
    gone.refuse({}, Malformed("x", "", "its site is deleted in the meantime"))
    site.delete()

    async def act(held):
        calls = [held.admit(gone), *(held.admit(parcel(n)) for n in (2, 3))]
        return await asyncio.gather(*calls, return_exceptions=True)

    outcomes = run(act)
    assert [type(outcome) for outcome in outcomes] == [Unavailable, type(None), type(None)]
    assert Counter.objects.get(name="accepted").count == 2


def test_an_error_of_ours_refuses_and_the_next_call_is_taken():
    async def broken(connection, words):
        raise KeyError("ours")

    held = made(also=broken)

    async def act(held):
        bad = parcel(1)
        bad.words.append(None)
        with pytest.raises(Unavailable):
            await held.admit(bad)
        await held.admit(parcel(2))

    run(act, held)
    assert Counter.objects.get(name="accepted").count == 1
    assert held.held == 0


def test_a_client_that_leaves_does_not_undo_or_disturb():
    async def act(held):
        left = asyncio.ensure_future(held.admit(parcel(1)))
        stays = asyncio.ensure_future(held.admit(parcel(2)))
        await asyncio.sleep(0)
        left.cancel()
        await stays

    run(act)
    assert Counter.objects.get(name="accepted").count == 2


def test_postgresql_away_is_unavailable_at_once_and_over_when_it_is_back(monkeypatch):
    monkeypatch.setattr(admission, "BACKOFF", (0.05, 0.1))
    held = made(url="host=/nonexistent")

    async def act(held):
        for _ in range(3):
            with pytest.raises(Unavailable):
                await held.admit(parcel(1))
        held.url = flow.url()
        for _ in range(100):
            try:
                await held.admit(parcel(1))
            except Unavailable:
                await asyncio.sleep(0.02)
            else:
                return

    run(act, held)
    assert Counter.objects.get(name="accepted").count == 1
    assert held.held == 0


def test_a_connection_that_broke_in_silence_is_replaced_within_the_call():
    async def act(held):
        await held.admit(parcel(1))
        pid = held._connection.info.backend_pid
        async with await psycopg.AsyncConnection.connect(flow.url(), autocommit=True) as other:
            await other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        await held.admit(parcel(2))

    run(act)
    assert Counter.objects.get(name="accepted").count == 2


def test_too_much_in_memory_is_refused(monkeypatch):
    monkeypatch.setattr(admission, "HELD", 100)

    async def act(held):
        first = asyncio.ensure_future(held.admit(parcel(*range(50))))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await held.admit(parcel(99))
        await first

    run(act)
    assert Counter.objects.get(name="accepted").count == 50


def old(lane, age):
    received = CLOCK.now() - age * 1_000_000
    Packed.objects.create(
        site_id=1, lane=lane, shard=3, received_at=received, count=1, payload=b"x\ny"
    )


async def looked(held):
    while held.backlog.due():
        held._wake()
        await held._worker


def test_an_old_backlog_refuses_its_own_lane_until_it_is_worked_off(ground):
    old("live", 11)
    old("import", 11)

    async def act(held):
        await looked(held)
        with pytest.raises(Overloaded):
            await held.admit(parcel(1))
        await held.admit(parcel(2, lane="import"))
        await asyncio.to_thread(_emptied)
        held.backlog._looked = float("-inf")
        await looked(held)
        await held.admit(parcel(3))

    run(act)


def _emptied():
    with psycopg.connect(flow.url(), autocommit=True) as connection:
        connection.execute("DELETE FROM events_inbox")


def test_a_look_that_is_long_ago_refuses_nobody(ground):
    async def act(held):
        held.backlog.ages = {"live": 1e9}
        held.backlog._looked = asyncio.get_running_loop().time() - 60
        await held.admit(parcel(1))

    run(act)


def test_the_look_uses_the_index_with_many_rows(ground):
    Packed.objects.bulk_create(
        Packed(site_id=1, lane="live", shard=n % 16, received_at=n, count=1, payload=b"")
        for n in range(5_000)
    )
    backlog = Backlog(FixedClock(1_000_000), LIMITS)

    async def act():
        async with await psycopg.AsyncConnection.connect(flow.url(), autocommit=True) as connection:
            await connection.execute("ANALYZE events_inbox")
            await backlog.look(connection)
            cursor = await connection.execute("EXPLAIN " + OLDEST)
            return "\n".join(line for (line,) in await cursor.fetchall())

    plan = asyncio.run(act())
    assert backlog.ages == {"live": 1.0}
    assert "inbox_lane_shard" in plan
    assert "Seq Scan on events_inbox" not in plan


def test_the_server_says_429_with_retry_after_and_browsers_may_read_it(ground):
    old("live", 3_700)

    def refused():
        return ground.track(messageId="x").status_code == 429

    until(refused)
    answer = ground.post("/v1/t", b"{}", headers={"origin": "https://shop.example"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    batch = {"batch": [{"type": "page", "userId": "u"}]}
    assert ground.post("/v1/import", batch, ground.server).status_code == 200


def test_workers_are_hinted_once_for_many_commits(ground):
    hints, came = [], threading.Event()

    def hint(lane):
        hints.append(lane)
        came.set()

    ground.admission.hint = hint
    ground.track()
    assert came.wait(10)
    assert hints == ["live"]


def test_the_server_says_503_while_postgresql_is_away_and_200_again_after(ground):
    assert ground.track(messageId="1").status_code == 200
    ground.admission.url = "host=/nonexistent"
    pid = ground.admission._connection.info.backend_pid
    with psycopg.connect(flow.url(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    answer = ground.track(messageId="2")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    ground.admission.url = flow.url()
    until(lambda: ground.track(messageId="2").status_code == 200)
    assert ground.counts() == {"accepted": 2}
