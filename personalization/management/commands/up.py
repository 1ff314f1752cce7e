"""``manage.py up``: services, web, workers and scheduler as one command, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from personalization.plant import account as accounts
from personalization.plant import diagnosis, house, places
from personalization.plant.account import PlantError
from personalization.plant.program import Program
from personalization.plant.supervisor import Plan, Supervisor, run
from personalization.plant.voices import speak

WORKERS = ("live", "batch", "inference")


class Command(BaseCommand):
    """Run the house."""

    help = "Run the services, the web server, the workers and the scheduler until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--no-scheduler", action="store_true")
        parser.add_argument(
            "--only", default="", help=f"some of: {', '.join(house.PARTS)}, worker (all three)"
        )

    def handle(self, **options: object) -> None:
        host, port = str(options["host"]), int(str(options["port"]))
        try:
            plan = house.plan(chosen(options), host, port)
            speak(f"{describe(plan)}\n")
            asyncio.run(run(plan, lambda supervisor: self._ready(supervisor, host, port)))
        except PlantError as fault:
            raise CommandError(str(fault)) from fault

    async def _ready(self, supervisor: Supervisor, host: str, port: int) -> None:
        names = {child.program.name for child in supervisor.children}
        web = any(name.startswith("web") for name in names)
        where = (
            f": http://{host}:{port}/ (admin: /admin/)" if web else f": {', '.join(sorted(names))}"
        )
        speak(f"ready{where}   Ctrl-C stops everything\n")


def chosen(options: dict[str, object]) -> set[str]:
    """Return the parts asked for on the command line."""
    only = [word.strip() for word in str(options["only"]).split(",") if word.strip()]
    parts = set(only) or set(house.PARTS)
    if "worker" in parts:
        parts = parts - {"worker"} | set(WORKERS)
    if options["no_scheduler"]:
        parts -= {"scheduler"}
    if unknown := parts - set(house.PARTS):
        raise CommandError(f"there is no {', '.join(sorted(unknown))}; there are: {house.PARTS}")
    return parts


def describe(plan: Plan) -> str:
    """Return what runs where, for the terminal."""
    running = {program.name: program for stage in plan.stages for program in stage}
    lines = [
        f"data      {house.data(plan.var)}   logs {house.data(plan.var / 'log')}",
        f"postgres  {_whose(running.get('postgres'), places.database_url())}",
        f"broker    {_whose(running.get('broker'), places.broker_url())}",
        f"cache     {_whose(running.get('cache'), places.cache_url())}",
    ]
    home = accounts.home(accounts.unprivileged())
    if "postgres" in running and home != plan.var:
        lines.append(f"          its data are in {home}: {plan.var} is closed to its account")
    ours = [program.name for program in plan.stages[-1] if not program.once]
    return "\n".join([*lines, *([f"starting  {', '.join(ours)}"] if ours else [])])


def _whose(program: Program | None, url: str) -> str:
    if program is None:
        return f"run elsewhere, {diagnosis.hide(url)}"
    account = f" as {program.account.name}" if program.account else ""
    return f"embedded{account}, in {places.sockets()}"
