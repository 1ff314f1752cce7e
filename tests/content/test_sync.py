"""A sync of everything: killed in the middle it goes on, and what it missed is repaired."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from personalization.content.sources import Entry, Source
from personalization.flows import renewal, syncing
from personalization.push.deliveries import LEASE
from personalization.push.models import Delivery
from personalization.sites.models import AuditEntry
from rules.errors import InvalidError
from tests.api.stage import Stage
from tests.children import child
from tests.cms_adapters import silent, vendors
from tests.cms_adapters.vendors import answered
from tests.content.newsroom import Newsroom, served
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored
MANY = 10_000


@pytest.fixture
def newsroom(transactional_db, monkeypatch):
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    stage = Stage()

    @contextmanager
    def opened(vendor):
        cms = vendor()
        with served(cms) as url:
            room = Newsroom(stage, cms, url)
            yield room
            room.end()

    return opened


@contextmanager
def courier(env, ahead=0):
    """A courier in a process of its own, which may be killed."""
    env = {**env, "OUTGOING_ALLOW": "127.0.0.0/8", "AHEAD": str(ahead)}
    process = child([sys.executable, "-m", "tests.push.killable"], env=env,
                    stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_sync_of_ten_thousand_killed_in_the_middle_goes_on_where_it_was(newsroom, child_env):
    with newsroom(vendors.Wagtail) as room:
        for number in range(MANY):
            room.cms.put(f"e{number:05}", number + 1, f"Title {number}")
        syncing.begin(room.source.pk, "test", room.clock)
        with courier(child_env) as first:
            until(lambda: Entry.objects.count() >= MANY // 3, 120)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        done = Entry.objects.count()
        source = Source.objects.get()
        assert done < MANY
        assert source.sync_began_at is not None
        with courier(child_env, ahead=2 * LEASE):
            until(lambda: Source.objects.get().sync_began_at is None, 120)
        asked = [path for path in room.cms.asked if "cursor" in path or "limit" in path]
        assert len(asked) <= MANY // vendors.EACH + 2  # no part but the killed one was read twice
        assert Entry.objects.filter(status="published").count() == MANY
        assert Source.objects.get().sync_rows == MANY
        assert Delivery.objects.filter(state="waiting").count() == 0


def test_what_slips_through_the_pages_of_a_sync_is_not_taken_for_gone(newsroom):
    with newsroom(vendors.WordPress) as room:
        for number in range(1, 251):
            room.cms.put(str(number), number, f"Title {number}")
        room.sync()
        pages = []

        def before(path):
            pages.append(path)
            if len(pages) == 2:
                del room.cms.entries["5"]  # all that follow move up: one is on no page at all

        room.cms.before = before
        room.sync()
        assert room.held()["101"][0] == "published"
        room.sync()
        held = room.held()
        assert held["5"][0] == "deleted"
        assert sum(status == "published" for status, _ in held.values()) == 249


def test_what_changed_since_is_read_and_an_expired_place_begins_anew(newsroom):
    with newsroom(vendors.Contentful) as room:
        for number in range(150):
            room.cms.put(f"e{number:03}", number)
        first = room.sync()
        assert (first.sync_rows, first.resume) == (150, "200")
        changed = {"sys": {"id": "e007", "type": "DeletedEntry"}}
        del room.cms.entries["e007"]
        told = {"items": [changed], "nextSyncUrl": "https://x/sync?sync_token=201"}
        room.cms.before = lambda path: answered(told) if "sync_token=200" in path else None
        second = room.sync(whole=False)
        assert (second.sync_whole, second.resume) == (False, "201")
        assert room.held()["e007"][0] == "deleted"
        assert sum(status == "published" for status, _ in room.held().values()) == 149
        room.cms.before = lambda path: answered({}, 400) if "sync_token=201" in path else None
        third = room.sync(whole=False)
        assert (third.sync_whole, third.sync_rows) == (True, 149)


def test_a_sync_waits_as_long_as_the_cms_says_and_is_asked_for_once(newsroom):
    with newsroom(vendors.Standard) as room:
        room.cms.put("e1", 1)
        room.cms.before = lambda _: answered({}, 503, **{"retry-after": "900"})
        number = syncing.begin(room.source.pk, "test", room.clock).sync_number
        room.work()
        row = Delivery.objects.get()
        assert row.due - row.written_at >= 900_000_000
        assert syncing.begin(room.source.pk, "test", room.clock).sync_number == number
        assert Delivery.objects.count() == 1
        Source.objects.update(enabled=False)
        with pytest.raises(InvalidError):
            syncing.begin(room.source.pk, "test", room.clock)
        Delivery.objects.update(due=0)
        room.work()
        assert Delivery.objects.get().state == "dropped"


def test_what_is_due_is_synced_by_itself(newsroom):
    with newsroom(vendors.Standard) as room:
        room.cms.put("e1", 1, "One")
        Source.objects.update(sync_every=3_600)
        assert renewal.due(room.clock) == 1
        assert renewal.due(room.clock) == 0
        room.work()
        assert room.held() == {"e1": ("published", "One")}
        Source.objects.update(sync_due=room.clock.now() - 1)
        assert renewal.due(room.clock) == 1


@pytest.mark.node
def test_contentfuls_own_client_reads_of_our_stand_in_what_our_adapter_keeps(newsroom):
    clients = Path(__file__).resolve().parents[1] / "clients"
    if shutil.which("node") is None or not (clients / "node_modules" / "contentful").is_dir():
        pytest.skip("needs node and its packages (npm install in tests/clients)")
    with newsroom(vendors.Contentful) as room:
        for number in range(250):
            room.cms.put(f"e{number:03}", number, f"Title {number}")
        room.sync()
        host = room.source.url.removeprefix("http://")
        words = ["node", "contentful_reads.mjs", host, "sp1", "token", "e007"]
        done = subprocess.run(words, cwd=clients, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        theirs = {
            (one["id"], one["kind"], locale): title
            for one in told["entries"]
            for locale, title in one["fields"]["title"].items()
        }
        ours = {(e.external_id, e.kind, e.locale): e.title for e in Entry.objects.all()}
        assert theirs == ours
        (one,) = Entry.objects.filter(external_id="e007")
        assert told["one"]["fields"]["title"] == {one.locale: one.title}
        assert told["token"] == Source.objects.get().resume


def begun_and_broken_in(room, many=250):
    """Begin a sync of many entries and read its first part; return what was asked so far."""
    for number in range(1, many + 1):
        room.cms.put(f"e{number:03}", number, f"Title {number}")
    syncing.begin(room.source.pk, "test", room.clock)
    until(lambda: room.courier.turn() and Source.objects.get().sync_rows, 60)
    assert Source.objects.get().sync_began_at is not None
    return len(room.cms.asked)


def changed(**options):
    """Change a source's options as its form and the API do."""
    source = Source.objects.get()
    before, source.options = source.terms, {**source.options, **options}
    source.save()
    return source.reread(before)


