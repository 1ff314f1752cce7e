"""Un-merge: both come back with their own history, readers follow, and versions only grow."""

from __future__ import annotations

import io

import orjson
import pytest
import redis
from django.core.management import CommandError, call_command

from personalization.features.models import ProfileState
from personalization.flows import parting, portrait
from personalization.flows.dispatch import Dispatch
from personalization.flows.parting import Word
from personalization.profiles.models import Identity, Link, Profile
from personalization.push import shelf
from personalization.segments.models import Member
from personalization.sites.models import AuditEntry
from personalization.sites.naming import identity_hex
from tests.flows.ground import HOUR, SECOND, Ground, track

pytestmark = pytest.mark.django_db(transaction=True)
KEEN = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 3}
WORD = Word("ada@shop.example", "two people share a phone")


@pytest.fixture
def ground() -> Ground:
    made = Ground()
    made.segment("keen", KEEN)
    made.clock.instant += HOUR
    return made


def viewed(at: int, **who: str) -> dict[str, object]:
    return {**track("Viewed", None, at, n=at), **who, "messageId": f"{at}{who}"}


def joined(ground: Ground, *, verified: bool = True) -> int:
    """Two histories that make one keen person; return the link between them."""
    ground.admit([viewed(1, anonymousId="phone"), viewed(2, anonymousId="phone")])
    ground.drain()
    ground.admit([viewed(3, userId="ann")])
    ground.drain()
    join(ground, 4, verified=verified)
    return Link.objects.get().pk


def join(ground: Ground, at: int, *, verified: bool = True) -> None:
    said = viewed(at, userId="ann", anonymousId="phone") | {"type": "identify"}
    ground.admit([said], verified=verified)
    ground.drain()


def person(kind: str, value: str) -> str:
    return Identity.objects.get(kind=kind, value=value).person.hex


def test_both_come_back_with_their_own_histories(ground: Ground) -> None:
    link = joined(ground)
    ann, phone = person("user", "ann"), identity_hex(ground.site.pk, "anonymous", "phone")
    assert ground.moves("ann") == [("keen", "in", 3)]
    ground.clock.instant += SECOND
    parting.part(ground.site.pk, [link], WORD, ground.clock)
    assert (person("user", "ann"), person("anonymous", "phone")) == (ann, phone)
    assert Profile.objects.get(pk=phone).merged_into is None
    assert (ground.moves("ann"), ground.moves("phone", "anonymous")) == ([], [])
    assert not Member.objects.exists()
    ground.admit([viewed(5, anonymousId="phone")])
    ground.drain()
    assert ground.moves("phone", "anonymous") == [("keen", "in", 5)]


def test_who_took_it_back_when_and_why_is_kept(ground: Ground) -> None:
    link = joined(ground)
    parting.part(ground.site.pk, [link], WORD, ground.clock)
    row = Link.objects.get()
    assert (row.revoked_by, row.reason, row.revoked_at) == (*WORD[:2], ground.clock.now())
    entry = AuditEntry.objects.get(action="unmerge")
    assert (entry.actor, entry.object_id) == (WORD.actor, str(link))
    assert entry.detail["reason"] == WORD.reason
    shown = portrait.of(ground.site.pk, Identity.objects.get(value="ann").person, 0)
    assert shown is not None
    assert [(one["revoked_by"], one["counts"]) for one in shown["links"]] == [(WORD.actor, False)]
    assert [one["corrected"] is None for one in shown["moves"]] == [False]


def test_versions_only_grow_through_merges_and_un_merges(ground: Ground) -> None:
    highest: dict[str, int] = {}
    link = joined(ground)
    for change in (parting.part, parting.rejoin, parting.part):
        ground.clock.instant -= 600 * SECOND  # a clock that is set back does not take them back
        change(ground.site.pk, [link], WORD, ground.clock)
        for profile, version in ProfileState.objects.values_list("profile", "version"):
            assert version > highest.get(profile.hex, 0)
            highest[profile.hex] = version


