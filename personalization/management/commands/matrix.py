"""``manage.py matrix``: a slot's matrix as a CSV, Excel or DMN file, out and in."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personalization.decisions.models import Matrix
from personalization.flows import intake
from personalization.flows.intake import Look
from personalization.sites import audit
from rules import filing
from rules.errors import InvalidError
from rules.grid.addresses import Spot
from rules.matrix.document import parse

VERBS = {
    "export": "write a revision, the newest one, into a file",
    "look": "say what a file would change; nothing is written",
    "apply": "write a file as a new draft",
}
ACTOR = "command"


class Command(BaseCommand):
    """Export, look at and apply the file of a matrix."""

    help = "A matrix as a CSV, Excel or DMN file: export, look, apply."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, said in VERBS.items():
            one = verbs.add_parser(verb, help=said)
            one.add_argument("file", type=Path)
            one.add_argument("--site", required=True, help="the site's slug")
            one.add_argument("--slot", required=True, help="the slot's key")
        verbs.choices["export"].add_argument("--revision", type=int, help="the revision's number")
        for verb in ("look", "apply"):
            one = verbs.choices[verb]
            one.add_argument("--base", type=int, help="the revision the file was made from")
        verbs.choices["apply"].add_argument(
            "--keep", choices=["file", "draft"], default="", help="whose stands in a conflict"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        rows = Matrix.objects.select_related("slot__site")
        named = {"slot__site__slug": options["site"], "slot__key": options["slot"]}
        row = rows.filter(**named).first()
        if row is None:
            raise CommandError(f"no matrix of {options['slot']} on the site {options['site']}")
        try:
            getattr(self, f"_{options['verb']}")(row, options)
        except (InvalidError, OSError) as fault:
            raise CommandError(str(fault)) from fault

    def _export(self, row: Matrix, options: dict[str, Any]) -> None:
        asked = options["revision"]
        revisions = row.revisions.filter(number=asked) if asked else row.revisions.all()
        revision = revisions.first()
        if revision is None:
            raise CommandError("it has no such revision")
        suffixes = {known.suffix: name for name, known in filing.tables().items()}
        notation = suffixes.get(options["file"].suffix.lower())
        if notation is None:
            raise CommandError(f"expected a file called {', '.join(sorted(suffixes))}")
        options["file"].write_bytes(filing.written(notation, parse(revision.document)))
        self.stdout.write(f"revision {revision.number} is written to {options['file']}")

    def _look(self, row: Matrix, options: dict[str, Any]) -> None:
        self._looked(row, options)

    def _apply(self, row: Matrix, options: dict[str, Any]) -> None:
        found, name = self._looked(row, options), options["file"].name[-120:]
        done = intake.apply(found, row, options["keep"], ACTOR, f"From the file {name}")
        if done["conflicts"]:
            raise CommandError("nothing is written: say with --keep whose stands")
        if not done.get("same"):
            number = done["base"]
            audit.record(row.slot.site_id, ACTOR, "drafted", row, {"number": number, "file": name})
            self.stdout.write(f"draft {number} is written; nothing is published")

    def _looked(self, row: Matrix, options: dict[str, Any]) -> Look:
        path = options["file"]
        found = intake.look(row, path.read_bytes(), path.name, options["base"], None)
        if found.faults:
            raise CommandError("\n".join(map(_said, found.faults)))
        counts = [f"{count} {state}" for state, count in found.rows.counts.items() if count]
        said = [*(found.taken.notes if found.taken else ()), *found.whole]
        said += [f"conflict: both changed {each.subject or each.kind}" for each in found.conflicts]
        self.stdout.write("\n".join([*said, ", ".join(counts) or "nothing changes in its rows"]))
        return found


def _said(fault: Spot) -> str:
    """Say where a fault stands, as the file names its places, and what was expected."""
    rule = f"rule {fault.row}{f' ({fault.id})' if fault.id else ''}" if fault.row else ""
    places = [f"line {fault.line}", rule, fault.column] if fault.line else [fault.cell]
    where = ", ".join(filter(None, places)) or fault.column or "file"
    return f"{where}: {fault.message}"
