"""Hooks of strangers, senders that repeat and overtake themselves, and bodies that were made up."""

from __future__ import annotations

import gzip
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from django.conf import settings

from personalization.content.sources import Entry, Hook, Source
from personalization.push.models import Delivery
from tests.cms_adapters.test_conformance import VENDORS
from tests.cms_adapters.vendors import OTHER, SECRET, Standard
from tests.content.newsroom import Newsroom, send, served
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored
SAID = [
    (b"", 400), (b"[]", 400), (b"null", 400), (b"{", 400),
    (b"[" * 100_000, 400), (b'{"a":' * 100_000, 400), (b'{"type": "' + b"9" * 9 + b'"}', 202),
    (b'{"type": "content.published"}', 400),
    (b'{"type": "content.published", "data": {"id": {"a": 1}}}', 400),
    (b'{"type": "content.published", "data": {"id": [1]}}', 400),
    (b'{"type": "content.published", "data": {"id": true}}', 400),
    (b'{"type": "content.published", "data": {"id": 1e999}}', 400),
    (b'{"type": "content.published", "data": {"id": 0}}', 202),
    (b'{"type": "content.published", "data": {"id": "e1", "locale": {}}}', 400),
    (b'{"type": "content.published", "data": {"id": "e1", "kind": ["x"]}}', 400),
    (b'{"type": "content.published", "data": {"id": "\\ud800"}}', 400),
    (b'{"type": "content.published", "data": {"id": "a\\u0000b"}}', 400),
    (b'{"type": "content.published", "data": {"id": "' + b"x" * 300 + b'"}}', 400),
    (b'{"type": ["content.published"], "data": {"id": "e1"}}', 202),
    (b'{"type": {"a": 1}, "data": 3}', 202),
    (b'{"n": ' + b"9" * 6_000 + b"}", 400),
]  # fmt: skip


@pytest.fixture
def room(request, stage, web, monkeypatch):
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    cms = getattr(request, "param", Standard)()
    with served(cms) as url:
        room = Newsroom(stage, cms, url)
        until(lambda: web.http.post(f"/hooks/{room.source.pk}").status_code == 401)
        yield room
        room.end()


def signed(room, body, *, message="m1", at=None, secret=SECRET):
    """Return any bytes as this source's own CMS would sign them."""
    at = int(time.time()) if at is None else at
    request = replace(room.request("e1"), body=body, headers={})
    return room.cms.sign(request, at, secret, message)


def test_twenty_times_the_same_hook_at_once_is_heard_once(room, web):
    room.cms.put("e1", 3, "Once")
    request = room.request("e1")
    with ThreadPoolExecutor(20) as pool, httpx.Client(base_url=web.url, timeout=30) as client:
        post = lambda _: client.post(request.path, content=request.body, headers=request.headers)  # noqa: E731
        answers = list(pool.map(post, range(20)))
    assert {one.status_code for one in answers} == {202}
    assert sorted(one.json()["duplicate"] for one in answers) == [False, *[True] * 19]
    assert (Hook.objects.count(), Delivery.objects.count()) == (1, 1)


def test_two_versions_of_one_instant_in_either_order_and_the_older_again(room, web):
    variant = room.fill("base", "e1", kind=room.cms.kind)
    older = room.request("e1", message="older")
    newer = room.request("e1", message="newer")
    room.cms.put("e1", 5, "First of the second")
    for request in (older, newer):
        send(web, request)
    room.work()
    room.cms.put("e1", 5, "Second of the second")
    for request in (room.request("e1", message="late"), older):
        send(web, request)
    room.work()
    assert room.held()["e1"] == ("published", "Second of the second")
    assert room.shown(variant)[room.cms.locale] == "Second of the second"
    send(web, older)
    send(web, newer)
    room.work()
    assert room.held()["e1"] == ("published", "Second of the second")


def test_what_is_signed_and_nonsense_is_said_to_be_so(room, web):
    for number, (body, status) in enumerate(SAID):
        answer = send(web, signed(room, body, message=f"n{number}"))
        assert answer.status_code == status, (body[:80], answer.text)


