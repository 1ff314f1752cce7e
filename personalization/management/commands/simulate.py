"""``manage.py simulate``: a shop's visitors of the last 30 days, sent through the import lane."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personalization import tasks
from personalization.events.models import ImportRun, Packed
from personalization.flows import keepsakes, lantern, simulation
from personalization.flows.delivery import Sender, UndeliveredError
from personalization.plant import clock, offset
from personalization.sites.models import Site

TOGETHER = 20
"""So many visitors are sent at once."""
LOOK = 0.5
EVERY = 5.0
"""Seconds between two words on progress."""


class Command(BaseCommand):
    """Send simulated visitors; started again it goes on where it stopped."""

    help = "Send simulated visitors of the demo shop through the import lane."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--visitors", type=int, default=5_000)
        parser.add_argument("--events", type=int, default=200_000)
        parser.add_argument("--first", type=int, help="stop after the first so many visitors")

    def handle(self, **options: Any) -> str | None:
        clock.system.offset = offset.current()
        site = Site.objects.get(slug=lantern.SLUG)
        run = progress(site, options)
        quotas = simulation.quotas(options["seed"], options["visitors"], options["events"])
        last = min(options["first"] or len(quotas), len(quotas))
        sender = Sender(options["url"], keepsakes.read()["secret_key"])
        if run.lines >= last:
            return None
        try:
            self._send(run, sender, quotas[:last], options)
        except UndeliveredError as fault:
            raise CommandError(f"the server does not take events: {fault}") from fault
        finally:
            sender.close()
        if run.finished:
            self._learn(run, options["events"])
        return f"{run.accepted:,} of {options['events']:,} simulated events are sent"

    def _learn(self, run: ImportRun, events: int) -> None:
        """Ask for the scores to be trained as soon as everybody is folded in."""
        spoke = time.monotonic()
        while Packed.objects.filter(site_id=run.site_id, lane="import").exists():
            time.sleep(LOOK)
            if time.monotonic() - spoke > EVERY:
                spoke = time.monotonic()
                self._say(run, events)
        self.stdout.write("all of them are folded in; the purchase likelihood is being learned")
        tasks.recompute_scores.delay(run.site_id)

    def _send(self, run: ImportRun, sender: Sender, quotas: list[int], options: Any) -> None:
        spoke = time.monotonic()
        goods = lantern.catalogue()
        for start in range(run.lines, len(quotas), TOGETHER):
            part = range(start, min(start + TOGETHER, len(quotas)))
            until = run.mapping["until"]
            people = [simulation.visitor(options["seed"], n, quotas[n], until, goods) for n in part]
            sender.send(message for person in people for message in person)
            run.lines = part.stop
            run.accepted = sum(quotas[: part.stop])
            run.finished = part.stop == options["visitors"]
            run.save()
            if time.monotonic() - spoke > EVERY or run.finished:
                spoke = time.monotonic()
                self._say(run, options["events"])

    def _say(self, run: ImportRun, events: int) -> None:
        waiting = Packed.objects.filter(site_id=run.site_id, lane="import")
        pending = sum(waiting.values_list("count", flat=True)[:10_000])
        done = run.accepted - pending
        self.stdout.write(
            f"{run.accepted:,} of {events:,} simulated events sent, {done:,} folded in"
        )
        self.stdout.flush()


def progress(site: Site, options: dict[str, Any]) -> ImportRun:
    """Return how far this simulation got; its end is the instant of its first start."""
    name = f"simulation {options['seed']}/{options['visitors']}/{options['events']}"
    run, _ = ImportRun.objects.get_or_create(
        site=site,
        fingerprint=name,
        defaults={"file": "simulation", "mapping": {"until": clock.system.now()}},
    )
    return run
