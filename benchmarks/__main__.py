"""Every benchmark in turn: each prints lines of JSON; those worth keeping go to RESULTS.md."""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    *("rules", "checker", "columns", "ingest", "drain", "decide", "push", "timers"),
    *("growth", "exits", "publishing", "hostile", "sockets", "page"),
    *("fallback", "openfeature"),
    *("audience", "desk"),
)

if __name__ == "__main__":
    failed = [
        name
        for name in NAMES
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    ]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
