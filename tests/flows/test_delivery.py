"""Messages reach the import lane whatever the server says first, in parcels it takes."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
import pytest

from personalization.flows import delivery
from personalization.flows.delivery import Sender, UndeliveredError


class Desk(HTTPServer):
    """A server that gives prepared answers, and keeps what it was sent."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.pop(0) if self.server.answers else 200
        if status == 200:
            self.server.taken.append((self.path, self.headers["Authorization"], json.loads(body)))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def desk():
    desks = []

    def open_one(*answers):
        desk = Desk(*answers)
        thread = threading.Thread(target=desk.serve_forever)
        thread.start()
        desks.append((desk, thread))
        return desk, Sender(f"http://127.0.0.1:{desk.server_port}", "sk_test")

    yield open_one
    for desk, thread in desks:
        desk.shutdown()
        thread.join()
        desk.server_close()


def test_messages_arrive_in_the_import_lane_with_the_key(desk):
    server, sender = desk()
    sender.send([{"n": 1}, {"n": 2}])
    sender.close()
    assert server.taken == [("/v1/import", "Bearer sk_test", {"batch": [{"n": 1}, {"n": 2}]})]


@pytest.mark.parametrize("busy", [429, 503, 401])
def test_a_server_that_cannot_yet_is_asked_again(desk, busy):
    server, sender = desk(busy, busy)
    sender.send([{"n": 1}])
    sender.close()
    assert len(server.taken) == 1


def test_a_server_that_will_not_is_not(desk):
    server, sender = desk(403)
    with pytest.raises(UndeliveredError, match="403"):
        sender.send([{"n": 1}])
    sender.close()
    assert server.taken == []


def test_parcels_stay_below_the_limit_and_lose_nothing():
    messages = [{"n": number, "text": "x" * 30_000} for number in range(40)]
    bodies = list(delivery.parcels(messages))
    assert len(bodies) > 1
    assert max(map(len, bodies)) < 500_000
    assert [message for body in bodies for message in orjson.loads(body)["batch"]] == messages


def test_nothing_to_say_needs_no_parcel():
    assert list(delivery.parcels([])) == []
