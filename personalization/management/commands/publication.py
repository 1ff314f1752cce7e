"""``manage.py publication``: list what is published, cancel what prepares."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personalization.flows import leaving
from personalization.plant.clock import system
from personalization.plant.instants import to_text
from personalization.sites.models import Publication

SHOWN = 20


class Command(BaseCommand):
    """Show the newest publications, or cancel one that prepares."""

    help = "List publications, or cancel one that prepares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="the newest, with their progress")
        verbs.add_parser("cancel", help="stop one that prepares").add_argument("id", type=int)

    def handle(self, *_: Any, **options: Any) -> None:
        if options["verb"] == "list":
            for row in Publication.objects.select_related("site").order_by("-pk")[:SHOWN]:
                self.stdout.write(_line(row))
            return
        found = Publication.objects.select_related("site").filter(pk=options["id"]).first()
        if found is None:
            raise CommandError(f"no publication {options['id']}")
        leaving.cancel(found, "cancelled by command", system)
        self.stdout.write(_line(found))


def _line(row: Publication) -> str:
    done = f"{row.done} of {row.total}" if row.total else ""
    said = (row.pk, row.site.slug, f"{row.kind} {row.object_id}", row.state, done, row.error)
    return "  ".join([to_text(row.started_at), *(str(part) for part in said if part)])
