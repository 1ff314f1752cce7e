"""How long it takes from an event to what OpenFeature's own web provider shows, unmodified."""

from __future__ import annotations

import json
import os
import shutil
import time

import httpx
from playwright.sync_api import sync_playwright

from benchmarks.ground import say
from benchmarks.page import SITE
from tests.browser.origins import origin
from tests.installation import ROOT, Installation, until

ROUNDS = int(os.environ.get("ROUNDS", "60"))
PAUSE = 200
"""Milliseconds between two events."""
LIMIT = 500
"""Milliseconds within which the content is to be switched."""
MODULES = ROOT / "tests" / "clients" / "node_modules" / "@openfeature"
OWN = "ofrep-web-provider/node_modules/@openfeature"
FILES = {
    "@openfeature/core": "core/dist/esm/index.js",
    "@openfeature/web-sdk": "web-sdk/dist/esm/index.js",
    "@openfeature/ofrep-web-provider": "ofrep-web-provider/index.esm.js",
    "@openfeature/ofrep-core": f"{OWN}/ofrep-core/index.esm.js",
}
PAGE = """<!doctype html><title>A page</title><script type="importmap">{imports}</script>
<script type="module">
import {{ OpenFeature, ProviderEvents }} from "@openfeature/web-sdk";
import {{ OFREPWebProvider }} from "@openfeature/ofrep-web-provider";
const client = OpenFeature.getClient();
window.at = {{}};
const show = () => {{
  const hero = client.getObjectValue("slot.home.hero", {{ content: {{ html: "Own" }} }});
  const place = document.querySelector("div");
  place.innerHTML = hero.content.html;
  window.at[place.textContent] ??= performance.timeOrigin + performance.now();
}};
client.addHandler(ProviderEvents.ConfigurationChanged, show);
await OpenFeature.setContext({{ targetingKey: "visitor" }});
await OpenFeature.setProviderAndWait(new OFREPWebProvider(
  {{ baseUrl: "{server}", headers: [["X-API-Key", "{key}"]], pollInterval: -1 }}));
show();
</script><body><div>Own</div></body>"""


def main() -> None:
    """Measure on a whole installation, in Chromium."""
    with Installation("services,web,live") as house, sync_playwright() as playwright:
        keys = house.found(**SITE)
        until(lambda: httpx.get(f"{house.url}/readyz").status_code == 200)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        imports = json.dumps({"imports": {name: f"/{path}" for name, path in FILES.items()}})
        text = PAGE.format(imports=imports, server=house.url, key=keys["pk"])
        page, began = browser.new_page(), {}
        with origin(text, MODULES, "127.0.0.1") as address, httpx.Client() as client:
            with page.expect_request("**/v1/stream?**"):
                page.goto(address)
            page.get_by_text("base").wait_for()
            page.wait_for_timeout(1000)
            for number in range(ROUNDS):
                name = f"n{number}"
                began[name] = time.time() * 1000
                said = {"anonymousId": "visitor", "traits": {"name": name}, "writeKey": keys["pk"]}
                client.post(f"{house.url}/v1/identify", json=said)
                page.wait_for_timeout(PAUSE)
            page.get_by_text(f"n{ROUNDS - 1}").wait_for()
            seen: dict[str, float] = page.evaluate("window.at")
        took = sorted(seen[name] - at for name, at in began.items() if name in seen)
        at = {f"p{p}_ms": took[min(len(took) - 1, len(took) * p // 100)] for p in (50, 95)}
        say("openfeature", events=ROUNDS, seen=len(took), limit_ms=LIMIT, **at, most_ms=took[-1])
        browser.close()


if __name__ == "__main__":
    main()
