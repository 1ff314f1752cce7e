"""``manage.py replay``: what a draft would have shown on the last days of the log."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser

from personalization.flows import replay
from personalization.plant.clock import system


class Command(BaseCommand):
    """Replay the log for a revision, and print the run."""

    help = "Say from the log what a matrix's or segment's revision would have done, day by day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(replay.SIDES))
        parser.add_argument("revision", type=int, help="the revision's id")
        parser.add_argument("--days", type=int, default=replay.USUAL)

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= replay.MOST_DAYS:
            raise CommandError(f"--days: expected 1 to {replay.MOST_DAYS}")
        try:
            run = replay.replay(options["kind"], options["revision"], options["days"], system)
        except ObjectDoesNotExist as missing:
            raise CommandError(f"no revision {options['revision']}") from missing
        said = {"state": run.state, "error": run.error, **run.result}
        self.stdout.write(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode())
