"""``manage.py rules``: a site's segments and matrices as text files, for git and its checks."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personalization.flows import applying, compatibility, exporting, planning, trying
from personalization.flows.overtaking import ACTOR
from personalization.flows.planning import Change
from personalization.flows.rulebook import SITE, Rulebook, read
from personalization.plant.clock import system
from personalization.sites.models import Publication, Site
from rules.errors import InvalidError

VERBS = {
    "export": "write a site's rules in force into a folder",
    "plan": "say what applying a folder would change, in words and in people",
    "apply": "publish what differs, segments first",
    "test": "try the folder's scenarios; no site and no database is asked",
}


class Command(BaseCommand):
    """Export, plan, apply and test a rulebook."""

    help = "Keep segments and matrices as text files: export, plan, apply, test."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, said in VERBS.items():
            one = verbs.add_parser(verb, help=said)
            one.add_argument("folder", type=Path)
            if verb != "test":
                one.add_argument("--site", required=True, help="the site's slug")
        verbs.choices["plan"].add_argument("--no-people", action="store_true", help="count nobody")
        verbs.choices["apply"].add_argument("--draft", action="store_true", help="publish nothing")
        over = "also over what others put in force since the folder was exported"
        verbs.choices["apply"].add_argument("--over", action="store_true", help=over)

    def handle(self, *_: Any, **options: Any) -> None:
        verb = getattr(self, f"_{options['verb']}")
        if options["verb"] == "test":
            verb(_read(options["folder"]))
            return
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site has the slug {options['site']}")
        verb(site, options)

    def _export(self, site: Site, options: dict[str, Any]) -> None:
        written = exporting.files(site.pk)
        for name, text in written.items():
            path = options["folder"] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(written)} files are written to {options['folder']}")

    def _plan(self, site: Site, options: dict[str, Any]) -> None:
        book = _read(options["folder"])
        found = _fitting(site, book)
        if not options["no_people"]:
            planning.count(site.pk, found, book, system)
        for change in found:
            self.stdout.write(f"{change.verb} {change.kind} {change.name}{_people(change)}")
            if change.overtaken:
                self.stdout.write(f"  it would undo {change.overtaken}")
            self.stdout.write(change.diff() if change.verb == "change" else "", ending="")
        self.stdout.write(_summary(found))

    def _apply(self, site: Site, options: dict[str, Any]) -> None:
        book = _read(options["folder"])
        try:
            with applying.alone(site.pk):
                self._applied(site, book, options)
        except InvalidError as fault:
            raise CommandError(str(fault)) from fault

    def _applied(self, site: Site, book: Rulebook, options: dict[str, Any]) -> None:
        fitting = _fitting(site, book, draft=options["draft"])
        found = [change for change in fitting if change.after]
        if not options["over"]:
            applying.still(found)
        if options["draft"]:
            applying.propose(site.pk, found, book, ACTOR)
            self.stdout.write(f"{len(found)} drafts are written; nothing is published")
            return
        for change, ended in applying.apply(site.pk, found, book, ACTOR, system):
            self.stdout.write(f"{change.kind} {change.name}: {ended.state}")
            if ended.state != Publication.State.LIVE:
                raise CommandError(f"{change.kind} {change.name}: {ended.error}")
        self.stdout.write(f"{len(found)} changes are live")

    def _test(self, book: Rulebook) -> None:
        found = trying.faults(book)
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(book.scenarios)} scenarios are as expected")


def _read(folder: Path) -> Rulebook:
    if not folder.is_dir():
        raise CommandError(f"expected a folder, not {folder}")
    book = read(folder)
    if book.faults:
        raise CommandError("\n".join(book.faults))
    if not (book.segments or book.matrices):
        raise CommandError(f"expected segments/*.segment or matrices/*.matrix beside {SITE}")
    return book


def _fitting(site: Site, book: Rulebook, *, draft: bool = False) -> list[Change]:
    if faults := compatibility.faults(site.pk, book, draft=draft):
        raise CommandError("\n".join(faults))
    return planning.changes(site.pk, book)


def _people(change: Change) -> str:
    if change.uncounted:
        return f"  (not counted: {change.uncounted})"
    said = ", ".join(f"{name} {count:,}" for name, count in change.people.items())
    return f"  ({said})" if said else ""


def _summary(found: list[Change]) -> str:
    verbs = [change.verb for change in found]
    told = {verb: verbs.count(verb) for verb in ("create", "change", "leave")}
    said = f"{told['create']} to create, {told['change']} to change"
    left = f", {told['leave']} in force and not in the folder are left as they are"
    return said + (left if told["leave"] else "")
