"""Commands of ours in processes of their own: run to their end, or kept beside."""

from __future__ import annotations

import signal
import subprocess
import sys

from personalization.plant import leash, places


def run(*words: str) -> None:
    """Run a Python program from the house's folder; raises CalledProcessError where it fails."""
    subprocess.run([sys.executable, *words], cwd=places.ROOT, check=True)  # noqa: S603 -- ours


_kept: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}


def keep(*words: str) -> bool:
    """Let a program of ours run beside, on a leash, unless it does; return whether it was begun.

    Call it from the main thread: the kernel ties a child to the thread that started it.
    """
    running = _kept.get(words)
    if running is not None and running.poll() is None:
        return False
    command = leash.command([sys.executable, *words], signal.SIGTERM)
    tied = leash.tie(signal.SIGTERM)
    _kept[words] = subprocess.Popen(command, cwd=places.ROOT, preexec_fn=tied)  # noqa: S603, PLW1509 -- ours
    return True
