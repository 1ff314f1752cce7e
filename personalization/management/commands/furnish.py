"""``manage.py furnish``: the demo shop's site, keys, definitions and first visitors."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from personalization.events.models import Packed
from personalization.flows import seed

PATIENCE = 120
LOOK = 0.1


class Command(BaseCommand):
    """Make what is missing, and let the first visitors through the real path."""

    help = "Furnish the demo shop: site, keys, definitions, first visitors. Does nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument("--visitors", type=int, default=5_000)
        parser.add_argument("--events", type=int, default=200_000)
        parser.add_argument("--first", type=int, default=50)

    def handle(self, **options: Any) -> None:
        self._say("publishing the shop's segments and content ...")
        seed.seed()
        self._say("letting the first visitors through ...")
        crowd = {name: options[name] for name in ("url", "visitors", "events", "first")}
        if call_command("simulate", stdout=self.stdout, **crowd):
            self._drained()

    def _drained(self) -> None:
        """Wait until nothing of the first visitors is still in the inbox."""
        deadline = time.monotonic() + PATIENCE
        while Packed.objects.exists():
            if time.monotonic() > deadline:
                raise CommandError("the workers do not drain the inbox; see their logs")
            time.sleep(LOOK)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
