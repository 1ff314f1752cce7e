"""Remove this installation's own data, wherever it was put, unless a server runs on it."""

from __future__ import annotations

import shutil
import sys

from personalization.plant import places
from personalization.plant.account import PlantError, home, unprivileged
from personalization.plant.lock import Lock


def clear() -> None:
    """Remove the data folder, the services' folder and the sockets; raise PlantError if in use."""
    var = places.var()
    lock = Lock(var / "up.lock")
    if var.exists():
        lock.take()
        lock.release()
    for folder in {var, home(unprivileged()), places.sockets()}:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    try:
        clear()
    except PlantError as fault:
        sys.exit(str(fault))
