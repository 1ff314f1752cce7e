"""The house's plan: services, then migrations, then web, workers and scheduler."""

from __future__ import annotations

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from personalization.plant import diagnosis, embedded, places
from personalization.plant.account import PlantError
from personalization.plant.program import Program
from personalization.plant.supervisor import Plan
from personalization.plant.voices import speak

PARTS = ("services", "web", "live", "batch", "inference", "scheduler")
UVICORN = (
    "uvicorn personalization.asgi:application --loop uvloop --http httptools "
    "--ws websockets-sansio --ws-max-size 65536 --ws-per-message-deflate false "
    "--no-access-log --log-level warning"
)
CELERY = "celery --quiet -A personalization"
WORKER = "--pool {pool} --without-gossip --without-mingle --without-heartbeat --loglevel {level}"
POOLS = {
    "live": "solo",
    "batch": "solo",
    "inference": "prefork --concurrency 1 --max-tasks-per-child 100",
}
"""Lanes, and how their worker works: what infers may be killed, so it does so in a child."""

POOL = "8"
"""So many connections to PostgreSQL the pages and calls of one web process share."""


def plan(parts: Collection[str] = PARTS, host: str = "127.0.0.1", port: int = 8000) -> Plan:
    """Return the plan for these parts of the house."""
    services = tuple(embedded.services()) if "services" in parts else ()
    processes: list[Program] = []
    if "web" in parts:
        processes += webs(host, port, int(os.environ.get("WEB_PROCESSES", "1")))
    processes += [worker(lane) for lane in POOLS if lane in parts]
    if "scheduler" in parts:
        processes.append(scheduler())
    if processes:
        (places.var() / "static").mkdir(parents=True, exist_ok=True)
        away = diagnosis.away()
        for name in away:
            speak(f"{name} does not answer: starting without it, and trying again and again\n")
        if "postgres" not in away:
            processes.insert(0, migrations())
    quiet = frozenset(service.name for service in services) if processes else frozenset()
    lock = "up.lock" if "services" in parts else f"up-{'-'.join(sorted(parts))}.lock"
    rubbish = (places.sockets(),) if services else ()
    return Plan(places.var(), (services, tuple(processes)), quiet, lock, rubbish)


def python(name: str, words: str, *more: str, **env: str) -> Program:
    """Return a program of ours: a module run by this interpreter from the house's folder."""
    command = (sys.executable, "-m", *words.split(), *more)
    settings = {"DJANGO_SETTINGS_MODULE": "personalization.settings", "PYTHONUNBUFFERED": "1"}
    return Program(name=name, command=command, env=settings | env, folder=places.ROOT)


def migrations() -> Program:
    """Return the task that brings the database's tables up to date."""
    return replace(python("migrate", "django prepare"), once=True)


def webs(host: str, port: int, count: int) -> list[Program]:
    """Return the web processes; more than one share a listening socket."""
    listener = listen(host, port)
    if count == 1:
        listener.close()
        return [_web("web", "--host", host, "--port", str(port), probe=port)]
    handle = listener.detach()
    words = ("--fd", str(handle))
    return [
        _web(f"web-{n}", *words, probe=port, descriptors=(handle,)) for n in range(1, count + 1)
    ]


def _web(name: str, *words: str, probe: int, descriptors: tuple[int, ...] = ()) -> Program:
    url = f"http://127.0.0.1:{probe}/readyz"
    return replace(
        python(name, UVICORN, *words, DATABASE_POOL=os.environ.get("DATABASE_POOL", POOL)),
        ready=lambda: answers(url),
        patience=15,
        descriptors=descriptors,
    )


def worker(lane: str) -> Program:
    """Return the worker of a lane: its own loop finds work, Celery only hints."""
    words = WORKER.format(pool=POOLS[lane], level=level())
    command = f"{CELERY} worker -Q {lane} -n {lane}@%h {words}"
    quiet = "ignore:You're running the worker with superuser"  # as root; it takes no pickles
    return python(lane, command, WORKER_ROLE=lane, PYTHONWARNINGS=quiet, **_broker())


def scheduler() -> Program:
    """Return Celery's beat, its schedule file among our data."""
    schedule = str(places.var() / "schedule")
    words = f"{CELERY} beat --loglevel {level()} --pidfile= -s"
    return python("scheduler", words, schedule, **_broker())


def _broker() -> dict[str, str]:
    """Return a given broker's URL as Celery's command line wants to read it."""
    return {} if places.embeds_broker() else {"BROKER_URL": places.celery_url()}


def level() -> str:
    """Return how much Celery says: a task a hint would flood the terminal at INFO."""
    return os.environ.get("LOG_LEVEL", "WARNING")


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address, or say that it is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise PlantError(
            f"cannot listen on {host}:{port}: {fault.strerror}. Give PORT=..."
        ) from fault
    listener.listen(2048)
    return listener


def answers(url: str) -> bool:
    """Return whether the URL answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 our own loopback URL
            return bool(answer.status == 200)  # noqa: PLR2004 HTTP
    except (urllib.error.URLError, OSError, ValueError):
        return False


def data(path: Path) -> str:
    """Return the path as the user would type it."""
    try:
        return f"./{path.relative_to(Path.cwd())}"
    except ValueError:
        return str(path)
