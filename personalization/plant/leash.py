"""A child on a leash: in a session of its own, and gone when its parent is, even after kill -9.

On Linux the kernel holds the leash (PR_SET_PDEATHSIG). Elsewhere this file is run as a small parent
that watches for the loss of its own: ``python leash.py SIGNAL COMMAND...``.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1
LINUX = sys.platform.startswith("linux")
LOOK = 0.2


def command(words: Sequence[str], orphaned: signal.Signals, *, kernel: bool = LINUX) -> list[str]:
    """Return the command line that runs the words, through the watcher where the kernel cannot."""
    return list(words) if kernel else [sys.executable, __file__, str(int(orphaned)), *words]


def tie(orphaned: signal.Signals, *, kernel: bool = LINUX) -> Callable[[], None] | None:
    """Return what the child calls between fork and exec, after its user is set (which unties it).

    The kernel ties to the parent's *thread*: start children from the main thread.
    """
    if not kernel:
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()
    word = int(orphaned)

    def in_the_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, word, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return in_the_child


def watch(orphaned: int, words: Sequence[str]) -> int:
    """Run the words, pass signals on, end them when the parent of this process is gone."""
    parent = os.getppid()
    child = subprocess.Popen(words)  # noqa: S603 the supervisor's own command

    def forward(number: int, _frame: object) -> None:
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, forward)
    while child.poll() is None:
        if os.getppid() != parent:
            child.send_signal(orphaned)
            return 1
        time.sleep(LOOK)
    code = child.returncode
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(watch(int(sys.argv[1]), sys.argv[2:]))