def test_what_was_said_before_joins_no_more_and_what_is_said_anew_does(ground: Ground) -> None:
    link = joined(ground)
    parting.part(ground.site.pk, [link], WORD, ground.clock)
    join(ground, 2_000)
    assert person("user", "ann") != person("anonymous", "phone")
    ground.clock.instant += HOUR
    join(ground, 3_700)
    assert person("user", "ann") == person("anonymous", "phone")


def test_a_barred_link_joins_nobody_until_it_is_restored(ground: Ground) -> None:
    link = joined(ground)
    parting.part(ground.site.pk, [link], WORD._replace(barred=True), ground.clock)
    ground.clock.instant += HOUR
    join(ground, 3_700)
    assert person("user", "ann") != person("anonymous", "phone")
    parting.rejoin(ground.site.pk, [link], WORD, ground.clock)
    assert person("user", "ann") == person("anonymous", "phone")
    assert ground.moves("ann") == [("keen", "in", 3)]


def test_a_device_falls_back_to_who_was_known_on_it_before(ground: Ground) -> None:
    for at, user in ((10, "ben"), (20, "ann")):
        ground.admit([viewed(at, userId=user, anonymousId="phone")])
        ground.drain()
    assert person("anonymous", "phone") == person("user", "ann")
    link = Link.objects.get(other=Identity.objects.get(value="ann").pk)
    parting.part(ground.site.pk, [link.pk], WORD, ground.clock)
    assert person("anonymous", "phone") == person("user", "ben")


def test_a_claimed_link_shows_the_device_nothing_after_an_un_merge_either(ground: Ground) -> None:
    joined(ground)
    join(ground, 5, verified=False)
    parting.part(ground.site.pk, [Link.objects.get(trust="verified").pk], WORD, ground.clock)
    phone = Identity.objects.get(value="phone")
    assert (phone.person.hex, phone.view) == (person("user", "ann"), phone.pk)
    assert ground.moves("ann") == [("keen", "in", 3)]
    assert not Member.objects.filter(profile=phone.view).exists()


def test_the_cache_follows_and_no_older_letter_undoes_it(
    ground: Ground, empty_cache: redis.Redis
) -> None:
    dispatch = Dispatch(ground.clock)
    link = joined(ground)  # nobody sent its letters: the worker died after the commit
    dispatch.send(parting.part(ground.site.pk, [link], WORD, ground.clock))
    ground.clock.instant += 5 * SECOND
    while dispatch.sweep():
        pass
    for kind, value in (("user", "ann"), ("anonymous", "phone")):
        profile = identity_hex(ground.site.pk, kind, value)
        known = empty_cache.hgetall(shelf.identity(ground.site.pk, profile))
        assert (known[b"person"], known[b"view"]) == (profile.encode(),) * 2
        told = orjson.loads(empty_cache.get(shelf.snapshot(ground.site.pk, profile)))
        assert told["version"] == ProfileState.objects.get(pk=profile).version


def test_the_command_parts_and_restores(ground: Ground) -> None:
    joined(ground)
    asked = {"site": "lantern", "reason": "a test", "stdout": io.StringIO()}
    call_command("unmerge", "phone", **asked)
    assert person("user", "ann") != person("anonymous", "phone")
    with pytest.raises(CommandError, match="nothing of that kind joins phone"):
        call_command("unmerge", "phone", **asked)
    call_command("unmerge", "phone", "--from", "ann", "--restore", **asked)
    assert person("user", "ann") == person("anonymous", "phone")


def test_a_link_of_another_site_is_refused(ground: Ground) -> None:
    link = joined(ground)
    other = Ground("harbour")
    with pytest.raises(LookupError):
        parting.part(other.site.pk, [link], WORD, ground.clock)
    assert person("user", "ann") == person("anonymous", "phone")