def began():
    """Return why each sync began, in order."""
    rows = AuditEntry.objects.filter(action="began to sync").order_by("pk")
    return [row.detail.get("because") for row in rows]


OVERTAKEN = "the source was changed meanwhile"


def test_a_sync_whose_options_are_changed_begins_anew_with_them_and_says_so(newsroom):
    with newsroom(silent.Strapi) as room:
        asked = begun_and_broken_in(room)
        assert changed(types="teaser,hero:heroes", title="body") is True
        room.work()
        source = Source.objects.get()
        assert (source.sync_began_at, source.sync_rows, source.sync_number) == (None, 250, 2)
        assert {entry.title for entry in Entry.objects.all()} == {"<p>Body</p>"}
        assert any("/api/teasers?" in path for path in room.cms.asked[asked:])
        assert began() == [None, OVERTAKEN]
        assert Delivery.objects.filter(state="waiting").count() == 0


def test_a_type_that_is_read_no_more_ends_no_sync(newsroom):
    with newsroom(silent.Strapi) as room:
        begun_and_broken_in(room)
        changed(types="teaser")
        room.work()
        assert Source.objects.get().sync_began_at is None
        assert began() == [None, OVERTAKEN]


def test_what_was_on_its_way_under_other_options_is_left(newsroom):
    with newsroom(silent.Strapi) as room:
        room.cms.put("e1", 1, "One")

        def before(_):
            room.cms.before = None
            changed(title="body")
            connection.close()  # this thread's own

        room.cms.before = before
        room.sync()
        assert {entry.title for entry in Entry.objects.all()} == {"<p>Body</p>"}
        assert Source.objects.get().sync_number == 2


def test_a_sync_that_waits_for_long_begins_anew_as_soon_as_its_source_is_changed(newsroom):
    with newsroom(silent.Strapi) as room:
        room.cms.put("e1", 1, "One")
        room.cms.before = lambda _: answered({}, 503, **{"retry-after": "80000"})
        syncing.begin(room.source.pk, "test", room.clock)
        room.work()
        room.cms.before = None
        assert renewal.due(room.clock) == 0
        changed(locales="en,de")
        assert renewal.due(room.clock) == 1
        assert renewal.due(room.clock) == 0
        room.work()
        assert room.held() == {"e1": ("published", "One")}
        assert Source.objects.get().sync_began_at is None


def test_who_asks_for_a_sync_after_a_change_gets_one_that_knows_of_it(newsroom):
    with newsroom(silent.Strapi) as room:
        room.cms.put("e1", 1, "One")
        first = syncing.begin(room.source.pk, "test", room.clock).sync_number
        changed(title="body")
        assert syncing.begin(room.source.pk, "test", room.clock).sync_number == first + 1
        room.work()
        assert {entry.title for entry in Entry.objects.all()} == {"<p>Body</p>"}
        assert began() == [None, None]


def test_a_source_that_is_switched_off_is_not_under_way_for_ever(newsroom):
    with newsroom(vendors.Wagtail) as room:
        begun_and_broken_in(room)
        Source.objects.update(enabled=False)
        room.work()
        assert Source.objects.get().sync_began_at is None
        Source.objects.update(enabled=True)
        assert room.sync().sync_rows == 250


def test_what_changed_since_is_not_asked_of_another_place(newsroom):
    with newsroom(vendors.Contentful) as room:
        room.cms.put("e1", 1, "One")
        assert room.sync().resume == "100"
        assert changed(title="body") is False
        assert Source.objects.get().resume == ""
        assert room.sync(whole=False).sync_whole is True
