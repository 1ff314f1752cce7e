"""A page and the server it asks, as the tests of the client want them to be."""

import json
import time
from pathlib import Path

DIST = Path(__file__).resolve().parents[2] / "cms_adapters" / "browser" / "dist"
SERVER = "https://server.test"
PAGE = """<!doctype html><html lang="en"><head><title>A page</title>
<style>[data-pz-pending]{{visibility:hidden;animation:pz-show 0s 2s forwards}}
@keyframes pz-show{{to{{visibility:visible}}}}</style>
<script>window.pz = [["track", "Said Early", {{"n": 1}}]]</script>
<script type="module" src="https://server.test/sdk/personalize.js"
 data-personalize-key="pk_test" {attributes}></script>
</head><body><div data-personalize-slot="home.hero" data-pz-pending><p>For everybody</p></div>
<input id="field"></body></html>"""
GRANTED = 'data-personalize-consent="granted"'
OPEN = {"Access-Control-Allow-Origin": "*"}


def decision(variant, html, **more):
    content = {"type": "html", "html": html}
    return {"slot": "home.hero", "variant": variant, "content": content, "swap": "now", **more}


class Server:
    """Answers a page's requests as the real one would, or as the test wants it to."""

    def __init__(self, context, attributes=GRANTED, page=PAGE, headers=None):
        self.events = []
        self.asked = []
        self.subscribed = []
        self.sockets = []
        self.open = []
        self.answer = [decision("first", "<p>First</p>")]
        self.down = set()
        self.held = []
        context.route(
            "https://page.test/*",
            lambda route: route.fulfill(
                body=page.format(attributes=attributes), content_type="text/html", headers=headers
            ),
        )
        context.route(f"{SERVER}/sdk/*", self._script)
        context.route(f"{SERVER}/v1/decide", self._decide)
        context.route(f"{SERVER}/v1/b", self._batch)
        context.route_web_socket("wss://server.test/v1/stream", self._stream)

    def _script(self, route):
        if "script" in self.down:
            return route.abort()
        name = route.request.url.rpartition("/")[2].partition("?")[0]
        return route.fulfill(path=DIST / name, content_type="text/javascript", headers=OPEN)

    def _decide(self, route):
        self.asked.append(json.loads(route.request.post_data))
        if "hangs" in self.down:
            self.held.append(route)
            return None
        if "decide" in self.down:
            return route.abort()
        return self.tell(route, *self.answer)

    def tell(self, route, *decisions):
        """Answer a question, also one that was held back."""
        route.fulfill(json={"generation": 1, "cursor": "c_1", "decisions": decisions}, headers=OPEN)

    def _batch(self, route):
        if "batch" in self.down:
            return route.fulfill(status=503, headers={**OPEN, "Retry-After": "0"}, body="")
        self.events += json.loads(route.request.post_data)["batch"]
        return route.fulfill(json={"success": True}, headers=OPEN)

    def _stream(self, socket):
        if "sockets" in self.down:
            socket.close(code=1011)
            return
        self.sockets.append(socket)
        self.open.append(socket)
        socket.on_close(lambda *_: self._gone(socket))
        socket.on_message(lambda text: self.subscribed.append(json.loads(text)))

    def _gone(self, socket):
        if socket in self.open:
            self.open.remove(socket)

    def push(self, *decisions):
        told = {"type": "decisions", "cursor": "c_2", "generation": 2, "decisions": decisions}
        self.sockets[-1].send(json.dumps(told))


def hero(page):
    return page.locator("[data-personalize-slot]")


def until(page, test, seconds=10):
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, "waited in vain"
        page.wait_for_timeout(20)
