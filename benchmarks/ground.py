"""What every benchmark stands on: an installation of its own, and a way to say the result."""

from __future__ import annotations

import atexit
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.installation import ROOT, Installation


def installed(only: str = "services", **environment: str) -> Installation:
    """Return a running installation whose services this process uses too; gone when it ends."""
    house = Installation(only, **environment)
    os.environ.update(house.env)
    house.start()
    atexit.register(house.__exit__)
    return house


def django() -> None:
    """Make the installation's database ready for use in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personalization.settings")
    sys.path.insert(0, str(ROOT))
    import django as framework
    from django.core.management import call_command

    framework.setup()
    call_command("migrate", verbosity=0)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds some work took, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def say(name: str, **figures: Any) -> None:
    """Print one result as a line of JSON, with the machine and the commit it was measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
    print(
        json.dumps({"benchmark": name, **rounded, "commit": commit, "machine": machine}), flush=True
    )
