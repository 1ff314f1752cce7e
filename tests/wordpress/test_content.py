"""A post of a real WordPress fills a slot of the real server: by its hook, read back, and gone."""

import json
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from tests.waiting import until
from tests.wordpress.conftest import OUTGOING

pytestmark = pytest.mark.slow
SOON = 120


MADE = """
import django, json, sys
django.setup()
from personalization.content import rotation
from personalization.content.models import Slot, Variant
from personalization.content.sources import Binding, Source
from personalization.plant.clock import system
told = json.load(sys.stdin)
rows = {"site_id": told["site"], "url": told["url"], "options": {"types": "posts,pages"}}
source = Source.objects.create(slug=told["slot"], adapter="wordpress", **rows)
rotation.entrust(source, told["token"])
slot = Slot.objects.create(site_id=told["site"], key=told["slot"], schema="html", fallback=["post"])
variant = Variant.objects.create(slot=slot, slug="post")
post = {"external_id": told["post"], "kind": "posts"}
Binding.objects.create(variant=variant, source=source, **post)
print(json.dumps({"source": source.pk, "secret": rotation.renew(source, system.now())}))
"""


@pytest.fixture
def post(wordpress):
    """A draft of a post."""
    words = {"title": "A", "content": "<p>One</p>", "status": "draft"}
    return wordpress.rest("POST", "/wp/v2/posts", **words)["id"]


@pytest.fixture
def slot(wordpress, house, post):
    """A slot whose one variant the post fills; WordPress knows where its hooks go."""
    installation, told = house
    name = f"blog-{uuid4().hex[:8]}"
    said = {"site": told["site"], "slot": name, "url": wordpress.url, "post": str(post)}
    said["token"] = wordpress.token
    made = json.loads(installation.run("-c", MADE, text=json.dumps(said)).splitlines()[-1])
    wordpress.set("pzsrv_settings", hook=f"{installation.url}/hooks/{made['source']}")
    wordpress.set("pzsrv_secrets", outgoing=made["secret"])
    yield name
    wordpress.set("pzsrv_settings", hook="")
    wordpress.set("pzsrv_secrets", outgoing=OUTGOING)


def shown(house, slot):
    """Return what anybody is shown now."""
    installation, told = house
    body = {"key": told["pk"], "slots": [slot], "anonymousId": "reader"}
    request = Request(f"{installation.url}/v1/decide", json.dumps(body).encode())
    with urlopen(request, timeout=60) as answer:
        (decision,) = json.load(answer)["decisions"]
    return (decision.get("content") or {}).get("html", "").strip()


def test_what_is_published_changed_and_withdrawn_follows_on_the_site(wordpress, house, post, slot):
    for change, expected in (
        ({"status": "publish"}, "<p>One</p>"),
        ({"content": "<p>Two</p>"}, "<p>Two</p>"),
        ({"status": "draft"}, ""),
        ({"status": "publish", "content": "<p>Three</p>"}, "<p>Three</p>"),
    ):
        wordpress.rest("POST", f"/wp/v2/posts/{post}", **change)
        until(lambda want=expected: wordpress.cron() or shown(house, slot) == want, SOON)
