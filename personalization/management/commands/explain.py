"""``manage.py explain``: why somebody sees what they see, row by row, as JSON."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from personalization.flows import explanation
from personalization.plant import clock, json, offset
from personalization.sites.models import Site
from rules.errors import InvalidError

VISITOR = {"user_id": "userId", "anonymous_id": "anonymousId", "profile": "profile"}
JSON = ("test", "context")
PLAIN = ("slot", "decision", "at", "matrix", "locale")


class Command(BaseCommand):
    """Explain."""

    help = "Say why a visitor, a test profile or a stored decision shows what it shows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", required=True, help="the site's slug")
        parser.add_argument("--slot", help="the slot's key")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--anonymous-id")
        who.add_argument("--user-id")
        who.add_argument("--profile", help="a profile's id")
        who.add_argument("--decision", type=int, help="the id of a stored decision")
        who.add_argument("--test", help='a test profile: {"traits": {}, "events": []}')
        parser.add_argument("--at", help="an instant in RFC 3339; without it, now")
        parser.add_argument("--matrix", help="live, then, draft, or a revision's number")
        parser.add_argument("--context", help="the request's context as JSON")
        parser.add_argument("--locale")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.system.offset = offset.current()
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site has the slug {options['site']}")
        try:
            told = explanation.explain(site, asked(options, PLAIN), clock.system)
        except (InvalidError, json.Malformed) as fault:
            raise CommandError(f"{fault.at or '/'}: {fault.message}") from fault
        self.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


def asked(options: dict[str, Any], plain: tuple[str, ...]) -> dict[str, Any]:
    """Return what a command line asks, as the API takes it."""
    told = {name: options[name] for name in plain if options.get(name) is not None}
    told |= {name: json.parse(options[name].encode()) for name in JSON if options.get(name)}
    who = {said: options[name] for name, said in VISITOR.items() if options.get(name)}
    if str(told.get("matrix", "")).isdecimal():
        told["matrix"] = int(told["matrix"])
    return told | ({"visitor": who} if who else {})