@pytest.mark.parametrize("verb", ["publish", "unpublish", "delete"])
def test_a_hook_that_was_faster_than_the_cms_is_read_once_more(room, web, verb):
    """Strapi tells before it has stored; a cache in front of a CMS is late for some seconds."""
    room.cms.put("e1", 3, "As it was")
    send(web, room.request("e1"))
    room.work()
    send(web, room.request("e1", verb, "early"))
    room.work()
    assert room.held()["e1"] == ("published", "As it was")
    if verb == "publish":
        room.cms.put("e1", 4, "As it is")
    else:
        del room.cms.entries["e1"]
    waiting = Delivery.objects.filter(state="waiting")
    assert waiting.update(due=0) == 1
    room.work()
    held = room.held()["e1"]
    assert held[0] == ("published" if verb == "publish" else "deleted")
    assert held[1] == ("As it is" if verb == "publish" else "As it was")
    assert not Delivery.objects.filter(state="waiting").exists()


def test_a_body_may_be_a_megabyte_and_no_more_however_it_comes(room, web):
    path = room.request("e1").path
    large = b'{"type": "x", "pad": "' + b"y" * 1_048_000 + b'"}'
    assert send(web, signed(room, large)).status_code == 202
    huge = large + b" " * 2_000
    assert send(web, signed(room, huge)).status_code == 413
    parts = (b"x" * 65_536 for _ in range(40))
    assert web.http.post(path, content=parts).status_code == 413
    bomb, zipped = gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}
    assert web.http.post(path, content=bomb, headers=zipped).status_code == 413
    packed = signed(room, b'{"type": "x"}', message="zip")
    headers = {**packed.headers, **zipped}
    answer = web.http.post(path, content=gzip.compress(packed.body), headers=headers)
    assert answer.status_code == 202
    for coding in ("br", "deflate", "gzip, gzip"):
        headers["Content-Encoding"] = coding
        assert web.http.post(path, content=b"{}", headers=headers).status_code == 415


def test_the_type_of_the_content_changes_nothing(room, web):
    kinds = ("", "text/plain", "application/json; charset=utf-16", "multipart/form-data", "é")
    for kind in kinds:
        request = signed(room, b'{"type": "x"}', message=f"k{len(kind)}")
        headers = {**request.headers, "Content-Type": kind.encode("latin-1")}
        answer = web.http.post(request.path, content=request.body, headers=headers)
        assert answer.status_code == 202, kind


def test_a_signature_of_several_versions_and_secrets_needs_one_that_is_right(room, web):
    right = signed(room, b'{"type": "x"}', message="s1")
    mine = right.headers["webhook-signature"]
    fine = [f"v1a,abc {mine}", f"v1,AAAA {mine} v2,zz", f"v1,AAAA  {mine}"]
    bad = ["", "v1,", mine[3:], "v2" + mine[2:], mine.lower(), f"{mine},", "v1", "," * 5_000]
    for said, status in [*((one, 202) for one in fine), *((one, 401) for one in bad)]:
        headers = {**right.headers, "webhook-signature": said}
        answer = web.http.post(right.path, content=right.body, headers=headers)
        assert answer.status_code == status, said


def test_headers_given_twice_never_let_anybody_in(room, web):
    right = signed(room, b'{"type": "x"}', message="d1")
    strange = signed(room, b'{"type": "x"}', message="d2", secret=OTHER)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        for order in (1, -1):
            twice = [(name, right.headers[name]), (name, strange.headers[name])][::order]
            rest = [(k, v) for k, v in strange.headers.items() if k != name]
            answer = web.http.post(right.path, content=right.body, headers=[*rest, *twice])
            assert answer.status_code == 401, (name, order)


def test_a_hook_of_another_time_or_of_none_is_refused(room, web):
    for ago in (301 + 60, -301 - 60, 86_400, -86_400, 10**9):
        at = int(time.time()) - ago
        assert send(web, signed(room, b'{"type": "x"}', at=at)).status_code == 401, ago
    right = signed(room, b'{"type": "x"}')
    for said in ("", "abc", "1e9", "-1", "9" * 5_000, "²", "0x10", "1_700"):
        headers = {**right.headers, "webhook-timestamp": said.encode("latin-1")}
        answer = web.http.post(right.path, content=right.body, headers=headers)
        assert answer.status_code == 401, said


