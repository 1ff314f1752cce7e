"""Child processes of a test: tied to the test's process, so that none outlives it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from typing import Any

from personalization.plant import leash


def child(words: Sequence[str], orphaned: signal.Signals = signal.SIGKILL, **options: Any):
    """Start a command in a session of its own; ``options`` are subprocess.Popen's."""
    return subprocess.Popen(
        words,
        start_new_session=True,
        preexec_fn=leash.tie(orphaned),  # noqa: PLW1509 one call of the kernel's
        **options,
    )
