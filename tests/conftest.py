"""The suite's ground: embedded services for the tests that touch, nothing for the pure."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.db import connections

from personalization import settings as installation
from personalization.plant import embedded, places
from tests import emptying
from tests.children import child

ROOT = Path(__file__).resolve().parents[1]
PURE = ("rules/", "cms_adapters/", "tests/rules/", "tests/cms_adapters/", "tests/house/")
PATIENCE = 90
STRICT = os.environ.get("STRICT_SKIPS") == "1"


class Services:
    """The embedded services of this run, in a folder of its own, gone with this process."""

    def __init__(self) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="pz-test-"))
        self.var.chmod(0o755)  # PostgreSQL runs as another user when we are root
        (self.var / "static").mkdir()
        self.output = self.var / "up.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if not embedded.services():
            return
        with self.output.open("wb") as output:
            self.process = child(
                [sys.executable, "manage.py", "up", "--only", "services"],
                signal.SIGTERM,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + PATIENCE
        while "\nready" not in self.output.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.exit(f"the services did not start:\n{self.output.read_text()}", 3)
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(places.sockets(), ignore_errors=True)
        shutil.rmtree(self.var, ignore_errors=True)


services = Services()
os.environ["VAR"] = str(services.var)
importlib.reload(installation)
for name in filter(str.isupper, dir(installation)):
    setattr(settings, name, getattr(installation, name))
settings.DATABASES["default"]["TEST"] = {"NAME": f"test_personalization_{os.getpid()}"}
connections.settings = connections.configure_settings(settings.DATABASES)  # read too early
for alias in list(connections):
    if hasattr(connections._connections, alias):
        del connections[alias]


emptying.install()


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.option.collectonly:
        return
    if not all(item.nodeid.startswith(PURE) for item in session.items):
        services.start()


def pytest_unconfigure() -> None:
    services.remove()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    if STRICT and report.skipped:
        _judge(report)
    return report


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Count a skip for want of a tool as a failure: the gate must run everything."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if reason.startswith("needs "):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {reason}"


@pytest.fixture
def child_env(transactional_db: None) -> dict[str, str]:
    """The environment in which a child process works on the test's own database and Redis."""
    database = settings.DATABASES["default"]
    user = quote(str(database.get("USER", "")), safe="")
    if database.get("PASSWORD"):
        user += ":" + quote(str(database["PASSWORD"]), safe="")
    host = quote(str(database.get("HOST", "")), safe="")
    port = f"&port={database['PORT']}" if database.get("PORT") else ""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "personalization.settings",
        "DATABASE_URL": f"postgresql://{user}@/{database['NAME']}?host={host}{port}",
        "BROKER_URL": places.broker_url(),
        "CACHE_URL": places.cache_url(),
        "SECRET_KEY": settings.SECRET_KEY,
    }


@pytest.fixture
def empty_cache() -> Iterator[redis.Redis]:
    """A client of the cache, with none of our keys in it before and after."""
    with redis.Redis.from_url(places.cache_url()) as client:
        _forget(client)
        yield client
        _forget(client)


def _forget(client: redis.Redis) -> None:
    for key in client.scan_iter("pz:*", count=1000):
        client.delete(key)
