"""Every adapter through the real endpoint and a CMS on loopback: what comes in is shown."""

from __future__ import annotations

import pytest
from django.conf import settings

from personalization.content.sources import Entry, Source
from personalization.push.models import Delivery
from tests.cms_adapters.test_conformance import VENDORS
from tests.cms_adapters.vendors import OTHER, answered
from tests.content.newsroom import Newsroom, everything_stored, send, served
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.name)
def room(request, stage, web, monkeypatch):
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    cms = request.param()
    with served(cms) as url:
        room = Newsroom(stage, cms, url)
        until(lambda: web.http.post(f"/hooks/{room.source.pk}").status_code == 401)
        yield room
        room.end()


class TestEveryAdapter:
    """The contract, whatever the CMS."""

    def test_a_hook_is_verified_and_what_it_is_about_reaches_the_visitor_in_its_newest_state(
        self, room, web
    ):
        self.what_is_not_the_cmss_own_is_refused(room, web)
        self.a_publish_reaches_the_visitor_once_and_an_end_leaves_the_fallback(room, web)
        self.hooks_in_any_order_and_a_stale_answer_end_in_the_newest(room, web)
        self.a_source_that_is_off_is_gone(room, web)

    def test_what_is_read_is_all_there_is_and_nothing_private(self, room, web):
        self.a_busy_cms_is_asked_again_when_it_says(room, web)
        self.a_sync_finds_all_and_what_vanished_is_no_more(room)

    def a_publish_reaches_the_visitor_once_and_an_end_leaves_the_fallback(self, room, web):
        key, stage = room.cms.key(1), room.stage
        room.cms.put(key, 3, "Fresh & new")
        variant = room.fill("base", key)
        first = send(web, room.request(key))
        assert (first.status_code, first.json()["duplicate"]) == (202, False)
        again = send(web, room.request(key)).json()
        if room.cms.signs:
            assert again == {"id": first.json()["id"], "duplicate": True}
        room.work()
        locale = room.cms.locale
        assert room.shown(variant) == {"": "For everybody", locale: "Fresh & new"}
        if not locale:
            until(lambda: web.knows(stage))
            assert web.decide(stage.pk, anonymousId="d")["decisions"][0]["content"] == {
                "type": "text", "text": "Fresh & new",
            }  # fmt: skip
        room.cms.entries[key]["published"] = False
        assert send(web, room.request(key, "unpublish", "m2")).status_code == 202
        room.work()
        assert locale not in room.shown(variant)
        room.cms.put(key, 4, "Back")
        send(web, room.request(key, "publish", "m3"))
        room.work()
        assert room.shown(variant)[locale] == "Back"
        del room.cms.entries[key]
        send(web, room.request(key, "delete", "m4"))
        room.work()
        assert locale not in room.shown(variant)
        assert room.held()[key][0] == "deleted"

    def what_is_not_the_cmss_own_is_refused(self, room, web):
        key = room.cms.key(1)
        room.cms.put(key, 1)
        strange = send(web, room.request(key, secret=OTHER))
        assert (strange.status_code, strange.json()["error"]["code"]) == (401, "signature")
        if room.cms.signs:
            request = room.request(key)
            body = request.body.replace(key.encode(), b"zz" + key.encode())
            tampered = web.http.post(request.path, content=body, headers=dict(request.headers))
            assert tampered.status_code == 401
            assert send(web, room.request(key, at=1_700_000_000)).status_code == 401
        assert Delivery.objects.count() == 0

    def a_source_that_is_off_is_gone(self, room, web):
        key = room.cms.key(1)
        Source.objects.update(enabled=False)
        until(lambda: send(web, room.request(key)).status_code == 410)
        assert send(web, room.request(key)).json()["error"]["code"] == "disabled"

    def hooks_in_any_order_and_a_stale_answer_end_in_the_newest(self, room, web):
        key = room.cms.key(2)
        old = room.request(key, "publish", "o1")
        room.cms.put(key, 9, "Newest")
        assert send(web, room.request(key, "publish", "o2")).status_code == 202
        room.work()
        room.cms.put(key, 2, "Of a cache")
        assert send(web, old).status_code == 202
        room.work()
        assert room.held()[key] == ("published", "Newest")
        del room.cms.entries[key]
        send(web, room.request(key, "delete", "o3"))
        room.work()
        room.cms.put(key, 8, "Of a cache")
        send(web, room.request(key, "publish", "o4"))
        room.work()
        assert room.held()[key][0] == "deleted"

    def a_busy_cms_is_asked_again_when_it_says(self, room, web):
        key = room.cms.key(1)
        room.cms.put(key, 3, "Here")
        send(web, room.request(key))
        room.cms.before = lambda _: answered({}, 429, **{"retry-after": "700"})
        room.work()
        row = Delivery.objects.get()
        assert (row.state, row.error, row.status) == ("waiting", "later", 429)
        assert row.due - row.written_at >= 700_000_000
        room.cms.before = lambda _: answered({"error": "no"}, 401)
        Delivery.objects.update(due=0)
        room.work()
        assert (Delivery.objects.get().error, room.held()) == ("unreadable", {})
        source = Source.objects.get()
        assert "401" in source.last_fault
        room.cms.before = None
        Delivery.objects.update(due=0)
        room.work()
        assert room.held() == {key: ("published", "Here")}

    def a_sync_finds_all_and_what_vanished_is_no_more(self, room):
        for number in range(1, 131):
            room.cms.put(room.cms.key(number), number, f"Title {number}")
        room.sync()
        assert len(room.held()) == 130
        del room.cms.entries[room.cms.key(7)]
        room.cms.put(room.cms.key(8), 500, "Changed")
        room.sync()
        held = room.held()
        assert held[room.cms.key(7)][0] == "deleted"
        assert held[room.cms.key(8)] == ("published", "Changed")
        assert sum(status == "published" for status, _ in held.values()) == 129
        assert room.cms.PRIVATE not in everything_stored()
        assert "authorization" not in everything_stored()
        assert Entry.objects.filter(fields__icontains=room.cms.PRIVATE).count() == 0
