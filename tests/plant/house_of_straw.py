# ruff: noqa: T201
"""A supervisor over three small children, run as a process of its own so that it can be killed."""

import asyncio
import os
import sys
from pathlib import Path

from personalization.plant.account import PlantError
from personalization.plant.program import Program
from personalization.plant.supervisor import Plan, run

var = Path(sys.argv[1])
here = str(var / "migrated")
SLEEP = ("sh", "-c", "echo here; exec sleep 300")
STUBBORN = ("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done")
plan = Plan(
    var,
    (
        (Program("first", SLEEP, ready=lambda: True),),
        (
            Program("migrate", ("touch", here), once=True),
            Program("second", SLEEP, ready=lambda: Path(here).exists()),
            Program("stubborn", STUBBORN, patience=0.3),
        ),
    ),
)


async def ready(supervisor):
    print("ready", *[f"{c.program.name}={c.process.pid}" for c in supervisor.children], flush=True)


try:
    asyncio.run(run(plan, ready))
except PlantError as fault:
    print(fault, flush=True)
    os._exit(1)
