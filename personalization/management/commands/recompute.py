"""``manage.py recompute``: segments folded, or scores trained, from the log again, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from personalization.flows import recompute, training
from personalization.plant.clock import system
from personalization.sites.models import Site

WORK = {"segments": recompute.recompute_segments, "scores": training.recompute_scores}


class Command(BaseCommand):
    """Recompute a site's segments or scores and print the run."""

    help = "Recompute segments or scores from the log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=sorted(WORK))
        parser.add_argument("--site", required=True, help="the site's slug or number")

    def handle(self, *args: Any, **options: Any) -> None:
        named = options["site"]
        field = "pk" if named.isdigit() else "slug"
        site = Site.objects.filter(**{field: named}).first()
        if site is None:
            raise CommandError(f"no site {named}")
        run = WORK[options["what"]](site.pk, system)
        self.stdout.write(f"{run.task}: {run.state}, {run.rows} rows {run.error}".rstrip())
