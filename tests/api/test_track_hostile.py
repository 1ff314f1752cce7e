"""Hostile and broken input: named or put aside, never a 500, and nobody else's events harmed."""

import contextlib
import gzip
import json
import socket
import zlib

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.api import wire
from personalization.events.models import Quarantined
from tests.events.ground import basic, laid, stored  # noqa: F401 - a fixture

pytestmark = stored
GOOD = b'{"type": "track", "event": "E", "anonymousId": "a", "messageId": "%d"}'


def evil(value: bytes) -> bytes:
    return b'{"type": "track", "event": "E", "anonymousId": "a", "properties": {"x": %s}}' % value


POISON = {
    "nul": evil(rb'"\u0000"'),
    "nul in a key": evil(rb'{"\u0000": 1}'),
    "lone surrogate": evil(rb'"\ud800"'),
    "lone surrogate in a key": evil(rb'{"\udfff": 1}'),
    "not a number": evil(b"NaN"),
    "infinity": evil(b"-Infinity"),
    "too large a float": evil(b"1e400"),
    "too large an integer": evil(b"9" * 30),
    "an integer of 5000 digits": evil(b"9" * 5000),
    "bad UTF-8": evil(b'"\xff\xfe"'),
    "overlong UTF-8": evil(b'"\xc0\xaf"'),
    "deep": evil(b'{"a":' * 100 + b"1" + b"}" * 100),
    "deep lists": evil(b"[" * 100 + b"]" * 100),
    "many keys": evil(b"{" + b",".join(b'"k%d":1' % n for n in range(1_500)) + b"}"),
    "a huge key": evil(b'{"%s": 1}' % (b"k" * 40_000)),
    "a huge value": evil(b'"%s"' % (b"v" * 40_000)),
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "empty": b"{}",
    "no such type": b'{"type": "shout", "anonymousId": "a"}',
    "an object as id": b'{"type": "track", "event": "E", "anonymousId": {"$ne": 1}}',
    "NUL in an id": rb'{"type": "track", "event": "E", "anonymousId": "a\u0000b"}',
    "a very long id": b'{"type": "track", "event": "E", "anonymousId": "%s"}' % (b"a" * 5_000),
    "bad consent": b'{"type": "page", "anonymousId": "a", "context": {"consent": 1}}',
    "far future": b'{"type": "page", "anonymousId": "a", "timestamp": "9999-12-31T23:59:59-23:59"}',
    "far past": b'{"type": "page", "anonymousId": "a", "timestamp": "0001-01-01T00:00:00+23:59"}',
}
TAKEN = {"far future"}  # clamped and marked


def test_poison_in_a_batch_harms_only_itself(ground):
    for number, poison in enumerate(POISON.values()):
        good = [GOOD % (2 * number), GOOD % (2 * number + 1)]
        body = b'{"batch": [%s]}' % b",".join([good[0], poison, good[1]])
        assert ground.post("/v1/batch", body).status_code == 200
    counts, bad = ground.counts(), len(POISON) - len(TAKEN)
    assert counts == {"accepted": 3 * len(POISON), "quarantined": bad}
    assert len(ground.stored()) == counts["accepted"] - counts["quarantined"]
    assert all(row.message and row.body for row in Quarantined.objects.all())


def test_a_bad_single_event_is_put_aside_and_answered_200(ground):
    answers = {n: ground.post("/v1/track", poison).status_code for n, poison in POISON.items()}
    no_event = {"a list", "null", "a number"}
    assert {n for n, status in answers.items() if status != 200} == no_event
    assert {answers[n] for n in no_event} == {400}


def test_a_faults_place_is_a_pointer(ground):
    ground.post("/v1/track", evil(rb'{"a/b": [1, {"~": "\u0000"}]}'))
    assert ground.put_aside() == [("nul", "/properties/x/a~1b/1/~0")]


