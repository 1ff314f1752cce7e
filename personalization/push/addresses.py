"""Where our own requests may go: public addresses, whatever the name or the notation says.

The address is looked at when the connection is made, and that very address is connected to: a name
that answers differently the second time gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

NEVER = [
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("168.63.129.16/32", "2001::/23", "2001:db8::/32", "3fff::/20"),
        *("::/3", "4000::/2", "8000::/1"),  # only 2000::/3 is handed out (RFC 4291)
    )
]
"""Private, loopback, link-local, shared, documentation, multicast, reserved; clouds' metadata."""
WITHIN = [
    (ip_network("::ffff:0:0/96"), 0),
    (ip_network("64:ff9b::/96"), 0),
    (ip_network("2002::/16"), 80),
]
"""IPv6 networks that carry an IPv4 address, and how many bits stand after it."""
Address = IPv4Address | IPv6Address


class ForbiddenError(OSError):
    """The name stands for an address we do not send to."""


def is_public(text: str, allowed: Iterable[str] = ()) -> bool:
    """Return whether requests may go to an address; ``allowed`` networks may be anything.

    >>> is_public("8.8.8.8"), is_public("::ffff:127.0.0.1"), is_public("2002:7f00:1::")
    (True, False, False)
    >>> is_public("127.0.0.1", ["127.0.0.0/8"])
    True
    """
    address = _plain(ip_address(text.partition("%")[0]))
    if any(address in network for network in map(ip_network, allowed)):
        return True
    return not any(address in network for network in NEVER)


def _plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries, else itself."""
    for network, behind in WITHIN:
        if address in network:
            return IPv4Address((int(address) >> behind) & 0xFFFFFFFF)
    return address


async def find(host: str, port: int, allowed: Iterable[str]) -> list[str]:
    """Return the addresses of a host, or raise ``ForbiddenError`` where one is not public."""
    allowed = list(allowed)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in await _looked_up(host, port)))
    if not addresses or not all(is_public(address, allowed) for address in addresses):
        raise ForbiddenError(f"{host} is not a public address")
    return addresses


def _looked_up(host: str, port: int) -> asyncio.Future[list[Any]]:
    """Return what the resolver will say, from a thread that nobody has to wait for.

    The loop joins the threads of its own executor when it ends, however long a name takes.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def tell(put: Callable[[Any], None], said: object) -> None:
        with suppress(RuntimeError):  # the loop is over: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if answer.done() else put(said))

    def look() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is the asker's
            tell(answer.set_exception, fault)
        else:
            tell(answer.set_result, found)

    threading.Thread(target=look, name="resolver", daemon=True).start()
    return answer
