"""A whole installation of its own for tests and benchmarks: ``manage.py up``, then gone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psutil

from personalization.plant import leash, places

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120
GIVEN = ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "CACHE_URL", "VAR", "PORT")


class Installation:
    """Services, and if asked web and workers, in a folder of their own on a free port."""

    def __init__(self, only: str = "services,web,live,batch,scheduler", **more: str) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="pz-"))
        self.var.chmod(0o755)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"VAR": str(self.var), "PORT": str(self.port), "SECRET_KEY": "installation"}
        self.env = {k: v for k, v in os.environ.items() if k not in GIVEN} | own | more
        self.log = self.var / "up.txt"
        self.process: subprocess.Popen[bytes] | None = None
        self.only = only

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(places.sockets(self.var.resolve()), ignore_errors=True)
        shutil.rmtree(self.var, ignore_errors=True)

    def start(self) -> None:
        """Start everything and wait until it says it is ready."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--only", self.only],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=leash.tie(signal.SIGTERM),  # noqa: PLW1509 -- no threads here
            )
        until(lambda: "\nready" in self.log.read_text() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()

    def stop(self) -> None:
        """Stop everything in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def run(self, *words: str, text: str | None = None) -> str:
        """Run a command of ours in this installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env={**self.env, "DJANGO_SETTINGS_MODULE": "personalization.settings"},
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def found(self, **definitions: Any) -> dict[str, Any]:
        """Found a site with keys, segments, features, slots; return its keys and id."""
        found = self.run("-m", "tests.founding", text=json.dumps(definitions))
        return dict(json.loads(found.strip().splitlines()[-1]))

    def children(self, *words: str) -> list[psutil.Process]:
        """Return the installation's processes whose command line has all these words."""
        assert self.process is not None
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in family if all(word in _line(child) for word in words)]

    def kill(self, *words: str) -> int:
        """Kill -9 the processes with these words in their command line; return how many."""
        found = self.children(*words)
        for child in found:
            child.kill()
        return len(found)


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def free_port() -> int:
    """Return a port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for a condition with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
