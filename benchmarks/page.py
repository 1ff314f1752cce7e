"""How long it takes from an event's call to the changed text in a page, with our client."""

from __future__ import annotations

import os
import shutil
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from benchmarks.ground import say
from tests.installation import Installation, until

ROUNDS = int(os.environ.get("ROUNDS", "200"))
PAUSE = 100
"""Milliseconds between two events."""
SITE: dict[str, Any] = {
    "segments": {"known": {"attribute": "traits.name", "operator": "is_known"}},
    "slots": {
        "home.hero": {
            "fallback": ["base"],
            "variants": {"base": "<p>base</p>", "name": "<p>{{ traits.name }}</p>"},
            "rows": [{"id": "r", "when": {"segment": "known"}, "then": {"variant": "name"}}],
        }
    },
}
PAGE = """<!doctype html><title>A page</title><body><div data-personalize-slot="home.hero">Own</div>
<script>addEventListener("pz:decision", ({{target}}) => {{
  (window.at ??= {{}})[target.textContent] = performance.timeOrigin + performance.now();
}});</script>
<script src="{server}/sdk.js" data-personalize-key="{key}" data-personalize-consent="granted">
</script></body>"""


def served(text: str) -> str:
    """Serve a page from an origin of its own, and return where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    return f"http://localhost:{http.server_port}/"


def main() -> None:
    """Measure on a whole installation, in Chromium."""
    with Installation("services,web,live") as house, sync_playwright() as playwright:
        keys = house.found(**SITE)
        until(lambda: httpx.get(f"{house.url}/readyz").status_code == 200)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        text = PAGE.format(server=house.url, key=keys["pk"])
        page.goto(served(text))
        page.get_by_text("base").wait_for()
        device = page.evaluate("localStorage.getItem('pz.anonymous')")
        began: dict[str, float] = {}
        with httpx.Client(base_url=house.url) as client:
            for number in range(ROUNDS):
                name = f"n{number}"
                page.wait_for_timeout(PAUSE)
                began[name] = time.time() * 1000
                said = {"anonymousId": device, "traits": {"name": name}, "writeKey": keys["pk"]}
                client.post("/v1/identify", json=said)
        page.get_by_text(f"n{ROUNDS - 1}").wait_for()
        seen: dict[str, float] = page.evaluate("window.at")
        took = sorted(seen[name] - at for name, at in began.items() if name in seen)
        at = {f"p{p}_ms": took[min(len(took) - 1, len(took) * p // 100)] for p in (50, 95, 99)}
        say("page", events=ROUNDS, seen=len(took), **at)
        browser.close()


if __name__ == "__main__":
    main()
