"""Killed between two statements, or while it tells: nothing is lost, nothing happens twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from personalization.flows import event
from personalization.plant import sql
from personalization.plant.clock import system
from personalization.push import deliveries
from personalization.push.models import Delivery
from personalization.segments.models import Firing, Move
from tests.children import child
from tests.flows.ground import SECOND, USUAL, Ground, track
from tests.flows.test_triggers import HOOK, arm
from tests.push.receivers import receiver
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
TRAIT = {"action": "trait", "trait": "traits.club", "value": "yes"}


class KilledError(BaseException):
    """The process ends here."""


def dying_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the n-th statement from now on be the process's end."""
    left = [number]

    def counted(real: Any) -> Any:
        def act(*args: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise KilledError
            return real(*args, **more)

        return act

    for name in ("rows", "run", "copy"):
        monkeypatch.setattr(sql, name, counted(getattr(sql, name)))


def test_killed_between_any_two_statements_it_fires_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ground = Ground()
    ground.segment("buyers", {"event": "Bought"})
    arm(ground, "hook", {"on": {"entered": "buyers"}, "do": HOOK})
    arm(ground, "trait", {"on": {"event": "Bought"}, "do": TRAIT})
    ground.clock.instant += SECOND
    ground.drain()
    ground.admit([track("Bought", "ann", 1)])
    kills = 0
    while True:
        with monkeypatch.context() as patched:
            dying_at(patched, kills)
            try:
                event.walk("live", ground.clock, USUAL)
            except KilledError:
                kills += 1
                assert (Firing.objects.count(), Delivery.objects.count()) == (0, 0)
                assert Move.objects.count() == 0
                continue
        break
    assert kills > 20
    ground.drain()
    assert Firing.objects.count() == 2
    assert Delivery.objects.count() == 1
    assert ground.balance()["applied"] == 2
    assert ground.balance()["accepted"] == 1


@pytest.mark.slow
def test_a_courier_killed_while_it_tells_a_receiver_tells_it_again_under_one_id(
    child_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    ground = Ground()
    ground.clock.instant = system.now()
    ground.segment("buyers", {"event": "Bought"})
    victim: list[subprocess.Popen[bytes]] = []

    def answer(number: int) -> tuple[int, dict[str, str]]:
        if number == 1:
            os.kill(victim[0].pid, signal.SIGKILL)
        return 204, {}

    with receiver(answer) as heard:
        arm(ground, "hook", {"on": {"event": "Bought"}, "do": {**HOOK, "url": heard.url}})
        ground.clock.instant = system.now()
        ground.admit([{"type": "track", "event": "Bought", "userId": "ann"}])
        ground.drain()
        env = {**child_env, "OUTGOING_ALLOW": "127.0.0.0/8"}
        victim.append(_courier(env))
        until(lambda: victim[0].poll() is not None, 60)
        assert Delivery.objects.get().state == "waiting"
        other = _courier({**env, "AHEAD": str(deliveries.LEASE)})
        until(lambda: Delivery.objects.get().state == "done", 60)
        other.terminate()
        other.wait(60)
    assert heard.ids == [Firing.objects.get().key] * 2
    assert Delivery.objects.get().attempts == 2


def _courier(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return child([sys.executable, "-m", "tests.push.killable"], signal.SIGTERM, cwd=ROOT, env=env)
