"""An installation whose services run one by one, so that each can stay dead as long as we like."""

from __future__ import annotations

import signal
import subprocess
from typing import Self

import pytest

from personalization.plant import embedded, leash
from personalization.plant.program import Program
from tests.installation import Installation, until

HARD = {"postgres": signal.SIGQUIT}
"""How a service dies: PostgreSQL as in a crash, the others by kill -9."""


class Apart(Installation):
    """Services as children of the test; web processes and workers are started beside them."""

    def __init__(self, patch: pytest.MonkeyPatch, **more: str) -> None:
        super().__init__("live,batch,scheduler", **more)
        patch.setenv("VAR", str(self.var))
        for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "CACHE_URL"):
            patch.delenv(name, raising=False)
        self.programs: dict[str, Program] = {one.name: one for one in embedded.services()}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        (self.var / "static").mkdir()
        for name in self.programs:
            self.wake(name)
        self.run("manage.py", "prepare")
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        for name in list(self.running):
            self.die(name)
        super().__exit__(*error)

    def wake(self, name: str) -> None:
        """Start a service and wait until it answers."""
        program = self.programs[name]
        if program.before:
            program.before()
        account = program.account
        self.running[name] = subprocess.Popen(
            program.command,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
            preexec_fn=leash.tie(program.orphaned),  # noqa: PLW1509 one call of the kernel's
        )
        assert program.ready is not None
        until(program.ready)

    def die(self, name: str) -> None:
        """End a service at once."""
        process = self.running.pop(name)
        process.send_signal(HARD.get(name, signal.SIGKILL))
        process.wait(60)
