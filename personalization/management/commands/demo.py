"""``manage.py demo``: the whole house with a shop in it, personalised, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import secrets
from argparse import ArgumentParser
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
        parser.add_argument("--beside", choices=beside.names(), help="a CMS on the next port")

    def handle(self, **options: Any) -> None:
        self.url = f"http://{options['host']}:{options['port']}"
        self.cms = options["beside"]
        self.cms_url = f"http://{options['host']}:{options['port'] + 1}"
        self.crowd = ("--visitors", str(options["visitors"]), "--events", str(options["events"]))
        lock = Lock(places.var() / "demo.lock")
        try:
            lock.take()
            (places.var() / "demo.json").unlink(missing_ok=True)
            plan = hushed(house.plan(house.PARTS, options["host"], options["port"]), self.cms)
            self._say("starting the services, the web server, the workers and the scheduler ...")
            asyncio.run(run(plan, self._open))
            lock.release()
        except PlantError as fault:
            raise CommandError(str(fault)) from fault

    async def _open(self, supervisor: Supervisor) -> None:
        await supervisor.do(self._program("furnish"))
        told = self._invite()
        if self.cms:
            await self._beside(supervisor, told)
        self._say(ENDING.format(file=house.data(places.var() / "demo.json")))
        try:
            await supervisor.do(self._program("simulate"))
        except PlantError as fault:
            self._say(f"{fault}. The shop stays open; start the demo again for the rest.")

    async def _beside(self, supervisor: Supervisor, told: dict[str, Any]) -> None:
        """Furnish and open the CMS on the next port, and say where it is."""
        kept = keepsakes.read()
        editor = kept.setdefault(
            "editor", {"user": "editor", "password": secrets.token_urlsafe(12)}
        )
        keepsakes.write(keepsakes.file(), kept)
        self._say(f"opening {self.cms} beside it ...")
        told_at = places.var() / "demo.json"
        furnish, serve = beside.programs(self.cms, self.cms_url, told_at, editor["password"])
        await supervisor.do(furnish)
        await supervisor.until_ready(supervisor.add(serve))
        told |= {"cms": self.cms, "cms_url": f"{self.cms_url}/", "editor": editor}
        keepsakes.write(told_at, told)
        self._say(BESIDE.format(**told))

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


def hushed(plan: Plan, cms: str | None = None) -> Plan:
    """Return the plan with its programs' words kept in files: the terminal is for the demo."""
    names = {program.name for stage in plan.stages for program in stage}
    return replace(plan, quiet=frozenset(names | beside.named(cms)))


WELCOME = """
  The shop     {shop_url}
  Live page    {live_url}   (user {admin[user]}, password {admin[password]})
  Admin        {url}/admin/

  Look at a shoe three times, then put it in the cart: the hero changes while you watch. Buy it, and
  it changes back. `manage.py clock --forward 25h` lets a day pass."""

BESIDE = """
  {cms:<12} {cms_url}
  Its editors  {cms_url}admin/   (user {editor[user]}, password {editor[password]})

  The page has a slot that the same segments fill: three buttons on it say what a shop would say."""

ENDING = """
  The keys are in {file}. Ctrl-C stops everything.
"""
