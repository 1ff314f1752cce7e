"""Receivers and names that mean harm: slow to be found, slow to speak, and never done."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from personalization.push import http
from tests.push.receivers import raw
from tests.push.test_http import HERE


def test_a_name_that_takes_for_ever_to_be_found_costs_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found.wait(20) and [])
    began = time.monotonic()
    answer = http.post("http://slow.example/", {}, b"{}", deadline=0.3)
    took = time.monotonic() - began
    found.set()
    assert answer.error == "timeout"
    assert took < 15  # twenty, were the resolver waited for


def test_who_speaks_a_byte_at_a_time_costs_the_deadline() -> None:
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        client, _ = server.accept()
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000:
            if stop.wait(0.02):
                break
            client.send(bytes([byte]))
        client.close()

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    assert http.post(url, {}, b"{}", HERE, deadline=0.5).error == "timeout"
    stop.set()
    thread.join()
    server.close()


def test_who_only_says_go_on_costs_the_deadline() -> None:
    with raw(*[b"HTTP/1.1 100 Continue\r\n\r\n" * 100] * 50, hold=True) as url:
        assert http.post(url, {}, b"{}", HERE, deadline=0.5).error in {"timeout", "nonsense"}


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX\0: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ],
)
def test_an_answer_that_lies_about_itself_is_an_answer_too(said: bytes) -> None:
    with raw(said) as url:
        answer = http.post(url, {}, b"{}", HERE, deadline=5)
    assert answer.error in {"nonsense", ""}
    assert len(answer.body) <= http.KEPT
