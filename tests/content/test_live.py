"""Strapi and Directus themselves, where one is told of (``make cms-strapi``): hooks, reads, syncs.

Opt-in: each takes minutes to install, so the suite has them as stand-ins in their recorded shapes.
"""

from __future__ import annotations

import os

import pytest
from django.conf import settings

from personalization.content.sources import Entry, Source
from personalization.flows import syncing
from personalization.push.models import Delivery
from tests.content.desks import DESKS, PRIVATE
from tests.content.newsroom import Newsroom, everything_stored
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored
MANY = 130
"""More than one part of a sync."""


@pytest.fixture(params=DESKS)
def desk(request):
    url = os.environ.get(request.param)
    if not url:
        pytest.skip(f"asked for by {request.param}=http://... and LIVE_EDITOR=mail:password")
    return DESKS[request.param](url)


@pytest.fixture
def room(desk, stage, monkeypatch):
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    room = Newsroom(stage, desk, desk.url)
    yield room
    room.end()


@pytest.fixture
def hooked(room, desk, web):
    """The room, which hears the CMS's own hooks at the running server."""
    until(lambda: web.http.post(f"/hooks/{room.source.pk}").status_code == 401)
    desk.hook(f"{str(web.http.base_url).rstrip('/')}/hooks/{room.source.pk}")
    yield room
    desk.unhook()


def held(key):
    """Return the status and title of an entry in each locale."""
    rows = Entry.objects.filter(external_id=key).exclude(locale="*")
    return {row.locale: (row.status, row.title) for row in rows}


def is_live(key, locale):
    """Tell whether an entry is held as published."""
    return held(key).get(locale, ("", ""))[0] == "published"


def becomes(room, key, wanted, locale):
    """Wait until the CMS's own hook led to this; what was to be read again in 30 s is read now."""

    def there():
        Delivery.objects.filter(state="waiting").update(due=0)
        room.work()
        return held(key).get(locale, ("", "")) == wanted

    until(there, 60)


def test_what_editors_do_in_the_real_cms_is_shown_and_taken_back(hooked, desk):
    room, locale = hooked, desk.locales[0]
    key = desk.create(f"One {desk.word}", "<p>Fish</p>", locale)
    variant = room.fill("base", key)
    desk.publish(key, locale)
    becomes(room, key, ("published", f"One {desk.word}"), locale)
    row = Entry.objects.get(external_id=key, locale=locale)
    assert (row.html, row.kind) == ("<p>Fish</p>", "hero")
    assert room.shown(variant)[locale] == f"One {desk.word}"
    the_last_of_many_is_what_stays(room, desk, key)
    if len(desk.locales) > 1:
        another_language_comes_and_goes_alone(room, desk, key, variant)
    desk.unpublish(key, locale)
    becomes_gone(room, key, locale)
    assert room.shown(variant).get(locale) in (None, "For everybody")
    desk.publish(key, locale)  # nothing was written since: the version is what it was
    becomes(room, key, ("published", f"7 {desk.word}"), locale)
    assert room.shown(variant)[locale] == f"7 {desk.word}"
    desk.delete(key)
    becomes_gone(room, key, locale)
    assert room.shown(variant).get(locale) in (None, "For everybody")
    assert desk.token not in everything_stored()
    assert PRIVATE not in everything_stored()


def the_last_of_many_is_what_stays(room, desk, key):
    """In whatever order their hooks come."""
    locale = desk.locales[0]
    for number in range(8):
        desk.write(key, f"{number} {desk.word}", locale)
        desk.publish(key, locale)
    becomes(room, key, ("published", f"7 {desk.word}"), locale)


def another_language_comes_and_goes_alone(room, desk, key, variant):
    locale, other = desk.locales
    desk.write(key, f"Zwei {desk.word}", other)
    desk.publish(key, other)
    becomes(room, key, ("published", f"Zwei {desk.word}"), other)
    assert held(key)[locale] == ("published", f"7 {desk.word}")
    assert room.shown(variant)[other] == f"Zwei {desk.word}"
    desk.delete(key, other)
    becomes_gone(room, key, other)
    assert held(key)[locale] == ("published", f"7 {desk.word}")


def becomes_gone(room, key, locale):
    def gone():
        Delivery.objects.filter(state="waiting").update(due=0)
        room.work()
        return not is_live(key, locale)

    until(gone, 60)


def test_a_sync_of_the_real_cms_finds_all_and_repairs_what_no_hook_told(room, desk):
    locale = desk.locales[0]
    keys = [desk.create(f"{number} {desk.word}", "", locale) for number in range(MANY)]
    try:
        for key in keys[1:]:
            desk.publish(key, locale)
        room.sync()
        assert len([key for key in keys if is_live(key, locale)]) == MANY - 1
        parts = Delivery.objects.filter(payload__has_key="sync", state="done").count()
        assert parts > 1
        desk.unpublish(keys[1], locale)
        desk.delete(keys[2])
        desk.publish(keys[0], locale)
        room.sync()
        states = [is_live(key, locale) for key in keys]
        assert states == [True, False, False, *[True] * (MANY - 3)]
        assert PRIVATE not in everything_stored()
        what_cannot_be_read_deletes_nothing(room, desk)
        assert [is_live(key, locale) for key in keys] == states
    finally:
        for key in (*keys[:2], *keys[3:]):
            desk.delete(key)


def what_cannot_be_read_deletes_nothing(room, desk):
    """A wrong token, and a type that is misspelt, are faults: no entry is taken for deleted."""
    source = Source.objects.get()
    kept, options = source.token, source.options
    for token, said in (("", options), (kept, {**desk.broken})):
        Source.objects.update(token=token, options=said)
        syncing.begin(source.pk, "test", room.clock)
        room.work()
        assert Source.objects.get().last_fault != ""
        Source.objects.update(last_fault="", sync_began_at=None)
        Delivery.objects.filter(state="waiting").delete()
    Source.objects.update(token=kept, options=options)
