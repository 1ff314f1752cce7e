"""``manage.py timeline``: what somebody did, their segments, and what each slot showed, as JSON."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from personalization.flows import diary
from personalization.management.commands import explain
from personalization.plant import clock, json, offset
from personalization.sites.models import Site
from rules.errors import InvalidError

PLAIN = ("since", "until", "locale")


class Command(BaseCommand):
    """Tell a journey."""

    help = "Tell what a visitor or a test profile did, and what each slot showed at every change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", required=True, help="the site's slug")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--anonymous-id")
        who.add_argument("--user-id")
        who.add_argument("--profile", help="a profile's id")
        who.add_argument("--test", help='a test profile: {"traits": {}, "events": []}')
        parser.add_argument("--since", help="an instant in RFC 3339; 30 days before the end")
        parser.add_argument("--until", help="an instant in RFC 3339; without it, now")
        parser.add_argument("--draft", action="store_true", help="with the newest matrices")
        parser.add_argument("--context", help="the requests' context as JSON")
        parser.add_argument("--locale")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.system.offset = offset.current()
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site has the slug {options['site']}")
        try:
            told = diary.write(site, explain.asked(options, PLAIN) | _draft(options), clock.system)
        except (InvalidError, json.Malformed) as fault:
            raise CommandError(f"{fault.at or '/'}: {fault.message}") from fault
        self.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


def _draft(options: dict[str, Any]) -> dict[str, Any]:
    return {"draft": bool(options.get("draft"))}
