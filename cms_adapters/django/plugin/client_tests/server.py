"""A server that answers what the test says, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server:
    """Slots, segments and decisions of a personalization server, as its protocol has them."""

    def __init__(self, segments: int = 0) -> None:
        self.slots = ["home.hero"]
        self.segments = [f"segment-{number}" for number in range(segments)]
        self.decision: dict[str, Any] = {}
        self.status = 200
        self.location = ""
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        """Return the answer to one request."""
        if path == "/v1/slots":
            return {"slots": [{"slot": key} for key in self.slots]}
        if path == "/v1/segments":
            return {"segments": [{"segment": name} for name in self.segments]}
        if path == "/v1/decide":
            asked = json.loads(body)
            told = self.decision.get(",".join(asked["segments"]), self.decision.get("*", {}))
            cache = {"scope": "static", "maxAge": 60, "tags": ["slot:home.hero"]}
            cache |= told.get("cache", {})
            decision = {"slot": asked["slots"][0], "variant": None, **told, "cache": cache}
            return {"decisions": [decision], "cache": cache}
        return {"id": "1"}


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Serve on a free port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            headers = {name.lower(): word for name, word in self.headers.items()}
            server.asked.append((self.path, headers, body))
            said = json.dumps(server.answer(self.path, body)).encode()
            self.send_response(server.status)
            self.send_header("Content-Length", str(len(said)))
            if server.location:
                self.send_header("Location", server.location)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server.url = f"http://127.0.0.1:{listener.server_port}"
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
