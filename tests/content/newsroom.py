"""A CMS on loopback in its recorded shapes, a source for it, and the house that reads it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cms_adapters.messages import Call
from personalization.content.models import Variant
from personalization.content.sources import Binding, Entry, Hook, Source
from personalization.flows import mirroring, posting, syncing
from personalization.plant.clock import Clock, system
from personalization.push.models import Delivery
from personalization.sites import signing
from tests.api.stage import Stage
from tests.cms_adapters.vendors import SECRET, Cms
from tests.waiting import until


@contextmanager
def served(cms: Cms) -> Iterator[str]:
    """Run the stand-in on a port of loopback; ``cms.before`` may answer in its place."""
    lock = threading.Lock()
    cms.asked = []

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                cms.asked.append(self.path)
                before = getattr(cms, "before", None)
                answer = (before and before(self.path)) or cms.serve(Call(self.path, headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Newsroom:
    """One source of a stage's site, a variant it fills, and a courier that is turned by hand."""

    def __init__(self, stage: Stage, cms: Cms, url: str, clock: Clock = system) -> None:
        self.stage, self.cms, self.clock = stage, cms, clock
        token = cms.source.token
        self.source = Source.objects.create(
            site=stage.site, slug=cms.name, adapter=cms.name, url=url, options=cms.options,
            secret=signing.seal(SECRET), token=signing.seal(token), sync_every=0,
        )  # fmt: skip
        self.courier = posting.courier(clock)

    def fill(self, slug: str, key: str, **more: Any) -> Variant:
        """Let an entry fill a variant of the stage's slot, which holds text."""
        variant, _ = Variant.objects.get_or_create(slot=self.stage.slot, slug=slug)
        kind = more.pop("kind", self.cms.kind)
        Binding.objects.create(
            variant=variant, source=self.source, external_id=key, kind=kind, **more
        )
        return variant

    def request(self, key: str, verb: str = "publish", message: str = "m1", **more: Any) -> Any:
        """Return a hook as the CMS signs it, for this source's own address."""
        at = more.get("at", int(time.time()))
        told = self.cms.told(key, verb, at)
        told = replace(told, path=f"/hooks/{self.source.pk}")
        return self.cms.sign(told, at, more.get("secret", SECRET), message)

    def work(self) -> None:
        """Read all that is due, and let the variants show it."""
        until(lambda: self.courier.turn() == 0 and self.courier.idle, 60)
        while mirroring.step(self.clock):
            pass

    def sync(self, *, whole: bool = True) -> Source:
        """Read all there is, to the end."""
        syncing.begin(self.source.pk, "test", self.clock, whole=whole)
        self.work()
        found = Source.objects.get(pk=self.source.pk)
        assert found.sync_began_at is None, found.last_fault
        return found

    def held(self) -> dict[str, tuple[str, str]]:
        """Return the status and title of every entry by its id."""
        rows = Entry.objects.filter(source=self.source).exclude(locale="*")
        return {row.external_id: (row.status, row.title) for row in rows}

    def shown(self, variant: Variant) -> dict[str, str]:
        """Return what a variant shows in each locale."""
        rows = variant.revisions.filter(status="live")
        return {row.locale: row.content["text"] for row in rows}

    def end(self) -> None:
        self.courier._hands.shutdown()


def send(web: Any, request: Any) -> Any:
    """Send a hook to the running server."""
    return web.http.post(request.path, content=request.body, headers=dict(request.headers))


def everything_stored() -> str:
    """Return all that is kept of content, as one text: nothing private may stand in it."""
    rows: list[Any] = [*Entry.objects.values(), *Delivery.objects.values(), *Hook.objects.values()]
    rows += [*Source.objects.values(), *Binding.objects.values()]
    return json.dumps(rows, default=str)