NO_JSON = [
    b"",
    b" ",
    b"{",
    b"{'event': 1}",
    b'{"a": 1} {"b": 2}',
    b'{"a": 1',
    b"\xef\xbb\xbf{}x",
    b"\xff\xfe",
    b"\x00",
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"<xml/>",
    b"event=E",
]


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
@pytest.mark.parametrize("path", ["/v1/track", "/v1/batch"])
def test_what_is_no_json_is_400_and_says_why(ground, path, body):
    answer = ground.post(path, body)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("batch", [None, [], {}, "x", 1])
def test_a_batch_without_an_event_is_400(ground, batch):
    assert ground.post("/v1/batch", {"batch": batch}).status_code == 400


def test_a_body_over_the_cap_is_413_before_it_is_read(ground):
    assert ground.post("/v1/batch", b" " * 600_000).status_code == 413
    chunks = (b" " * 100_000 for _ in range(7))
    headers = {"authorization": basic(ground.public)}
    answer = ground.client.post(ground.url + "/v1/batch", content=chunks, headers=headers)
    assert answer.status_code == 413


def test_a_gzip_bomb_is_413(ground):
    bomb = gzip.compress(b" " * 100_000_000)
    answer = ground.post("/v1/batch", bomb, headers={"content-encoding": "gzip"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"not gzip",
        b"",
        gzip.compress(b"{}", mtime=0)[:-9],
        gzip.compress(b"{}", mtime=0) + b"x",
        zlib.compress(b"{}"),
    ],
)
def test_broken_gzip_is_400(ground, body):
    answer = ground.post("/v1/track", body, headers={"content-encoding": "gzip"})
    assert answer.status_code == 400


def test_an_unknown_encoding_is_415(ground):
    assert ground.post("/v1/track", b"{}", headers={"content-encoding": "br"}).status_code == 415


@pytest.mark.parametrize("key", ["", "pk_\0", "pk_é", "\x7f", "a:b:c"])
def test_an_odd_key_is_401(ground, key):
    body = orjson.dumps({"event": "E", "anonymousId": "a", "writeKey": key})
    assert ground.client.post(ground.url + "/v1/t", content=body).status_code == 401


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Bearer", "Basic " + "A" * 9_000, "x y"])
def test_an_odd_authorization_is_401(ground, value):
    headers = {"authorization": value}
    answer = ground.client.post(ground.url + "/v1/t", content=b"{}", headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize("data", ["", "!!!", "eyJ", "e30", "bnVsbA", "%00", "e30%3D%3D%3D%3D"])
def test_an_odd_pixel_is_named(ground, data):
    answer = ground.client.get(f"{ground.url}/v1/pixel.gif?data={data}")
    assert answer.status_code in {400, 401}


def test_a_slow_body_is_given_up(ground, monkeypatch):
    monkeypatch.setattr(wire, "SECONDS", 0.2)
    head = b"POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{"
    host, port = ground.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as slow:
        slow.sendall(head)
        assert slow.recv(1_000).startswith(b"HTTP/1.1 408")


def test_a_client_that_goes_away_leaves_nothing_behind(ground):
    host, port = ground.url.removeprefix("http://").split(":")
    with contextlib.closing(socket.create_connection((host, int(port)))) as gone:
        gone.sendall(b"POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{")
    assert ground.track(messageId="after").status_code == 200
    assert ground.counts() == {"accepted": 1}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["type", "event", "userId", "anonymousId", "messageId", "timestamp", "properties", "context"]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.dictionaries(NAMES, JSON, max_size=6) | JSON, min_size=1, max_size=4))
def test_whatever_a_batch_holds_it_balances(ground, batch):
    before = ground.counts().get("accepted", 0)
    body = _dumps({"batch": batch})
    assert ground.post("/v1/batch", body).status_code == 200
    assert ground.counts()["accepted"] - before == len(batch)


def _dumps(value):
    return json.dumps(value).encode()
