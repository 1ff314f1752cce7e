"""A CMS asks by a hook what a slot can show, and is answered at once, whatever is away."""

from __future__ import annotations

import json
import time

import pytest

from personalization.content.sources import Source
from personalization.sites import signing
from tests.api.stage import Stage, server
from tests.api.test_decide_outages import gated
from tests.cms_adapters.vendors import OTHER, SECRET, Standard
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored
__all__ = ["gated"]


def asked(web, source, secret=SECRET, **more):
    """Send the hook as a plugin signs it."""
    said = {"type": "content.requested", "slot": "hero", "segments": ["keen"], **more}
    request = Standard().sign(_Told(source.pk, said), int(time.time()), secret, "m1")
    return web.http.post(request.path, content=request.body, headers=request.headers)


class _Told:
    def __init__(self, pk, said):
        self.path, self.body, self.headers = f"/hooks/{pk}", json.dumps(said).encode(), {}


def _source(stage):
    sealed = signing.seal(SECRET)
    return Source.objects.create(site=stage.site, slug="cms", adapter="standard", secret=sealed)


def _check(answer):
    assert answer.status_code == 200, answer.text
    told = answer.json()
    contents = {one["variant"]: one["content"]["text"] for one in told["variants"]}
    assert contents["base"] == "For everybody"
    assert told["fallback"] == ["base"]
    assert told["decision"]["variant"] == "keen"
    assert told["cache"]["scope"] in ("public-permutation", "private-request")


@pytest.mark.slow
def test_a_cms_asks_by_webhook_and_gets_variants_and_fallback_with_and_without_the_stores(gated):
    stage = Stage()
    source = _source(stage)
    with server(gated.env) as web:
        until(lambda: web.knows(stage), 60)
        until(lambda: asked(web, source).status_code == 200)
        _check(asked(web, source))
        gated.set("shut", "shut")
        _check(asked(web, source))
        gated.set("hang", "hang")
        _check(asked(web, source))
    with server(gated.env) as web:  # booted alone, from the last generation it kept
        _check(asked(web, source))
        assert asked(web, source, OTHER).status_code == 401
        assert asked(web, source, type="content.published").status_code in (400, 503)
        gated.set("open", "open")


def test_what_is_asked_for_wrongly_is_said(stage, web):
    source = _source(stage)
    until(lambda: asked(web, source).status_code == 200)
    assert asked(web, source, OTHER).status_code == 401
    assert asked(web, source, slot="nowhere").status_code == 404
    assert asked(web, source, segments="vip").status_code == 422
    assert asked(web, source, segments=[]).json()["decision"]["variant"] == "base"
    nested = asked(web, source, slot=None, data={"slot": "hero", "segments": ["keen"]})
    assert nested.json()["decision"]["variant"] == "keen"
