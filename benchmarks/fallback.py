"""How soon a page shows its fallback when the server is no help, by the page's own clock."""

from __future__ import annotations

import http.server
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.ground import say
from benchmarks.page import served
from tests.installation import free_port

ROUNDS = int(os.environ.get("ROUNDS", "20"))
LIMIT = 2200
"""Milliseconds after which the fallback has to be there."""
DIST = Path(__file__).resolve().parents[1] / "cms_adapters" / "browser" / "dist"
PAGE = """<!doctype html><title>A page</title>
<style>[data-pz-pending]{{visibility:hidden;animation:pz-show 0s 2s forwards}}
@keyframes pz-show{{to{{visibility:visible}}}}</style>
<script>(function look() {{
  const slot = document.querySelector("[data-personalize-slot]");
  if (slot) window.first ??= performance.now();
  if (!slot || getComputedStyle(slot).visibility !== "visible") return requestAnimationFrame(look);
  window.seen = performance.now();
}})()</script>
<script defer src="{server}/sdk/personalize.js" data-personalize-key="pk_x"
 data-personalize-consent="granted"></script>
<body><div data-personalize-slot="home.hero" data-pz-pending>For everybody</div></body>"""


class Sdk(http.server.BaseHTTPRequestHandler):
    """Gives out the client and answers no question: a server that died behind its proxy."""

    def do_GET(self) -> None:
        """Send a file of the build."""
        file = DIST / Path(self.path.partition("?")[0]).name
        if not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Take the question, and hang up or hang."""
        if self.server.hangs:  # type: ignore[attr-defined]
            threading.Event().wait(10)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering(*, hangs: bool) -> Iterator[str]:
    """Run a server that gives out the client, and hangs or hangs up when it is asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sdk) as server:
        server.daemon_threads, server.hangs = True, hangs  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def silent() -> Iterator[str]:
    """Listen, and never answer: the script itself hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def refused() -> Iterator[str]:
    """Name a port where nobody listens."""
    yield f"http://127.0.0.1:{free_port()}"


def measured(browser: Any, server: str, *, blocked: bool) -> tuple[list[float], list[float]]:
    """Return when the fallback was seen in each round, in milliseconds of the page's clock.

    Once since the navigation, once since the page's first frame: what a busy machine takes for
    that is no fault of the fallback's.
    """
    address, seen, waited = served(PAGE.format(server=server)), [], []
    for _ in range(ROUNDS):
        page = browser.new_page()
        if blocked:
            page.route("**/sdk/*", lambda route: route.abort())
        page.goto(address, wait_until="commit")
        page.wait_for_function("window.seen")
        at, first = page.evaluate("[seen, first]")
        seen.append(at)
        waited.append(at - first)
        page.close()
    return sorted(seen), sorted(waited)


def p95(figures: list[float]) -> float:
    """Return the figure that 95 % stay within."""
    return figures[min(len(figures) - 1, len(figures) * 95 // 100)]


def main() -> None:
    """Measure each way in which a server can be no help."""
    ways = {
        "server_killed": answering(hangs=False),
        "decide_hangs": answering(hangs=True),
        "script_hangs": silent(),
        "refused": refused(),
        "script_blocked": refused(),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, way in ways.items():
            with way as server:
                seen, waited = measured(browser, server, blocked=name == "script_blocked")
            at = {"p95_ms": p95(seen), "after_first_frame_p95_ms": p95(waited)}
            say(f"fallback.{name}", rounds=len(seen), limit_ms=LIMIT, **at)
        browser.close()


if __name__ == "__main__":
    main()