def test_an_unknown_source_is_not_found(room, web):
    request, pk = signed(room, b'{"type": "x"}'), room.source.pk
    odd = ("", "0", "-1", "999999999", "9" * 40, "abc", "²", "%00", "..%2f1")
    for name in (*odd, f"{pk}x", f"{pk}/", f"{pk}/x", f"{pk}%00"):
        answer = web.http.post(f"/hooks/{name}", content=request.body, headers=request.headers)
        assert answer.status_code == 404, name


def test_methods_and_a_source_that_is_off(room, web):
    path = room.request("e1").path
    assert web.http.get(path).status_code == 405
    assert web.http.put(path, content=b"{}").status_code == 405
    Source.objects.update(enabled=False)
    until(lambda: web.http.post(path).status_code == 410)
    assert send(web, room.request("e1")).status_code == 410
    assert Hook.objects.count() == 0


class Story:
    """An editor's day: entries change, and the hooks of it come in any order, again and again."""

    def __init__(self, room, web, dice):
        self.room, self.web, self.dice = room, web, dice
        self.cms, self.keys = room.cms, [room.cms.key(number) for number in (1, 2)]
        self.version, self.binned = 1, {}
        self.hooks = []

    def edit(self):
        key = self.dice.choice(self.keys)
        held = self.cms.entries.get(key)
        act = self.dice.choice(["publish", "publish", "same instant", "unpublish", "delete"])
        if act in ("publish", "same instant"):
            self.version += act == "publish"
            self.binned.pop(key, None)
            self.cms.put(key, self.version, f"{key} {len(self.hooks)}")
            self.tell(key, "publish")
        elif held and act == "unpublish":
            held["published"] = False
            self.tell(key, "unpublish")
        elif held:
            self.binned[key] = self.cms.entries.pop(key)
            self.tell(key, "delete")
        elif key in self.binned:
            self.cms.entries[key] = self.binned.pop(key)
            self.tell(key, "publish")

    def tell(self, key, verb):
        self.hooks.append(self.room.request(key, verb, f"m{len(self.hooks)}"))

    def knock(self, hook):
        assert send(self.web, hook).status_code == 202

    def live(self):
        for _ in range(12):
            self.edit()
            if self.hooks and self.dice.random() < 0.5:
                self.knock(self.dice.choice(self.hooks))
            if self.dice.random() < 0.3:
                self.room.work()
        late = self.hooks * 2
        self.dice.shuffle(late)
        for hook in late:
            self.knock(hook)
        self.room.work()

    def agrees(self):
        held = self.room.held()
        for key in self.keys:
            entry = self.cms.entries.get(key)
            status, title = held.get(key, ("deleted", ""))
            if entry is None or not entry["published"]:
                assert status != "published", key
            else:
                assert (status, title) == ("published", entry["title"])


@pytest.mark.parametrize("room", VENDORS, indirect=True, ids=lambda vendor: vendor.name)
def test_hooks_in_any_order_and_again_end_in_what_the_cms_has(room, web):
    for seed in range(2):
        dice = random.Random(f"{room.cms.name} {seed}")
        room.cms.entries.clear()
        Hook.objects.all().delete()
        Delivery.objects.all().delete()
        Entry.objects.all().delete()
        story = Story(room, web, dice)
        story.live()
        story.agrees()


@pytest.mark.nightly
@pytest.mark.parametrize("room", VENDORS, indirect=True, ids=lambda vendor: vendor.name)
def test_hooks_in_any_order_at_night(room, web):
    """Forty days of each CMS."""
    for seed in range(100, 140):
        Hook.objects.all().delete()
        Delivery.objects.all().delete()
        Entry.objects.all().delete()
        room.cms.entries.clear()
        story = Story(room, web, random.Random(f"{room.cms.name} {seed}"))
        story.live()
        story.agrees()
