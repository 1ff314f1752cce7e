"""``manage.py personalization_send``: send what could not be sent, for a scheduler or by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from personalization_client import sender


class Command(BaseCommand):
    """Send notices now."""

    help = "Tell the personalization server of changes it has not been told of yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --all: also what is not due yet, and what was given up."""
        parser.add_argument("--all", action="store_true")

    def handle(self, **options: Any) -> None:
        """Send, and say how it went."""
        taken, refused = sender.send_due(everything=options["all"])
        self.stdout.write(f"{taken} sent, {refused} not taken")
