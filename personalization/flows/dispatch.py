"""Dispatch: letters leave the outbox, at once after their transaction or when swept up later."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

import orjson
import redis
from django.db import transaction

from personalization.features import recorder
from personalization.flows import refolding
from personalization.flows.event import Passed
from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.push import outbox, relay
from personalization.push.outbox import Letter
from personalization.segments import conclusions

log = logging.getLogger(__name__)

SWEEP = 200
"""So many letters are swept up at a time."""

STATES = f"""
SELECT {sql.hexed("profile")}, version, generation, digest, body
FROM features_profilestate WHERE profile = ANY(%b::text[]::uuid[])
"""


class Dispatch:
    """Sends letters; where the cache is down it waits a second and leaves them to the sweep."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.concluding: Callable[[], object] | None = None
        self.closed_until = 0.0  # no matter how the clock is set meanwhile

    def send(self, passed: Passed) -> None:
        """Send what a transaction just committed; what cannot leave now stays in the outbox."""
        if passed.letters and self._try(passed.letters, passed.snapshots):
            with transaction.atomic():
                outbox.done(passed.letters)
        if passed.snapshots and self.concluding and conclusions.awaited():
            self.concluding()

    def sweep(self) -> int:
        """Send letters nobody sent: urgent ones at once, the others after a second."""
        if time.monotonic() < self.closed_until:
            return 0
        with transaction.atomic():
            letters = outbox.waiting(self.clock.now(), SECOND, SWEEP)
            if not letters or not self._try(letters, self._snapshots(letters)):
                return 0
            outbox.done(letters)
        return len(letters)

    def _try(self, letters: Iterable[Letter], snapshots: dict[str, bytes]) -> bool:
        if time.monotonic() < self.closed_until:
            return False
        try:
            relay.send(letters, snapshots)
        except redis.RedisError as failure:
            log.warning("the cache cannot be reached, letters wait: %s", failure)
            self.closed_until = time.monotonic() + 1
            return False
        return True

    def _snapshots(self, letters: Iterable[Letter]) -> dict[str, bytes]:
        wanted = {
            profile
            for letter in letters
            if letter.kind == "profiles"
            for profile, _, _ in letter.payload["profiles"]
        }
        return snapshots(wanted, self.clock) if wanted else {}


def snapshots(profiles: Iterable[str], clock: Clock) -> dict[str, bytes]:
    """Return the profiles' snapshots as they stand in the store."""
    wanted = list(profiles)
    consents = refolding.consents(wanted)
    found = {}
    for profile, version, generation, digest, body in sql.rows(STATES, [wanted]):
        raw = bytes(body)
        times = (orjson.loads(raw)["at"][2], clock.now())
        terms = (generation, digest)
        consent = consents.get(profile, {})
        found[profile] = recorder.snapshot(profile, version, terms, raw, consent, times)
    return found
