"""Our own requests: a deadline for all of it, little read, and no way into the house."""

from __future__ import annotations

import socket

import pytest

from personalization.push import http
from tests.push.receivers import raw, receiver

HERE = ["127.0.0.0/8", "::1/128"]


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is public when looked at and loopback afterwards (rebinding) leads nowhere."""
    asked = []
    real = socket.getaddrinfo

    def answers(host: object, port: object, *rest: object, **more: object) -> object:
        asked.append(host)
        return real("127.0.0.1" if len(asked) > 1 else "192.0.2.1", port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    with receiver() as heard:
        port = heard.url.rpartition(":")[2].partition("/")[0]
        answer = http.post(f"http://evil.example:{port}/", {}, b"{}", ["192.0.2.0/24"], 0.5)
        assert answer.error in {"timeout", "unreachable"}
        assert heard.requests == []
    assert [host for host in asked if host == "evil.example"] == ["evil.example"]


def test_one_forbidden_address_among_many_forbids_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert http.post("http://mixed.example/", {}, b"{}").error == "forbidden"


def test_a_redirect_is_not_followed() -> None:
    with (
        receiver() as inside,
        receiver(lambda _: (302, {"Location": inside.url})) as outside,
    ):
        assert http.post(outside.url, {}, b"{}", HERE).status == 302
        assert inside.requests == []


def test_a_silent_receiver_costs_the_deadline_and_no_more() -> None:
    with raw(hold=True) as url:
        answer = http.post(url, {}, b"{}", HERE, deadline=0.3)
    assert (answer.status, answer.error) == (0, "timeout")


def test_a_receiver_that_goes_on_for_ever_is_read_for_a_kilobyte() -> None:
    with raw(b"HTTP/1.1 500 No\r\n\r\n", *[b"x" * 65_536] * 200, hold=True) as url:
        answer = http.post(url, {}, b"{}", HERE, deadline=5)
    assert (answer.status, len(answer.body)) == (500, http.KEPT)


@pytest.mark.parametrize(
    "said",
    [b"", b"hello", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 99_999, b"HTTP/1.1 999999 OK\r\n\r\n"],
)
def test_nonsense_is_an_answer_too(said: bytes) -> None:
    with raw(said) as url:
        assert http.post(url, {}, b"{}", HERE, deadline=5).error == "nonsense"


def test_a_reset_before_the_body_is_read_is_an_answer_too() -> None:
    with raw(reset=True) as url:
        assert http.post(url, {}, b"x" * 9_000_000, HERE, deadline=5).error == "nonsense"


def test_a_chunked_answer_is_unpacked() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with raw(head, b"2\r\nok\r\n0\r\n\r\n") as url:
        assert http.post(url, {}, b"{}", HERE)[:2] == (200, b"ok")


def test_who_does_not_speak_tls_is_no_receiver() -> None:
    with raw(b"HTTP/1.1 200 OK\r\n\r\n") as url:
        answer = http.post(url.replace("http:", "https:"), {}, b"{}", HERE, deadline=5)
    assert answer.error in {"tls", "unreachable"}


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    answer = http.post(f"http://127.0.0.1:{port}/", {}, b"{}", HERE, deadline=5)
    assert answer.error == "unreachable"


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example", "http://", "http://u:p@a.example", "http://a.example:0", "//a.example",
     "http://a.example:99999", "http://a b.example", "http://a.example/\r\nX: y", "http://ä.example",
     "gopher://127.0.0.1", "http://[::1", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_for_us_is_refused(url: str) -> None:
    assert http.fault(url)
    assert http.post(url, {}, b"{}").error == "forbidden"
