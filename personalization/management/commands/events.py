"""``manage.py events``: import somebody's file, and look at what comes in."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from personalization.events import importing, mapping, tail
from personalization.events.admission import Admission, Unavailable
from personalization.events.files import Unreadable
from personalization.events.importing import Progress
from personalization.events.mapping import Mapping
from personalization.events.order import Order
from personalization.flows import admission
from personalization.plant import clock, json, places
from personalization.plant.json import Malformed
from personalization.sites.models import Site

PRESETS = places.ROOT / "docs" / "mappings"


class Command(BaseCommand):
    """Import events from a file, or follow the log."""

    help = "import FILE (JSON lines in Segment's format, CSV, Parquet), or tail the log"

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_subparsers(dest="act", required=True)
        taken = chosen.add_parser("import", help="import a file; the same again changes nothing")
        taken.add_argument("file", type=Path)
        taken.add_argument("--site", required=True, help="the site's slug")
        taken.add_argument("--map", help="a mapping's file, or the name of one in docs/mappings")
        taken.add_argument("--lane", choices=["import", "live"], default="import")
        taken.add_argument("--pieces", type=int, default=1, help="in so many parts, in turn")
        taken.add_argument("--piece", type=int, help="only this part (1 is the first)")
        taken.add_argument("--json", action="store_true")
        followed = chosen.add_parser("tail", help="show the newest events of the log")
        followed.add_argument("--site", help="the site's slug")
        followed.add_argument("-n", "--number", type=int, default=20)
        followed.add_argument("-f", "--follow", action="store_true")
        followed.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        site = self._site(options["site"]) if options["site"] else None
        if options["act"] == "import" and site:
            self._import(site, options)
        else:
            self._tail(site, options)

    def _import(self, site: Site, options: dict[str, Any]) -> None:
        chosen = self._mapping(options["map"])
        path: Path = options["file"].resolve()
        if not path.is_file():
            raise CommandError(f"{path} is not a file")
        pieces, piece = options["pieces"], options["piece"]
        numbers = range(pieces) if piece is None else [piece - 1]
        told = [
            self._one(
                Order(path, site.pk, chosen, options["lane"], (number, pieces)), options["json"]
            )
            for number in numbers
        ]
        if options["json"]:
            total = {name: sum(part[name] for part in told) for name in told[0]}
            self.stdout.write(orjson.dumps({"file": str(path), **total}).decode())

    def _one(self, order: Order, silent: bool) -> dict[str, int]:
        """Run one part, telling how far it is, with its rejects beside our other data."""
        number, pieces = order.piece
        name = f"{order.path.name}-{number + 1}-of-{pieces}.rejected.jsonl"
        rejects = places.var() / "imports" / name
        sender = Admission(admission.url(), clock.system, admission.consent)
        watch = Watch(self, rejects, silent)
        try:
            run = importing.run(order, sender, clock.system, watch)
        except (Unreadable, Malformed) as fault:
            raise CommandError(str(fault)) from None
        except (Unavailable, KeyboardInterrupt):
            raise CommandError("stopped; the same command goes on where this one ended") from None
        if not silent:
            tail_ = f", {run.rejected} rejected (see {rejects})" if run.rejected else ""
            self.stdout.write(f"\n{order.path.name}: {run.accepted} events imported{tail_}")
        return {"accepted": run.accepted, "rejected": run.rejected, "left_out": watch.left_out}

    def _mapping(self, name: str | None) -> Mapping | None:
        if name is None or name == "segment":
            return None
        path = Path(name) if Path(name).is_file() else PRESETS / f"{name}.json"
        try:
            return mapping.parse(json.parse(path.read_bytes()))
        except OSError:
            known = ", ".join(sorted(found.stem for found in PRESETS.glob("*.json")))
            raise CommandError(f"no mapping {name!r}; there are: segment, {known}") from None
        except Malformed as fault:
            raise CommandError(f"{path}: {fault.at or '/'}: {fault.message}") from None

    def _site(self, slug: str) -> Site:
        try:
            return Site.objects.get(slug=slug)
        except Site.DoesNotExist:
            known = ", ".join(Site.objects.values_list("slug", flat=True)[:20])
            raise CommandError(f"no site {slug!r}; there are: {known or 'none yet'}") from None

    def _tail(self, site: Site | None, options: dict[str, Any]) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            for entry in tail.entries(
                site.pk if site else None, options["number"], options["follow"]
            ):
                self.stdout.write(tail.line(entry) if not options["json"] else tail.document(entry))
        except KeyboardInterrupt:
            return


class Watch:
    """Tells how far an import is, and writes down what was rejected."""

    def __init__(self, command: BaseCommand, rejects: Path, silent: bool) -> None:
        self.command, self.rejects, self.silent = command, rejects, silent
        self.left_out = 0

    def __call__(self, progress: Progress) -> None:
        """Look at the progress after a parcel is stored."""
        self.left_out = progress.left_out
        if progress.rejects:
            self.rejects.parent.mkdir(parents=True, exist_ok=True)
            with self.rejects.open("ab") as file:
                file.writelines(orjson.dumps(each._asdict()) + b"\n" for each in progress.rejects)
        if not self.silent:
            run = progress.run
            waits = f", waited {progress.waits}x for the workers" if progress.waits else ""
            told = f"\r{run.accepted} events, {run.rejected} rejected{waits} "
            self.command.stdout.write(told, ending="")
            self.command.stdout.flush()
