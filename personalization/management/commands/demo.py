"""``manage.py demo``: the whole house with a shop in it, personalised, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import secrets
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personalization.flows import keepsakes
from personalization.plant import beside, house, places
from personalization.plant.account import PlantError
from personalization.plant.lock import Lock
from personalization.plant.program import Program
from personalization.plant.supervisor import Plan, Supervisor, run


class Command(BaseCommand):
    """Run the house, furnish it, open the doors, and let a crowd in."""

    help = "Run a personalised demo shop with everything it needs, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--visitors", type=int, default=5_000)
        parser.add_argument("--events", type=int, default=200_000)
        beside_it = "a CMS on the next port; may be given again"
        parser.add_argument("--beside", choices=beside.names(), action="append", help=beside_it)

    def handle(self, **options: Any) -> None:
        self.url = f"http://{options['host']}:{options['port']}"
        ports = enumerate(options["beside"] or (), options["port"] + 1)
        self.cmss = {name: f"http://{options['host']}:{port}" for port, name in ports}
        if self.cmss:  # what is sent to them, and read from them, stays on this machine
            os.environ.setdefault("OUTGOING_ALLOW", "127.0.0.0/8")
        self.crowd = ("--visitors", str(options["visitors"]), "--events", str(options["events"]))
        lock = Lock(places.var() / "demo.lock")
        try:
            lock.take()
            (places.var() / "demo.json").unlink(missing_ok=True)
            plan = hushed(house.plan(house.PARTS, options["host"], options["port"]), self.cmss)
            self._say("starting the services, the web server, the workers and the scheduler ...")
            asyncio.run(run(plan, self._open))
            lock.release()
        except PlantError as fault:
            raise CommandError(str(fault)) from fault

    async def _open(self, supervisor: Supervisor) -> None:
        await supervisor.do(self._program("furnish"))
        told = self._invite()
        for name, url in self.cmss.items():
            await self._beside(supervisor, name, url, told)
        self._say(ENDING.format(file=house.data(places.var() / "demo.json")))
        try:
            await supervisor.do(self._program("simulate"))
        except PlantError as fault:
            self._say(f"{fault}. The shop stays open; start the demo again for the rest.")

    async def _beside(
        self, supervisor: Supervisor, name: str, url: str, told: dict[str, Any]
    ) -> None:
        """Furnish and open a CMS, and say where it is."""
        kept = keepsakes.read()
        if "editor" not in kept:
            kept["editor"] = {"user": "editor", "password": secrets.token_urlsafe(12)}
            keepsakes.write(keepsakes.file(), kept)
        self._say(f"opening {name} beside it ...")
        file, editor = places.var() / "demo.json", kept["editor"]
        furnish, serve = beside.programs(name, url, file, editor["password"])
        await supervisor.do(furnish)
        await supervisor.until_ready(supervisor.add(serve))
        told |= {f"{name}_url": f"{url}/", "editor": editor}
        keepsakes.write(file, told)
        self._say(BESIDE.format(name=name, url=url, **editor))

    def _program(self, name: str) -> Program:
        return house.python(name, f"django {name} --url {self.url}", *self.crowd)

    def _invite(self) -> dict[str, Any]:
        """Write where everything is, last and whole, and say it."""
        file = places.var() / "demo.json"
        told = {"url": self.url, **keepsakes.read()}
        told |= {"shop_url": f"{self.url}/shop/", "live_url": f"{self.url}/admin/live/"}
        keepsakes.write(file, told)
        self._say(WELCOME.format(**told))
        return told

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def hushed(plan: Plan, cmss: Iterable[str] = ()) -> Plan:
    """Return the plan with its programs' words kept in files: the terminal is for the demo."""
    names = {program.name for stage in plan.stages for program in stage}
    return replace(plan, quiet=frozenset(names.union(*map(beside.named, cmss))))


WELCOME = """
  The shop     {shop_url}
  Live page    {live_url}   (user {admin[user]}, password {admin[password]})
  Admin        {url}/admin/

  Look at a shoe three times, then put it in the cart: the hero changes while you watch. Buy it, and
  it changes back. `manage.py clock --forward 25h` lets a day pass."""

BESIDE = """
  {name:<12} {url}/
  Its editors  {url}/admin/   (user {user}, password {password})

  The page has a slot that the same segments fill: three buttons on it say what a shop would say."""

ENDING = """
  The keys are in {file}. Ctrl-C stops everything.
"""
