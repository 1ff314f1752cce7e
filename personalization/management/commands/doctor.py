"""``manage.py doctor``: what is up, how old the oldest pending work is, what is unsafe."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import redis
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import Error

from personalization.events import balance
from personalization.features.columns import manifest
from personalization.flows import alarms_said, backlog
from personalization.plant import diagnosis, heartbeat, offset, places
from personalization.plant.clock import system
from personalization.plant.instants import SECOND, to_text
from personalization.push import deliveries
from personalization.segments.models import StageRules
from personalization.sites.models import Site
from personalization.sites.roles import Caller

ROLES = ("web", "live", "batch", "scheduler")
CONCLUDING = "inference"
"""The role that is needed only where stage rules are in force."""
SHORT_SECRET = 40
OWN = ("worker", "store")
"""Alarms about what the doctor looks at itself."""
GUESSES = ("admin", "password", "demo")


class Command(BaseCommand):
    """Look at everything, change nothing; exit code 1 when something is wrong."""

    help = "Tell what is up, how old the oldest pending work is, and what is unsafe."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        found = examine()
        if options["json"]:
            self.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        else:
            self.stdout.write("\n".join(words(found)))
        if found["faults"]:
            raise SystemExit(1)


def examine() -> dict[str, Any]:
    """Return everything the doctor found, as plain values."""
    services = [asdict(found) for found in diagnosis.services()]
    faults = [f"{one['name']}: {fault}" for one in services for fault in one["faults"]]
    found: dict[str, Any] = {"services": services, "faults": faults, "unsafe": unsafe()}
    found["processes"] = _processes(faults)
    return found | _work(faults)


def _processes(faults: list[str]) -> list[dict[str, Any]]:
    try:
        living = heartbeat.living()
    except redis.RedisError:
        return []  # the cache's own fault is told already
    roles = {one["role"].partition("-")[0] for one in living}
    needed = (*ROLES, CONCLUDING) if _concludes() else ROLES
    faults += [f"no {role} process gives a sign of life" for role in needed if role not in roles]
    return living


def _concludes() -> bool:
    """Whether some site's stage rules are in force; a store that is away tells it elsewhere."""
    try:
        return StageRules.objects.filter(live__isnull=False).exists()
    except Error:
        return False


def _work(faults: list[str]) -> dict[str, Any]:
    """Return what the store says: the clock, pending work, the books."""
    try:
        ahead = offset.current()
        pending = backlog.look(system.now() + ahead)
        books = balance.books()
        guessed = _guessed()
        lost = deliveries.dead()
    except Error as fault:
        faults.append(f"the store cannot be read: {str(fault).strip().splitlines()[0]}")
        return {}
    faults += [
        f"site {book['site']}: the books are off by {book['difference']}"
        for book in books
        if book["difference"]
    ]
    if lost:
        faults.append(f"{lost} dead letters: see Deliveries in the admin, and send them again")
    alarms = _alarms()
    faults += [f"alarm: {one['says']}" for one in alarms if one["grade"] == "critical"]
    faults += [f"{user} can be guessed into: change the password" for user in guessed]
    told = {"pending": pending, "books": books, "dead_letters": lost, "columns": _columns(ahead)}
    return {"clock_ahead": ahead / SECOND, **told, "alarms": alarms}


def _alarms() -> list[dict[str, Any]]:
    """Return the alarms that are open; what the doctor finds by itself is not told twice."""
    rows = alarms_said.opened(Caller("doctor", None)).exclude(kind__in=OWN)[:200]
    return [
        {"kind": row.kind, "grade": row.grade, "since": to_text(row.since), "says": one.says}
        for row in rows
        for one in [alarms_said.said(row, "UTC")]
    ]


def _columns(ahead: int) -> dict[str, Any]:
    """Return how old and large each site's column store is."""
    sites, now = Site.objects.order_by("pk")[:200], system.now() + ahead
    return {
        site.slug: manifest.told(manifest.read(manifest.folder(site.pk)), now) for site in sites
    }


def unsafe() -> list[str]:
    """Return the settings that are not fit for the open internet, each as a sentence."""
    found = []
    if settings.DEBUG:
        found.append("DEBUG is on: error pages show the server's inside")
    if len(settings.SECRET_KEY) < SHORT_SECRET:
        found.append("SECRET_KEY is short: give 50 random characters, or none and one is made")
    if "*" in settings.ALLOWED_HOSTS:
        found.append("ALLOWED_HOSTS has *: name the hosts")
    local = {"localhost", "127.0.0.1", "[::1]", "testserver"}
    if set(settings.ALLOWED_HOSTS) - local and not settings.SESSION_COOKIE_SECURE:
        found.append("HTTPS=1 is not set: session cookies travel in the clear")
    if not places.embeds_broker() and places.broker_url() == places.cache_url():
        found.append("broker and cache are one server: a full cache stops the tasks")
    key = Path(settings.VAR) / "secret-key"
    if key.exists() and key.stat().st_mode & 0o077:
        found.append(f"{key} can be read by others: chmod 600")
    return found


def _guessed() -> list[str]:
    """Return the superusers whose password is one of the first anybody tries."""
    users = get_user_model()._default_manager.filter(is_superuser=True, is_active=True)  # noqa: SLF001
    return [
        str(user)
        for user in users.order_by("pk")[:3]
        if any(user.check_password(word) for word in {*GUESSES, user.get_username()})
    ]


def words(found: dict[str, Any]) -> list[str]:
    """Return the findings for people."""
    lines = []
    for one in found["services"]:
        state = "up" if one["up"] else "DOWN"
        own = "embedded" if one["embedded"] else one["where"]
        lines.append(
            f"{one['name']:10} {state:5} {one['version']:8} {own} {one['detail']}".rstrip()
        )
    lines += [
        f"{one['role']:10} up    pid {one['pid']} on {one['host']}, for {_since(one)} s"
        for one in found["processes"]
    ]
    if "pending" in found:
        lines += _pending(found["pending"])
        lines.append(f"clock      {found['clock_ahead']:.0f} s ahead of the machine")
    for book in found.get("books", []):
        told = ", ".join(f"{count} {name}" for name, count in book.items() if name != "site")
        lines.append(f"books      site {book['site']}: {told}")
    lines += [
        f"columns    {slug}: {one['age_seconds']} s old, {one['bytes']} bytes"
        for slug, one in found.get("columns", {}).items()
        if one["version"]
    ]
    lines += [
        f"alarm      {one['grade']}: {one['says']} Since {one['since']}."
        for one in found.get("alarms", [])
    ]
    lines += [f"unsafe     {sentence}" for sentence in found["unsafe"]]
    lines += [f"FAULT      {sentence}" for sentence in found["faults"]]
    return [*lines, "all is well" if not found["faults"] else f"{len(found['faults'])} faults"]


def _pending(pending: dict[str, Any]) -> list[str]:
    lanes = [
        f"inbox      {lane['lane']}: {lane['events']} events, oldest {_age(lane['age'])}"
        for lane in pending["lanes"]
    ]
    outbox = f"outbox     oldest {_age(pending['outbox'])}"
    return [*lanes, outbox, f"timers     most overdue {_age(pending['timer'])}"]


def _since(process: dict[str, Any]) -> int:
    return int(system.now() - process["since"]) // SECOND


def _age(seconds: float | None) -> str:
    return "none" if seconds is None else f"{seconds:.1f} s"
