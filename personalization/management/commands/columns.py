"""``manage.py columns``: the column store of a site brought up to date, or told of."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from personalization.features.columns import manifest
from personalization.flows import compaction
from personalization.plant import offset
from personalization.plant.clock import system
from personalization.sites.models import Site


class Command(BaseCommand):
    """Compact the columns of one site or of all, and print what they hold."""

    help = "Bring the column store up to date, or with --show only say how old and large it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", help="the site's slug or number; without it, every site")
        parser.add_argument("--show", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        system.offset = offset.current()
        sites = Site.objects.order_by("pk")
        if named := options["site"]:
            sites = sites.filter(**{"pk" if named.isdigit() else "slug": named})
        if named and not sites:
            raise CommandError(f"no site {named}")
        told = {site.slug: self._told(site, show=options["show"]) for site in sites}
        self.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())

    def _told(self, site: Site, *, show: bool) -> dict[str, Any]:
        if not show:
            run = compaction.compact(site.pk, system)
            if run.error:
                return {"state": run.state, "error": run.error}
        return manifest.told(manifest.read(manifest.folder(site.pk)), system.now())
