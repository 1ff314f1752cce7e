"""Where this installation keeps its data and finds its services, given or embedded."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds manage.py."""


def var() -> Path:
    """Return the folder of this installation's own data (``VAR`` or ``./var``)."""
    return Path(os.environ.get("VAR") or ROOT / "var").resolve()


def sockets(folder: Path | None = None) -> Path:
    """Return the folder of the embedded services' sockets, short as their paths must be."""
    digest = hashlib.sha256(str(folder or var()).encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"pz-{digest}"


def embeds_database() -> bool:
    """Return whether PostgreSQL is ours to run."""
    return not os.environ.get("DATABASE_URL")


def embeds_broker() -> bool:
    """Return whether the broker is ours to run."""
    return not (os.environ.get("BROKER_URL") or os.environ.get("REDIS_URL"))


def embeds_cache() -> bool:
    """Return whether the cache is ours to run."""
    return not (os.environ.get("CACHE_URL") or os.environ.get("REDIS_URL"))


def database_url() -> str:
    """Return the PostgreSQL URL (the embedded one listens on a socket only)."""
    host = quote(str(sockets()), safe="")
    embedded = f"postgresql://personalization@/personalization?host={host}"
    return os.environ.get("DATABASE_URL") or embedded


def broker_url() -> str:
    """Return the broker's Redis URL in redis-py's form (``unix://`` for a socket).

    Celery's command line reads ``BROKER_URL`` too, in kombu's form, so either is taken.
    """
    given = os.environ.get("BROKER_URL") or os.environ.get("REDIS_URL")
    url = given or f"unix://{sockets()}/broker.sock"
    return url.replace("redis+socket://", "unix://", 1)


def cache_url() -> str:
    """Return the cache's Redis URL in redis-py's form."""
    given = os.environ.get("CACHE_URL") or os.environ.get("REDIS_URL")
    return given or f"unix://{sockets()}/cache.sock"


def celery_url() -> str:
    """Return the broker's URL in kombu's form (``redis+socket://`` for a socket)."""
    return broker_url().replace("unix://", "redis+socket://", 1)
