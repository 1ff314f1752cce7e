"""A list is taken in whole or not at all, and put in force for everybody, wherever work is killed.

A worker uploads a version, puts it in force and tells people; SIGKILL comes before a statement.
"""

from __future__ import annotations

import resource
import sys
from itertools import chain

import pytest

from personalization.flows import listing
from personalization.plant.clock import FixedClock
from personalization.segments import rolls
from personalization.segments.lists import ListEntry, ListVersion, SegmentList
from personalization.segments.models import Member
from tests.flows.ground import SECOND, Ground, track
from tests.flows.mortal import Nursery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
PEOPLE, FIRST = 360, 30
MILLION = 1_000_000
STARTS = range(0, MILLION, 5_000)
PLACES = [0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 34, 40]


def take(clock: FixedClock) -> None:
    """Upload, put in force and tell everybody; some at a time, so that there are places to die."""
    rolls.AT_ONCE = 60
    listing.slicing.SLICE = 60
    roll = SegmentList.objects.get()
    lines = (f"u{number}\n".encode() for number in range(PEOPLE))
    version = rolls.upload(roll, [b"userId\n", *lines], "test", "club.csv", clock.now())
    listing.put_in_force(version, "test", clock)
    listing.apply(clock)


def test_a_list_that_is_killed_while_it_is_taken_leaves_the_old_one_whole(
    child_env: dict[str, str],
) -> None:
    ground = Ground()
    ground.clock.instant += SECOND
    ground.admit([track("Viewed", f"u{number}", 0) for number in range(PEOPLE)], "import")
    ground.drain("import")
    roll = listing.found(ground.site.pk, {"slug": "club"}, "test", ground.clock)
    names = "".join(f"u{number}\n" for number in range(FIRST)).encode()
    first = rolls.upload(roll, [b"userId\n" + names], "test", "", ground.clock.now())
    listing.put_in_force(first, "test", ground.clock)
    settle(ground)
    assert members() == FIRST
    nursery, lived = Nursery(child_env, take), []
    try:
        for place in PLACES:
            lived.append(nursery.work(ground.clock.now(), place))
            whole(first)
            ground.clock.instant += SECOND
    finally:
        nursery.close()
    assert not any(lived)
    taken = ListVersion.objects.exclude(pk=first.pk)
    assert taken.exists()
    settle(ground)
    roll.refresh_from_db()
    assert members() == (FIRST if roll.live_id == first.pk else PEOPLE)
    take(ground.clock)
    settle(ground)
    assert members() == PEOPLE


def whole(first: ListVersion) -> None:
    """Whatever is there is there whole, and something that is whole is in force."""
    for version in ListVersion.objects.all():
        entries = ListEntry.objects.filter(version=version).count()
        assert entries == version.count == (FIRST if version.pk == first.pk else PEOPLE)
    live = SegmentList.objects.get().live
    assert live is not None
    assert live.state == ListVersion.State.READY


def settle(ground: Ground) -> None:
    listing.apply(ground.clock)
    ground.clock.instant += SECOND
    for lane in ("import", "live"):
        ground.drain(lane)


def members() -> int:
    return Member.objects.values("profile").distinct().count()


@pytest.mark.nightly
def test_a_list_of_a_million_is_taken_in_piece_by_piece() -> None:
    ground = Ground()
    roll = listing.found(ground.site.pk, {"slug": "club"}, "test", ground.clock)
    lines = (b"".join(b"person-%d\n" % n for n in range(at, at + 5_000)) for at in STARTS)
    before = peak()
    version = rolls.upload(roll, chain([b"userId\n"], lines), "test", "", ground.clock.now())
    assert (version.state, version.count, version.repeated) == ("ready", MILLION, 0)
    grown = peak() - before
    sys.stderr.write(f"a list of {MILLION}: {grown} KB more memory\n")
    assert grown < 32_768
    listing.put_in_force(version, "test", ground.clock)
    assert SegmentList.objects.get().live == version


def peak() -> int:
    """Return the most memory this process has had, in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
