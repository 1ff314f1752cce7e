"""``manage.py unmerge``: take back what joined a name to somebody, or let it count again."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from personalization.flows import parting, portrait
from personalization.flows.parting import Word
from personalization.plant.clock import system
from personalization.profiles.models import Link
from personalization.sites.models import Site
from personalization.sites.naming import identity_id


class Command(BaseCommand):
    """Part a name from whom it was joined to; both come back with their histories."""

    help = "Revoke the links of a userId or anonymousId (--restore lets them count again)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="a userId or an anonymousId")
        parser.add_argument("--site", required=True, help="the site's slug")
        parser.add_argument("--reason", required=True, help="why; kept with the link and the audit")
        parser.add_argument("--from", dest="other", help="only what joins it to this name")
        parser.add_argument("--bar", action="store_true", help="the same said again joins nobody")
        parser.add_argument("--restore", action="store_true", help="let revoked links count again")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"no site has the slug {options['site']}")
        links = _links(site, options["name"], options["other"], restore=options["restore"])
        if not links:
            raise CommandError(f"nothing of that kind joins {options['name']} to anybody")
        word = Word(getpass.getuser(), options["reason"], options["bar"])
        change = parting.rejoin if options["restore"] else parting.part
        change(site.pk, links, word, system)
        verb = "restored" if options["restore"] else "revoked"
        self.stdout.write(f"{len(links)} {verb}; {options['name']} is now of the profile(s):")
        for kind in ("user", "anonymous"):
            found = portrait.find(site.pk, **{kind: options["name"]})
            if found:
                self.stdout.write(f"  {kind}: {found}")


def _links(site: Site, name: str, other: str | None, *, restore: bool) -> list[int]:
    """Return the links of a name that count, or with ``restore`` those that were revoked."""
    ids, others = _ids(site, name), _ids(site, other) if other else []
    rows = Link.objects.filter(site_id=site.pk).filter(Q(one__in=ids) | Q(other__in=ids))
    if others:
        rows = rows.filter(Q(one__in=others) | Q(other__in=others))
    return [row.pk for row in rows if row.counts != restore]


def _ids(site: Site, name: str) -> list[Any]:
    return [identity_id(site.pk, kind, name) for kind in ("user", "anonymous")]
