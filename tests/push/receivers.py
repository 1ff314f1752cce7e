"""Receivers on loopback, as they are in life: prompt, slow, silent, gone, and of no manners."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

End = Callable[[socket.socket], object]
Answer = Callable[[int], tuple[int, dict[str, str]]]


@dataclass
class Heard:
    """What a receiver was sent, and where it is."""

    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.requests]


@contextmanager
def receiver(answer: Answer = lambda _: (204, {}), host: str = "127.0.0.1") -> Iterator[Heard]:
    """A server that answers the n-th request as it is told."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = answer(len(heard.requests))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    heard.url = f"http://{host}:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw(*parts: bytes, hold: bool = False, reset: bool = False) -> Iterator[str]:
    """A socket that says these bytes to whoever comes, and then hangs up, or never does."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()
    end = _reset if reset else (lambda _: stop.wait(30)) if hold else _hang_up

    def serve() -> None:
        while not stop.is_set():
            try:
                client, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=_talk, args=(client, parts, end), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        stop.set()
        server.close()


def _talk(client: socket.socket, parts: tuple[bytes, ...], end: End) -> None:
    with client, suppress(OSError):
        client.recv(65_536)
        for part in parts:
            client.sendall(part)
        end(client)


def _hang_up(client: socket.socket) -> None:
    """Say no more, and hear the other side out: closing with bytes unread would be a reset."""
    client.shutdown(socket.SHUT_WR)
    while client.recv(65_536):
        pass


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def mailbox(refused: dict[str, int] | None = None) -> Iterator[tuple[int, list[Any]]]:
    """A mail server that keeps what it is sent; some recipients it refuses with a code."""
    server = socket.create_server(("127.0.0.1", 0))
    kept: list[Any] = []

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as stream:
                _smtp(stream, kept, refused or {})

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1], kept
    finally:
        server.close()


def _smtp(stream: Any, kept: list[Any], refused: dict[str, int]) -> None:
    def say(line: str) -> None:
        stream.write(line.encode() + b"\r\n")
        stream.flush()

    say("220 test")
    for line in stream:
        word = line[:4].upper()
        code = next((c for name, c in refused.items() if name.encode() in line), 250)
        if word == b"RCPT" and code != 250:
            say(f"{code} no")
        elif word == b"DATA":
            say("354 go on")
            lines = iter(stream.readline, b".\r\n")
            kept.append(BytesParser().parsebytes(b"".join(lines)))
            say("250 kept")
        elif word == b"QUIT":
            say("221 bye")
            return
        else:
            say("250 ok")
