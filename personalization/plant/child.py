"""A command of ours run to its end in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from personalization.plant import places


def run(*words: str) -> None:
    """Run a Python program from the house's folder; raises CalledProcessError where it fails."""
    subprocess.run([sys.executable, *words], cwd=places.ROOT, check=True)  # noqa: S603 -- ours
