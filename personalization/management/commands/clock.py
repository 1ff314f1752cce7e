"""``manage.py clock``: show this installation's clock, move it forward, or set it back."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F

from personalization.plant.clock import system
from personalization.plant.instants import SECOND, to_text
from personalization.plant.models import ClockOffset
from rules import durations
from rules.errors import InvalidError


class Command(BaseCommand):
    """The running processes follow within a second."""

    help = "Show the clock, move it forward (--forward 25h), or set it back to the machine's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--forward", metavar="25h", help="a duration: 90s, 15m, 25h, 7d")
        choice.add_argument("--reset", action="store_true", help="back to the machine's time")

    def handle(self, **options: Any) -> None:
        row, _ = ClockOffset.objects.get_or_create(pk=1)
        if options["forward"]:
            row.microseconds = F("microseconds") + _length(options["forward"])
            row.save()
        elif options["reset"]:
            row.microseconds = 0
            row.save()
        row.refresh_from_db()
        now = system.now() - system.offset + row.microseconds
        ahead = row.microseconds // SECOND
        self.stdout.write(f"{to_text(now)}, {ahead} s ahead of the machine")


def _length(text: str) -> int:
    try:
        return durations.parse(text)
    except InvalidError as fault:
        raise CommandError(str(fault)) from fault
