"""``manage.py list``: segments that are lists: made, uploaded, computed, put in force, compared."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personalization.flows import listing, polling
from personalization.plant import json
from personalization.plant.clock import system
from personalization.segments import rolls
from personalization.segments.lists import ListVersion, SegmentList
from personalization.sites.models import Site
from rules.errors import InvalidError

PIECE = 1 << 16
ACTOR = "command"


class Command(BaseCommand):
    """Work with a list."""

    help = "Make, upload, compute, show, compare and put in force the lists of a site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb in ("create", "upload", "use", "compare", "show"):
            one = verbs.add_parser(verb)
            one.add_argument("slug")
            one.add_argument("--site", required=True, help="the site's slug")
            if verb == "create":
                one.add_argument("--condition", help="JSON: computed, not uploaded")
                one.add_argument("--every", help="how often it is computed, like 1d")
            if verb == "upload":
                one.add_argument("file", type=Path, help="CSV: userId, anonymousId or a trait")
            if verb in ("use", "compare"):
                one.add_argument("versions", type=int, nargs=1 if verb == "use" else 2)
        verbs.add_parser("compute").add_argument("pk", type=int, help="the list's number")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except InvalidError as fault:
            raise CommandError(str(fault)) from None

    def _create(self, options: dict[str, Any]) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site {options['site']}")
        raw = options["condition"]
        condition = None if raw is None else json.parse(raw.encode())
        roll = listing.found(site.pk, options, ACTOR, system, condition)
        self.stdout.write(f"list {roll.pk}: {roll}")

    def _upload(self, options: dict[str, Any]) -> None:
        roll, path = self._list(options), options["file"]
        if not path.is_file():
            raise CommandError(f"{path} is not a file")
        version = rolls.upload(roll, _pieces(path), ACTOR, path.name, system.now())
        if version.state == ListVersion.State.FAILED:
            shown = "\n".join(f"  line {f['line']}: {f['message']}" for f in version.faults)
            raise CommandError(f"nothing was taken: {version.faulty} faults\n{shown}")
        self._put_in_force(version)

    def _use(self, options: dict[str, Any]) -> None:
        self._put_in_force(self._version(self._list(options), options["versions"][0]))

    def _compare(self, options: dict[str, Any]) -> None:
        roll = self._list(options)
        one, other = (self._version(roll, number) for number in options["versions"])
        told = rolls.compare(one, other)
        self.stdout.write(f"{told.added} added, {told.removed} removed, {told.unchanged} unchanged")

    def _show(self, options: dict[str, Any]) -> None:
        roll = self._list(options)
        for version in roll.versions.all()[:50]:
            live = " in force" if version.pk == roll.live_id else ""
            change = f"+{version.added} -{version.removed}"
            self.stdout.write(f"v{version.number} {version.state}{live}: {version.count} {change}")
        if roll.applying:
            self.stdout.write(f"being told: {roll.done} of {roll.total}")

    def _compute(self, options: dict[str, Any]) -> None:
        run = polling.compute(options["pk"], "schedule", system)
        self.stdout.write(f"{run.state} {run.result or run.error}")

    def _put_in_force(self, version: ListVersion) -> None:
        listing.put_in_force(version, ACTOR, system)
        change = f"+{version.added} -{version.removed}"
        self.stdout.write(f"{version}: {version.count} entries ({change}), told from now on")

    def _list(self, options: dict[str, Any]) -> SegmentList:
        rows = SegmentList.objects.select_related("segment")
        named = {"segment__site__slug": options["site"], "segment__slug": options["slug"]}
        found = rows.filter(**named).first()
        if found is None:
            raise CommandError(f"{options['site']} has no list {options['slug']}")
        return found

    def _version(self, roll: SegmentList, number: int) -> ListVersion:
        found = roll.versions.filter(number=number).first()
        if found is None:
            raise CommandError(f"{roll} has no version {number}")
        return found


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
