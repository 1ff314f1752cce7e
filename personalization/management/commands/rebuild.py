"""``manage.py rebuild``: names every difference between what is stored and what the log says."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from personalization.flows import portrait, rebuild
from personalization.flows.agreement import Difference
from personalization.plant.clock import system
from personalization.plant.models import Run
from personalization.sites.models import Site


class Command(BaseCommand):
    """Fold profiles anew beside the live ones; exit code 1 where something differs."""

    help = "Fold states, members, moves and timers anew from the log and name every difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", required=True, help="the site's slug")
        parser.add_argument(
            "--profile", action="append", default=[], help="a userId, an anonymousId or an id"
        )
        parser.add_argument(
            "--swap", action="store_true", help="store what the log says, late events taken in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site has the slug {options['site']}")
        only = [_find(site, name) for name in options["profile"]]
        run = rebuild.rebuild(site.pk, system, self._tell, only=only, swap=options["swap"])
        self._end(run, swap=options["swap"])

    def _tell(self, one: Difference) -> None:
        self.stdout.write(f"{one.profile} {one.where}: {one.stored}, the log says {one.told}")

    def _end(self, run: Run, *, swap: bool) -> None:
        if run.state != Run.State.DONE:
            raise CommandError(f"{run.state}: {run.error}")
        found = run.result["differences"]
        done = "replaced" if swap else "compared"
        self.stdout.write(f"{run.rows} profiles {done}, {found} differences")
        if found and not swap:
            sys.exit(1)


def _find(site: Site, name: str) -> UUID:
    found = portrait.find(site.pk, user=name) or portrait.find(site.pk, anonymous=name)
    if found is None:
        try:
            found = UUID(name)
        except ValueError:
            raise CommandError(f"nobody on {site.slug} is known as {name}") from None
    return found
