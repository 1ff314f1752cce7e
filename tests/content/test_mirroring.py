"""What entries changed is shown as one publish; what cannot be shown is asked for, once."""

from __future__ import annotations

import pytest
from django.conf import settings

from personalization.content.sources import Binding, Entry, Source
from personalization.flows import filling, flipping, mirroring, newsroom, syncing
from personalization.plant.clock import FixedClock, system
from personalization.plant.instants import SECOND
from personalization.push.models import News
from personalization.sites.models import Generation, Publication
from personalization.sites.reviews import Freeze
from tests.api.stage import Stage
from tests.cms_adapters import vendors
from tests.content.newsroom import Newsroom, served
from tests.events.ground import stored

pytestmark = stored


@pytest.fixture
def room(transactional_db, monkeypatch):
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    cms = vendors.Standard()
    with served(cms) as url:
        found = Newsroom(Stage(), cms, url)
        yield found
        found.end()


def number(room):
    return Generation.objects.get(site=room.stage.site).number


def filled(room, count):
    """Let so many entries fill so many variants."""
    for each in range(count):
        room.cms.put(f"e{each}", 1, f"Title {each}")
    return [room.fill(f"v{each}", f"e{each}") for each in range(count)]


def requests(room):
    while newsroom.step(system):
        pass
    rows = News.objects.filter(type="content.requested").order_by("number")
    return [(row.data["reason"], row.data["slots"], row.data["purge"]["tags"]) for row in rows]


def test_a_sync_is_one_publish_however_many_variants_it_fills(room):
    variants, before = filled(room, 12), number(room)
    Binding.objects.update(stale=False)
    room.sync()
    assert number(room) == before + 1
    assert [room.shown(one) for one in variants] == [{"": f"Title {n}"} for n in range(12)]
    rows = Publication.objects.filter(generation=before + 1)
    assert {row.object_id for row in rows} == {one.pk for one in variants}
    for key in ("e3", "e5"):
        del room.cms.entries[key]
    room.cms.put("e7", 2, "Other")
    room.sync()
    assert (room.shown(variants[3]), room.shown(variants[7])) == ({}, {"": "Other"})
    assert number(room) <= before + 3  # what was missing is asked for by itself, after the sync


def test_what_a_sync_changed_waits_for_its_end_but_not_for_long(room):
    (variant,) = filled(room, 1)
    room.sync()
    now = system.now()
    Source.objects.update(sync_began_at=now)
    Binding.objects.update(stale=True)
    assert mirroring.step(FixedClock(now)) == 0
    assert mirroring.step(FixedClock(now + mirroring.PATIENCE + SECOND)) == 1
    assert room.shown(variant) == {"": "Title 0"}


def test_while_a_site_is_frozen_what_entries_changed_waits_for_the_end(room):
    (variant,) = filled(room, 1)
    now = system.now()
    Freeze.objects.create(site=room.stage.site, name="Sale", start_at=now, until_at=now + SECOND)
    Binding.objects.update(stale=True)
    room.source.refresh_from_db()
    Entry.objects.create(
        source=room.source, external_id="e0", kind=room.cms.kind, version=1, status="published",
        title="Title 0", digest="", seen_at=1, changed_at=1,
    )  # fmt: skip
    assert mirroring.step(FixedClock(now)) == 0
    assert mirroring.step(FixedClock(now + SECOND)) == 1
    assert room.shown(variant) == {"": "Title 0"}


def test_one_that_cannot_be_settled_harms_only_itself(room, monkeypatch):
    variants = filled(room, 3)
    settle = filling.settle

    def breaks(binding, clock):
        if binding.external_id == "e1":
            raise RuntimeError("boom")
        return settle(binding, clock)

    monkeypatch.setattr(filling, "settle", breaks)
    room.sync()
    assert [bool(room.shown(one)) for one in variants] == [True, False, True]
    assert "boom" in Binding.objects.get(external_id="e1").fault


def test_a_publish_that_fails_as_a_whole_is_tried_one_by_one(room, monkeypatch):
    variants = filled(room, 3)
    together = flipping.together

    def breaks(publications, clock):
        if any(one.object_id == variants[1].pk for one in publications):
            raise RuntimeError("boom")
        together(publications, clock)

    monkeypatch.setattr(flipping, "together", breaks)
    room.sync()
    assert [bool(room.shown(one)) for one in variants] == [True, False, True]
    assert not Binding.objects.filter(stale=True).exists()
    assert not Publication.objects.filter(state="preparing").exists()


def test_locales_of_one_entry_go_together(room):
    (variant,) = filled(room, 1)
    rows = {
        "source": room.source,
        "external_id": "e0",
        "kind": room.cms.kind,
        "version": 1,
        "status": "published",
        "digest": "",
        "seen_at": 1,
        "changed_at": 1,
    }
    for locale in ("de", "en"):
        Entry.objects.create(**rows, locale=locale, title=locale)
    before = number(room)
    assert mirroring.step(system) == 1
    assert (room.shown(variant), number(room)) == ({"de": "de", "en": "en"}, before + 1)


def test_content_is_asked_for_once_where_an_entry_has_none_to_show(room):
    (variant,) = filled(room, 1)
    tags = ["slot:hero", "variant:v0"]
    while mirroring.step(system):
        pass
    assert requests(room) == [("entry_missing", ["hero"], tags)]
    room.sync()
    assert len(requests(room)) == 1
    room.cms.put("e0", 2, "Two {{ nonsense")
    room.sync()
    room.cms.put("e0", 3, "Three {{ nonsense")
    room.sync()
    assert requests(room)[1:] == [("entry_unusable", ["hero"], tags)]
    room.cms.put("e0", 4, "Four")
    room.sync()
    room.cms.put("e0", 5, "Five", published=False)
    room.sync()
    assert requests(room)[2:] == [("entry_unpublished", ["hero"], tags)]
    assert room.shown(variant) == {}
    assert syncing.is_under_way(Source.objects.get()) is False
