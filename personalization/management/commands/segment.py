"""``manage.py segment show``: what a segment is, and who is in it, now or at an instant."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError

from personalization.flows import definitions
from personalization.plant.instants import from_datetime, to_text
from personalization.segments import drafts, history
from personalization.segments.history import Stay
from personalization.segments.models import Segment
from rules.wording import words


class Command(BaseCommand):
    """Show a segment."""

    help = "Show a segment in words and its members, now or --at an instant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        shown = parser.add_subparsers(dest="verb", required=True).add_parser("show")
        shown.add_argument("name", help="the segment's slug")
        shown.add_argument("--site", required=True, help="the site's slug")
        shown.add_argument("--at", type=_instant, help="an instant like 2026-11-21T10:00:00Z")
        shown.add_argument("--profile", type=UUID, help="only this profile")
        shown.add_argument("--limit", type=int, default=20, help="so many members are listed")
        shown.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        segment = Segment.objects.filter(
            site__slug=options["site"], slug=options["name"]
        ).select_related("live").first()  # fmt: skip
        if segment is None:
            raise CommandError(f"{options['site']} has no segment {options['name']}")
        if segment.live is None:
            raise CommandError(f"{segment.slug} was never published")
        key = definitions.live(segment.site_id).segments[segment.slug]
        count, stays = _members(segment.site_id, key, options)
        found = {
            "segment": segment.slug,
            "revision": segment.live.number,
            "key": key,
            "words": words(drafts.check(segment.live.condition)),
            "at": to_text(options["at"]) if options["at"] is not None else None,
            "count": count,
            "members": [{"profile": stay.profile, "since": to_text(stay.since)} for stay in stays],
        }
        if options["json"]:
            self.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
            return
        when = f"at {found['at']}" if found["at"] else "now"
        self.stdout.write(f"{segment.slug}, revision {segment.live.number}: {found['words']}")
        self.stdout.write(f"{count} in {when}")
        for stay in stays:
            self.stdout.write(f"  {stay.profile}  since {to_text(stay.since)}")


def _members(site_id: int, key: str, options: dict[str, Any]) -> tuple[int, list[Stay]]:
    """Return how many there are, and the first of them."""
    limit = max(0, options["limit"])
    if options["at"] is not None:
        found = history.members_at(site_id, key, options["at"], options["profile"])
        return len(found), found[:limit]
    rows = history.members_now(site_id, key, options["profile"])
    return rows.count(), [Stay(row.profile.hex, row.since) for row in rows[:limit]]


def _instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
