"""``manage.py backtest``: what a segment would have done under other stability settings."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser

from personalization.flows import backtest
from personalization.plant import json
from personalization.plant.clock import system


class Command(BaseCommand):
    """Fold the histories for a revision of a segment, and print the run."""

    help = "Say from the log how a segment's revision would have moved people, setting by setting."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("revision", type=int, help="the revision's id")
        example = '{"days": 30, "more_than": 4, "stability": [{"exit_after": "1h"}]}'
        parser.add_argument("asked", nargs="?", default="{}", help=f"JSON, like {example}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asked = json.parse(options["asked"].encode("utf-8", "surrogatepass"))
            run = backtest.backtest(options["revision"], asked, system)
        except json.Malformed as fault:
            raise CommandError(f"at {fault.at or '/'}: {fault.message}") from fault
        except ObjectDoesNotExist as missing:
            raise CommandError(f"no revision {options['revision']}") from missing
        said = {"state": run.state, "error": run.error, **run.result}
        self.stdout.write(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode())
