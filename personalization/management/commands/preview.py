"""``manage.py preview``: how many people a revision would be about if it were in force."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser

from personalization.flows import preview
from personalization.plant.clock import system


class Command(BaseCommand):
    """Count for a revision of a segment or matrix, and print the run."""

    help = "Count whom a segment's or matrix's revision would be about, in force or not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(preview.KINDS))
        parser.add_argument("revision", type=int, help="the revision's id")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = preview.preview(options["kind"], options["revision"], system)
        except ObjectDoesNotExist as missing:
            raise CommandError(f"no revision {options['revision']}") from missing
        said = {"state": run.state, "error": run.error, "of": run.total, **run.result}
        self.stdout.write(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode())
