"""OpenFeature's published web provider, unmodified, in a browser: our stream switches content."""

import json
from pathlib import Path

import pytest

from tests.api.conftest import running, stage, web  # noqa: F401 - fixtures
from tests.api.stage import viewed
from tests.browser.origins import origin
from tests.events.ground import stored

pytestmark = [stored, pytest.mark.browser]
MODULES = Path(__file__).resolve().parents[1] / "clients" / "node_modules" / "@openfeature"
OWN = "ofrep-web-provider/node_modules"
FILES = {
    "@openfeature/core": "core/dist/esm/index.js",
    "@openfeature/web-sdk": "web-sdk/dist/esm/index.js",
    "@openfeature/ofrep-web-provider": "ofrep-web-provider/index.esm.js",
    "@openfeature/ofrep-core": f"{OWN}/@openfeature/ofrep-core/index.esm.js",
}
PAGE = """<!doctype html><html lang="en"><head><title>A page</title>
<script type="importmap">{imports}</script>
<script type="module">
import {{ OpenFeature, ProviderEvents }} from "@openfeature/web-sdk";
import {{ OFREPWebProvider }} from "@openfeature/ofrep-web-provider";
const client = OpenFeature.getClient();
const show = () => {{
  const found = client.getObjectDetails("slot.hero", {{ content: {{ text: "Own" }} }});
  document.querySelector("p").textContent = found.value.content.text;
}};
client.addHandler(ProviderEvents.ConfigurationChanged, show);
await OpenFeature.setContext({{ targetingKey: "{visitor}" }});
await OpenFeature.setProviderAndWait(new OFREPWebProvider(
  {{ baseUrl: "{server}", headers: [["X-API-Key", "{key}"]], pollInterval: -1 }}));
show();
</script></head><body><p>Own</p></body></html>"""


@pytest.fixture(autouse=True, scope="module")
def beside_a_loop():
    """Playwright keeps an event loop running in this thread; nothing runs in it meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    opened = context.new_page()
    yield opened
    context.close()


def written(server, key, visitor):
    """Return the page, which takes the provider's own files from its origin."""
    imports = json.dumps({"imports": {name: f"/{path}" for name, path in FILES.items()}})
    return PAGE.format(imports=imports, server=server, key=key, visitor=visitor)


def test_an_event_switches_what_the_page_shows_without_polling(stage, web, page):  # noqa: F811
    if not MODULES.is_dir():
        pytest.skip("needs the OpenFeature packages (npm install in tests/clients)")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with origin(written(web.url, stage.pk, "w1"), MODULES, "127.0.0.1") as address:
        page.goto(address)
        page.get_by_text("For everybody").wait_for()
        with page.expect_response("**/ofrep/v1/evaluate/flags?**"):
            stage.happen(viewed("w1"), viewed("w1"))
        page.get_by_text("Keen", exact=True).wait_for()
    assert sum("/v1/stream?channel=" in url for url in asked) >= 1
