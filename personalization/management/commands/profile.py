"""``manage.py profile show``: one profile as a whole, found by a name or an id."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError

from personalization.flows import portrait
from personalization.plant import clock
from personalization.profiles.models import Profile
from personalization.sites.models import Site

TABLES = {
    "segments": "{segment}  since {since}",
    "conclusions": "{name} = {value}  since {since}  because of rule {because}: {when}",
    "moves": "{at}  {move} {segment}  ({cause})  {values}",
    "events": "{at}  {name}",
    "decisions": "{at}  {slot} -> {variant}  ({reason})",
}


class Command(BaseCommand):
    """Show a profile."""

    help = "Show a profile: identities, traits, segments, moves with their reasons, events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        shown = parser.add_subparsers(dest="verb", required=True).add_parser("show")
        shown.add_argument("name", help="a userId, an anonymousId, or a profile's id")
        shown.add_argument("--site", required=True, help="the site's slug")
        shown.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site has the slug {options['site']}")
        profile = _find(site, options["name"])
        found = portrait.of(site.pk, profile, clock.system.now()) if profile else None
        if found is None:
            raise CommandError(f"nobody on {site.slug} is known as {options['name']}")
        if options["json"]:
            self.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
            return
        self._write(found)

    def _write(self, found: dict[str, Any]) -> None:
        self.stdout.write(f"profile {found['profile']}, first seen {found['first_seen']}")
        for one in found["identities"]:
            self.stdout.write(f"  {one['kind']}: {one['value']}")
        for kind in ("traits", "features", "consent"):
            for name, value in found[kind].items():
                self.stdout.write(f"  {kind}.{name} = {value}")
        self.stdout.write(f"  next change: {found['next_change'] or 'none without an event'}")
        for title, form in TABLES.items():
            self.stdout.write(f"{title}:")
            for row in found[title]:
                self.stdout.write("  " + form.format(**row))


def _find(site: Site, name: str) -> UUID | None:
    named = portrait.find(site.pk, user=name) or portrait.find(site.pk, anonymous=name)
    if named:
        return named
    try:
        return (
            Profile.objects.filter(pk=UUID(name), site_id=site.pk)
            .values_list("pk", flat=True)
            .first()
        )
    except ValueError:
        return None
