"""``manage.py sync_content``: read all that a source has anew; workers do it, part by part."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personalization.content.sources import Source
from personalization.flows import syncing
from personalization.plant import offset
from personalization.plant.clock import system
from rules.errors import InvalidError


class Command(BaseCommand):
    """Begin a sync of one source, or say how far it is."""

    help = "Read all that a source has anew, or with --changed what changed since the last time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="the source's slug")
        parser.add_argument("--site", required=True, help="the site's slug")
        parser.add_argument("--changed", action="store_true", help="only what changed since")
        parser.add_argument("--show", action="store_true", help="begin nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        system.offset = offset.current()
        named = {"site__slug": options["site"], "slug": options["source"]}
        source = Source.objects.filter(**named).first()
        if source is None:
            raise CommandError(f"{options['site']} has no source {options['source']}")
        try:
            if not options["show"]:
                source = syncing.begin(source.pk, "command", system, whole=not options["changed"])
        except InvalidError as fault:
            raise CommandError(str(fault)) from None
        ended = "ended" if source.sync_ended_at else "never"
        state = "under way" if source.sync_began_at else ended
        self.stdout.write(f"sync {source.sync_number} {state}: {source.sync_rows} entries")
        if source.last_fault:
            self.stdout.write(f"last fault: {source.last_fault}")
