"""News: exactly what was committed, also with a process killed, never against a person's will."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from standardwebhooks.webhooks import Webhook

from personalization.flows import newsroom
from personalization.plant.instants import to_text
from personalization.push import coalescing, deliveries, news, secrets
from personalization.push.models import Delivery, News, Outbox
from tests.children import child
from tests.flows.ground import DAY, SECOND
from tests.flows.newsstand import BUYER, Newsstand, bodies
from tests.flows.test_triggers_killed import KilledError, dying_at
from tests.push.receivers import receiver
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_withdrawal_takes_news_back_before_they_leave(stand: Newsstand) -> None:
    with receiver() as heard:
        stand.endpoint(heard.url, sees_subjects=True)
        stand.buy("ann", "bob")
        stand.clock.instant += SECOND
        no = {"consent": {"categoryPreferences": {"personalization": False}}}
        stand.admit([{"type": "track", "event": "Left", "userId": "ann", "context": no,
                      "timestamp": to_text(stand.clock.now())}])  # fmt: skip
        stand.drain()
        stand.work()
    assert [said["data"]["subject"]["userId"] for said in bodies(heard)] == ["bob"]
    assert News.objects.filter(profile=stand.profile("ann")).count() == 0


def test_news_of_somebody_who_says_no_before_they_are_numbered_are_not_told(
    stand: Newsstand,
) -> None:
    stand.endpoint("http://127.0.0.1:9/", sees_subjects=True)
    now = to_text(stand.clock.now())
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    stand.admit([{"type": "track", "event": "Bought", "userId": "ann", "timestamp": now}])
    stand.drain()
    stand.clock.instant += SECOND
    stand.admit([{"type": "track", "event": "Left", "userId": "ann", "context": no,
                  "timestamp": to_text(stand.clock.now())}])  # fmt: skip
    stand.number()
    assert News.objects.exclude(profile=None).count() == 0
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("lane", ["live", "import"])
def test_history_is_no_news(stand: Newsstand, lane: str) -> None:
    stand.endpoint("http://127.0.0.1:9/", sees_subjects=True)
    old = to_text(stand.clock.now() - DAY)
    stand.admit([{"type": "track", "event": "Bought", "userId": "ann", "timestamp": old}], lane)
    stand.drain(lane)
    stand.number()
    assert Delivery.objects.count() == 0


def test_a_rolled_back_transaction_tells_nothing(stand: Newsstand) -> None:
    before = Outbox.objects.count()
    stand.endpoint("http://127.0.0.1:9/")
    with suppress(ZeroDivisionError), transaction.atomic():
        stand.segment("never", BUYER)
        assert Outbox.objects.count() > before
        raise ZeroDivisionError
    stand.number()
    assert Outbox.objects.count() == before
    assert Delivery.objects.count() == 0


def test_killed_between_any_two_statements_the_newsroom_tells_once(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.endpoint("http://127.0.0.1:9/", sees_subjects=True)
    stand.admit([{"type": "track", "event": "Bought", "userId": "ann",
                  "timestamp": to_text(stand.clock.now())}])  # fmt: skip
    stand.drain()
    stand.segment("new", BUYER)
    kills = 0
    while True:
        with monkeypatch.context() as patched:
            dying_at(patched, kills)
            try:
                newsroom.step(stand.clock)
            except KilledError:
                kills += 1
                assert Delivery.objects.count() == 0
                continue
        break
    assert kills > 5
    assert newsroom.step(stand.clock) == 0
    types = sorted(d.payload["body"]["type"] for d in Delivery.objects.all())
    assert types == ["segment.changed", "segment.entered"]


def test_nothing_slips_in_behind_a_reader_whoever_commits_first(stand: Newsstand) -> None:
    """The letter with the lower id is committed later: a reader who went on still gets it."""
    site, now = stand.site.pk, stand.clock.now()
    begin = news.bounds(site)[1]
    written, commits, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            _write(site, "slow", now)
            written.set()
            commits.wait(60)
        connection.close()
        done.set()

    threading.Thread(target=slow, daemon=True).start()
    assert written.wait(60)
    _write(site, "quick", now)
    stand.number()
    first = news.read(site, begin, [], 10)
    assert [item.data["slots"] for item in first] == [["quick"]]
    commits.set()
    assert done.wait(60)
    stand.number()
    then = news.read(site, first[-1].number, [], 10)
    assert [item.data["slots"] for item in then] == [["slow"]]
    assert [item.number for item in (*first, *then)] == [begin + 1, begin + 2]


def _write(site: int, slot: str, now: int) -> None:
    news.write(site, 1, [["slot.changed", coalescing.thin(1, "x", slots=[slot])]], now)


def test_many_writers_and_newsrooms_at_once_leave_no_gap(stand: Newsstand) -> None:
    site, now = stand.site.pk, stand.clock.now()
    begin = news.bounds(site)[1]
    seen: list[int] = []

    def write(writer: int) -> None:
        for number in range(10):
            with transaction.atomic():
                _write(site, f"w{writer}.{number}", now)
        connection.close()

    def number() -> None:
        until(lambda: newsroom.step(stand.clock) == 0 and len(seen) >= 40, 60)
        connection.close()

    threads = [threading.Thread(target=write, args=(n,), daemon=True) for n in range(4)]
    threads += [threading.Thread(target=number, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()

    def read() -> bool:
        seen.extend(i.number for i in news.read(site, seen[-1] if seen else begin, [], 7))
        return len(seen) >= 40

    until(read, 60)
    for thread in threads:
        thread.join(60)
    assert seen == list(range(begin + 1, begin + 41))
    slots = [slot for item in news.read(site, begin, [], 99) for slot in item.data["slots"]]
    assert sorted(slots) == sorted(f"w{w}.{n}" for w in range(4) for n in range(10))


@pytest.mark.slow
def test_a_courier_killed_while_it_tells_tells_again_under_one_id(
    stand: Newsstand, child_env: dict[str, str]
) -> None:
    """Committed, then killed: the news is told all the same, and only what was committed."""
    victim: list[subprocess.Popen[bytes]] = []

    def answer(number: int) -> tuple[int, dict[str, str]]:
        if number == 1:
            os.kill(victim[0].pid, signal.SIGKILL)
        return 204, {}

    env = {**child_env, "OUTGOING_ALLOW": "127.0.0.0/8"}
    with receiver(answer) as heard:
        _, secret = stand.endpoint(heard.url)
        with suppress(ZeroDivisionError), transaction.atomic():
            _write(stand.site.pk, "never", stand.clock.now())
            raise ZeroDivisionError
        stand.segment("new", BUYER)
        stand.number()
        victim.append(_courier(env))
        until(lambda: victim[0].poll() is not None, 120)
        other = _courier({**env, "AHEAD": str(deliveries.LEASE)})
        until(lambda: Delivery.objects.get().state == "done", 120)
        other.terminate()
        other.wait(60)
    assert len(set(heard.ids)) == 1
    assert [said["data"]["segments"] for said in bodies(heard)] == [["new"], ["new"]]
    judged = [Webhook(secret).sign(h["webhook-id"], _at(h), b.decode()) for h, b in heard.requests]
    assert judged == [h["webhook-signature"] for h, _ in heard.requests]


def _courier(env: dict[str, str]) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[2]
    return child([sys.executable, "-m", "tests.push.killable"], signal.SIGTERM, cwd=root, env=env)


def _at(headers: dict[str, str]) -> datetime:
    return datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)


@pytest.mark.node
def test_the_standards_library_for_node_verifies_our_deliveries(stand: Newsstand) -> None:
    clients = Path(__file__).resolve().parents[1] / "clients"
    if shutil.which("node") is None or not (clients / "node_modules" / "standardwebhooks").exists():
        pytest.skip("needs node and standardwebhooks (npm install in tests/clients)")
    with receiver() as heard:
        row, old = stand.endpoint(heard.url, sees_subjects=True)
        new = secrets.renew(row.lane, stand.clock.now())
        stand.buy("ännchen")
        stand.segment("new", BUYER)
        stand.work()
    told = json.dumps([{"headers": h, "body": b.decode()} for h, b in heard.requests])
    for secret in (old, new):
        words = ["node", str(clients / "webhooks.mjs"), secret, told]
        said = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
        assert said == bodies(heard)
    strange = ["node", str(clients / "webhooks.mjs"), "whsec_" + "A" * 32, told]
    said = json.loads(subprocess.run(strange, check=True, capture_output=True).stdout)
    assert all("refused" in one for one in said)
