"""Races: two processes on the same profiles at once end as one after the other would (F29)."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from typing import Any

import pytest

from personalization.events.models import Logged
from personalization.features import held
from personalization.flows import definitions, rebuild
from personalization.flows.loop import Loop
from personalization.plant.instants import to_text
from personalization.profiles.models import Link
from personalization.segments.models import Member, Move, Segment, SegmentRevision
from personalization.sites.naming import identity_hex
from tests.children import child
from tests.flows.ground import HOUR, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KEEN = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 3}
HOURLY = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 2}
numbers = count()


def viewed(at: int, user: str = "ann", **more: Any) -> dict[str, Any]:
    return track("Viewed", user, at) | {"messageId": f"{user}-{at}"} | more


def is_sound(ground: Ground) -> bool:
    run = rebuild.rebuild(ground.site.pk, ground.clock, lambda _: None)
    return bool(run.state == "done" and run.result["differences"] == 0)


WORKER = """
import django, sys
django.setup()
from personalization.flows import event, parting, publication, recompute, refolding
from personalization.flows.parting import Word
from personalization.plant.clock import FixedClock
from personalization.profiles.identity import ContendedError
clock, what, site = FixedClock(int(sys.argv[1])), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
if what == "drain":
    idle = 0
    while idle < 20:
        try:
            worked = event.walk("live", clock, event.Appetite(rows=3, shards=4)).events
            idle = 0 if worked else idle + 1
        except ContendedError:
            continue
elif what == "recompute":
    for _ in range(5):
        recompute.recompute_segments(site, clock)
elif what == "publish":
    publication.publish_segment(int(sys.argv[4]), "test", clock)
elif what == "part":
    parting.part(site, [int(sys.argv[4])], Word("test", "a race"), clock)
"""
"""What one of two racing processes does; it starts when it is told to."""


def race(env: dict[str, str], ground: Ground, *works: tuple[str, ...]) -> None:
    """Let processes work at once, and wait for all of them."""
    now, site = str(ground.clock.now()), str(ground.site.pk)
    runners = [
        child([sys.executable, "-c", WORKER, now, what, site, *more], env=env, text=True,
              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for what, *more in works
    ]  # fmt: skip
    for runner in runners:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ready\n"
    for runner in runners:
        assert runner.stdin is not None
        runner.stdin.write("\n")
        runner.stdin.flush()
    assert [runner.wait(120) for runner in runners] == [0] * len(runners)
    for runner in runners:
        for pipe in (runner.stdin, runner.stdout):
            assert pipe is not None
            pipe.close()
    held._held.clear()
    definitions._loaded.clear()
    loop = Loop("", ground.clock)
    while loop.turn():
        pass


def busy(ground: Ground, people: int = 40) -> None:
    """Let many events of few people wait, many twice, some joining devices to users."""
    for at in range(3):
        for _ in range(2):
            ground.admit([viewed(at * 10, f"u{n}") for n in range(people)])
        ground.admit(
            [viewed(at * 10 + 5, f"u{n}", anonymousId=f"d{n // 2}") for n in range(people)]
        )


def test_f29_two_workers_on_the_same_events_and_merges_end_as_one(
    child_env: dict[str, str],
) -> None:
    worlds = []
    for works in ((), (("drain",), ("drain",))):
        ground = Ground(f"race-{next(numbers)}")
        ground.segment("keen", KEEN)
        ground.clock.instant += HOUR
        busy(ground)
        race(child_env, ground, *works)
        assert is_sound(ground)
        assert ground.balance()["pending"] == 0
        worlds.append([ground.moves(f"u{n}") for n in range(40)])
        assert Logged.objects.filter(site_id=ground.site.pk).count() == 240
    assert worlds[0] == worlds[1]


def test_f29_publish_beside_evaluation_and_recompute_never_mixes_revisions(
    child_env: dict[str, str],
) -> None:
    ground = Ground("published")
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    busy(ground)
    ground.drain()
    busy_again = [viewed(100 + n, f"u{n % 40}") for n in range(400)]
    ground.admit(busy_again)
    revision = SegmentRevision.objects.create(
        segment=Segment.objects.get(slug="keen"), number=2, condition=HOURLY
    )
    race(child_env, ground, ("drain",), ("publish", str(revision.pk)), ("recompute",))
    assert Segment.objects.get(slug="keen").live == revision
    assert is_sound(ground)
    key = definitions.live(ground.site.pk).segments["keen"]
    said = Move.objects.filter(superseded_at=None, key=key).values_list("profile", "effective_at")
    assert len(set(said)) == len(said) > 0


def test_f29_an_un_merge_beside_events_of_the_same_people_is_serial(
    child_env: dict[str, str],
) -> None:
    ground = Ground("parted")
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    ground.admit([viewed(1, anonymousId="phone")])
    ground.drain()
    link = Link.objects.get().pk
    for at in range(30):
        ground.admit([track("Viewed", None, at) | {"anonymousId": "phone"}, viewed(40 + at)])
    race(child_env, ground, ("drain",), ("part", str(link)), ("drain",))
    phone = identity_hex(ground.site.pk, "anonymous", "phone")
    assert ground.profile("phone", "anonymous") == phone != ground.profile("ann")
    assert is_sound(ground)


def test_f29_a_withdrawn_consent_beside_a_recompute_leaves_nothing(
    child_env: dict[str, str],
) -> None:
    ground = Ground("withdrawn")
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    busy(ground)
    ground.drain()
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    ground.clock.instant += HOUR
    now = to_text(ground.clock.now())
    ground.admit([viewed(7_000, f"u{n}", context=no, timestamp=now) for n in range(20)])
    race(child_env, ground, ("drain",), ("recompute",), ("recompute",))
    said_no = [ground.profile(f"u{n}") for n in range(20)]
    assert not Member.objects.filter(profile__in=said_no).exists()
    assert Member.objects.exists()
    assert is_sound(ground)
