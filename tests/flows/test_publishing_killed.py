"""A worker killed with -9 while it publishes: any other goes on, and no profile is a mixture."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

import pytest

from personalization.features.models import ProfileState
from personalization.flows import definitions, preparation, publication, rebuild
from personalization.plant import sql
from personalization.segments.models import Member, Move, Segment, SegmentRevision
from personalization.sites.models import Generation, Publication
from tests.children import child
from tests.flows.ground import HOUR, Ground, track
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PEOPLE = 600
KEEN = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 3}
KEENER = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 2}
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
WORKER = """
import django, sys
django.setup()
from personalization.flows import preparation
from personalization.plant.clock import FixedClock
preparation.SLICE, preparation.TURN = 5, 0.05
while preparation.advance(FixedClock(int(sys.argv[1])), bool):
    pass
"""
"""What prepares while there is something to be prepared, a few profiles at a time."""


def worker(env: dict[str, str], ground: Ground) -> subprocess.Popen[bytes]:
    now = str(ground.clock.now())
    return child([sys.executable, "-c", WORKER, now], signal.SIGKILL, env=env)


def is_sound(ground: Ground) -> bool:
    run = rebuild.rebuild(ground.site.pk, ground.clock, lambda _: None)
    return bool(run.state == "done" and run.result["differences"] == 0)


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch) -> Ground:
    ground = Ground("killed")
    ground.segment("keen", KEEN)
    monkeypatch.setattr(preparation, "AT_ONCE", -1)  # from now on every site is a large one
    ground.clock.instant += HOUR
    for at in (1, 2, 3):
        ground.admit([track("Viewed", f"u{n}", at) for n in range(PEOPLE)])
    ground.drain()
    return ground


def profiles(rows: Any) -> set[str]:
    return {profile.hex for profile in rows}


def test_a_worker_killed_while_it_publishes_leaves_no_mixture_and_another_goes_on(
    ground: Ground, child_env: dict[str, str]
) -> None:
    site = ground.site.pk
    old, before = definitions.live(site).segments["keen"], Generation.objects.get().number
    segment = Segment.objects.get(slug="keen")
    revision = SegmentRevision.objects.create(segment=segment, number=2, condition=KEENER)
    begun = publication.publish_segment(revision.pk, "test", ground.clock)
    kills = 0
    for share in (1, 2, 3):
        victim = worker(child_env, ground)
        row = Publication.objects.filter(pk=begun.pk)
        until(lambda: row.get().done >= share * PEOPLE // 5, 120)  # noqa: B023 asked at once
        victim.kill()
        victim.wait(60)
        until(lambda: sql.rows(OTHERS) == [(0,)], 60)
        kills += row.get().state == Publication.State.PREPARING
        digest = definitions.load(site).digest
        reached = profiles(ProfileState.objects.filter(digest=digest).values_list("pk", flat=True))
        moved = Move.objects.exclude(key=old).filter(superseded_at=None)
        assert profiles(moved.values_list("profile", flat=True)) == reached
        assert Member.objects.filter(key=old).count() == PEOPLE
        assert Generation.objects.get().number == before
    assert kills == 3
    assert worker(child_env, ground).wait(120) == 0
    begun.refresh_from_db()
    assert (begun.state, Generation.objects.get().number) == ("live", before + 1)
    definitions._loaded.clear()
    new = definitions.live(site).segments["keen"]
    assert Member.objects.filter(key=new).count() == Member.objects.count() == PEOPLE
    assert is_sound(ground)
