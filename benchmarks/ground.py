"""What every benchmark stands on: an installation of its own, and a way to say the result."""

from __future__ import annotations

import atexit
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120


class Installation:
    """Services (and, if asked, web and workers) of one benchmark, gone when it ends."""

    def __init__(self, only: str = "services", port: int = 8799, **environment: str) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="pz-bench-"))
        self.var.chmod(0o755)
        os.environ.update(VAR=str(self.var), PORT=str(port), **environment)
        self.url = f"http://127.0.0.1:{port}"
        self.log = self.var / "up.txt"
        atexit.register(self.close)
        self.process = self._up(only)

    def _up(self, only: str) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            command = [sys.executable, "manage.py", "up", "--only", only]
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        until(lambda: "\nready" in self.log.read_text() or process.poll() is not None)
        if process.poll() is not None:
            sys.exit(self.log.read_text())
        return process

    def start(self, only: str) -> subprocess.Popen[bytes]:
        """Start one more program of ours beside what runs."""
        return subprocess.Popen([sys.executable, *only.split()], cwd=ROOT)

    def close(self) -> None:
        """Stop everything and remove its data."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        shutil.rmtree(self.var, ignore_errors=True)


def django() -> None:
    """Make the installation's database ready for use in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personalization.settings")
    sys.path.insert(0, str(ROOT))
    import django as framework
    from django.core.management import call_command

    framework.setup()
    call_command("migrate", verbosity=0)


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for a condition with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"not within {seconds} s")
        time.sleep(0.05)


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
