"""A supervisor over three small children, run as a process of its own so that it can be killed."""

import asyncio
import sys
from pathlib import Path

from personalization.plant.account import PlantError
from personalization.plant.program import Program
from personalization.plant.supervisor import Plan, run

SLEEP = ("sh", "-c", "echo here; exec sleep 300")
STUBBORN = ("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done")


def plan(var: Path) -> Plan:
    mark = var / "migrated"
    first = (Program("first", SLEEP, ready=lambda: True),)
    second = (
        Program("migrate", ("touch", str(mark)), once=True),
        Program("second", SLEEP, ready=mark.exists),
        Program("stubborn", STUBBORN, patience=0.3),
    )
    return Plan(var, (first, second))


async def ready(supervisor):
    pids = [f"{child.program.name}={child.process.pid}" for child in supervisor.children]
    sys.stdout.write(f"ready {' '.join(pids)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        asyncio.run(run(plan(Path(sys.argv[1])), ready))
    except PlantError as fault:
        sys.exit(str(fault))
