"""``manage.py decide``: which content somebody would be shown now, and with --explain, why."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from personalization.api import wire
from personalization.api.decide import answer
from personalization.sites.keys import Access
from personalization.sites.models import Key, Site


class Command(BaseCommand):
    """Decide."""

    help = "Decide slots for a visitor, as /v1/decide would with a secret key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", required=True, help="the site's slug")
        parser.add_argument("--anonymous-id", default=None)
        parser.add_argument("--user-id", default=None)
        parser.add_argument("--slots", required=True, help="slot keys, with commas")
        parser.add_argument("--context", default="{}", help="the request's context as JSON")
        parser.add_argument("--locale", default=None)
        parser.add_argument("--explain", action="store_true", help="say why, row by row")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site has the slug {options['site']}")
        try:
            found = asyncio.run(answer(_access(site), _asked(options)))
        except wire.Refused as refused:
            raise CommandError(f"{refused.at or '/'}: {refused.message}") from refused
        except orjson.JSONDecodeError as fault:
            raise CommandError(f"--context is not JSON: {fault}") from fault
        if options["json"]:
            self.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
            return
        if found.get("degraded"):
            self.stdout.write(f"degraded: {', '.join(found['degraded'])}")
        for one in found["decisions"]:
            row = f", row {one['row']}" if one.get("row") else ""
            self.stdout.write(f"{one['slot']}: {one['variant']} ({one['reason']}{row})")
            if one.get("because"):
                because = orjson.dumps(one["because"], option=orjson.OPT_INDENT_2)
                self.stdout.write(f"because: {because.decode()}")


def _access(site: Site) -> Access:
    """Return what a secret key of the site would open."""
    kind = Key.Kind.SECRET.value
    return Access(site.pk, 0, kind, "owner", (), site.slug, site.consent, site.trusts_claims)


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    asked = {
        "slots": options["slots"].split(","),
        "anonymousId": options["anonymous_id"],
        "userId": options["user_id"],
        "locale": options["locale"],
        "context": orjson.loads(options["context"]),
        "explain": options["explain"],
    }
    return {name: value for name, value in asked.items() if value is not None}
