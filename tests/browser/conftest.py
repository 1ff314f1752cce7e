"""A headless Chromium, and a whole demo on a free port, for the tests that look at pages."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from personalization.plant import leash

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 180
OURS = {"DATABASE_URL", "REDIS_URL", "BROKER_URL", "CACHE_URL", "VAR", "PORT", "SECRET_KEY"}


@contextmanager
def launched(**options):
    """Run a browser; Playwright keeps an event loop running meanwhile."""
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if CHROMIUM is None:
        pytest.skip("needs chromium")
    start = {"executable_path": CHROMIUM, "args": ["--no-sandbox"], **options}
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(**start)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium():
    """A browser, closed with its module."""
    with launched() as browser:
        yield browser


class Demo:
    """One ``manage.py demo`` with services and data of its own."""

    def __init__(self, *more):
        self.more = more
        self.var = Path(tempfile.mkdtemp(prefix="pz-demo-"))
        self.var.chmod(0o755)  # PostgreSQL runs as another user when we are root
        self.env = {key: value for key, value in os.environ.items() if key not in OURS}
        self.env["VAR"] = str(self.var)
        self.output = self.var / "demo.txt"
        self.process = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self):
        (self.var / "demo.json").unlink(missing_ok=True)
        words = ["demo", "--port", str(self.port), "--visitors", "120", "--events", "2400"]
        words += self.more
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *words],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=leash.tie(leash.signal.SIGTERM),  # noqa: PLW1509
            )
        return self.told()

    def told(self, last="url"):
        """Wait until the demo has written a name, and return all it wrote."""
        deadline = time.monotonic() + PATIENCE
        file = self.var / "demo.json"
        while not file.exists() or last not in (told := json.loads(file.read_text())):
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)
        return told

    def manage(self, *words):
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def remove(self):
        self.stop()
        shutil.rmtree(self.var, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(chromium):
    """A demo whose page is open; ``told`` is what it wrote down."""
    demo = Demo()
    try:
        demo.start()
        yield demo
    finally:
        demo.remove()


@pytest.fixture
def context(chromium):
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def signed_in(chromium):
    """Return a function that signs somebody in, in a session of their own; ``faults`` are kept."""
    contexts = []

    def opened(demo, to, user=None, password=None, **options):
        told = demo.told()
        context = chromium.new_context(base_url=told["url"], **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.on("console", lambda said: said.type == "error" and page.faults.append(said.text))
        page.goto(f"/admin/login/?next={to}")
        page.fill("#id_username", user or told["admin"]["user"])
        page.fill("#id_password", password or told["admin"]["password"])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/admin/login/" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()
