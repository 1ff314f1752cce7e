"""Receivers and names that mean harm: slow to be found, slow to speak, and never done."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from personalization.push import addresses, http
from tests.push.receivers import raw, receiver
from tests.push.test_http import HERE

TRANSLATED = [
    "::ffff:0:127.0.0.1", "::ffff:0:7f00:1", "::ffff:0:a9fe:a9fe", "::127.0.0.1", "::7f00:1",
    "64:ff9b::10.0.0.1", "64:ff9b:1:a:b::1", "2002:a00:1::1", "2001::1", "2001:0:4136:e378::1",
    "::2", "1::1", "100:0:0:1::1", "200::1", "400::1", "1000::1", "4000::1", "8000::1", "e000::1",
    "fe80::1%25lo", "febf::1", "fec0::1", "feff::1", "ff0e::1", "::ffff:0.0.0.0",
    "::ffff:224.0.0.1",
]  # fmt: skip
INSIDE = [
    "http://127.0.0.1", "http://127.0.1", "http://0x7f.1", "http://0x7F.0x0.0x0.0x1",
    "http://017700000001", "http://0177.0x0.1", "http://00000127.0.0.1", "http://LOCALHOST",
    "http://localhost.", "http://LocalHost.", "http://ip6-localhost", "http://[::ffff:7f00:1]",
    "http://[0000::0001]", "http://[::1%25lo]", "http://[::ffff:0:127.0.0.1]",
    "http://127.0.0.1#@8.8.8.8", "http://127.0.0.1?@8.8.8.8", "http://[64:ff9b::127.0.0.1]",
    "http://[2002:7f00:1::]", "http://xn--localhost-", "http://127.0.0.1.nip.invalid",
]  # fmt: skip
NO_PLACE = [
    "http://8.8.8.8@127.0.0.1/", "http://127.0.0.1:80@8.8.8.8/", "http://@127.0.0.1/", "http:///x",
    "http://:80/", "http://127.0.0.1\\@8.8.8.8/", "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/",
    "http://ⓛocalhost/", "http://127.0.0.1\t/", "http://127.0.0.1\n.evil.example/", "HTTP//x",
    "http://[::1/", "http://a.example:port/", "http://a.example:-1/", "",
    "unix:///var/run/docker.sock", "http+unix://%2Fvar/", "file://localhost/etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("address", TRANSLATED)
def test_no_address_that_stands_for_another_is_public(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["2a00:1450::1", "2606:4700::1111", "2002:808:808::1"])
def test_what_the_internet_has_is_public(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize("url", INSIDE)
def test_no_spelling_leads_inside(url: str) -> None:
    with receiver() as heard:
        port = heard.url.rpartition(":")[2].partition("/")[0]
        host, mark, rest = url.partition("#")[0].partition("?")
        asked = f"{host}:{port}/{mark}{rest}{url[len(url.partition('#')[0]) :]}"
        assert http.post(asked, {}, b"{}", deadline=5).error in {"forbidden", "unreachable"}
        assert heard.requests == []


@pytest.mark.parametrize("url", NO_PLACE)
def test_what_only_looks_like_a_place_is_refused(url: str) -> None:
    assert http.fault(url)
    assert http.post(url, {}, b"{}").error == "forbidden"


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
