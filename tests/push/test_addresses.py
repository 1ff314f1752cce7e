"""Which addresses our own requests may go to: none of the inside, however it is spelt."""

from __future__ import annotations

import pytest

from personalization.push import addresses, http
from tests.push.receivers import receiver

FORBIDDEN = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16",
    "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "203.0.113.5",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:a00:1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001:0:1::1", "2001:db8::1", "100::1", "3fff::1", "5f00::1",
]  # fmt: skip
NOTATIONS = [
    "http://127.0.0.1", "http://127.1", "http://2130706433", "http://0x7f000001", "http://0177.0.0.1",
    "http://0", "http://localhost", "http://[::1]", "http://[::ffff:127.0.0.1]", "http://[::]",
    "http://[0:0:0:0:0:ffff:7f00:1]", "https://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/", "http://127.0.0.1.",
]  # fmt: skip
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
REFUSED = {"forbidden", "unreachable"}
NO_PLACE = [
    "http://8.8.8.8@127.0.0.1/", "http://127.0.0.1:80@8.8.8.8/", "http://@127.0.0.1/", "http:///x",
    "http://:80/", "http://127.0.0.1\\@8.8.8.8/", "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/",
    "http://ⓛocalhost/", "http://127.0.0.1\t/", "http://127.0.0.1\n.evil.example/", "HTTP//x",
    "http://[::1/", "http://a.example:port/", "http://a.example:-1/", "",
    "unix:///var/run/docker.sock", "http+unix://%2Fvar/", "file://localhost/etc/passwd",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "172.32.0.1", "192.1.1.1", "::ffff:8.8.8.8", "2002:808:808::1",
    "2606:4700::1111", "2a00:1450::1",
]  # fmt: skip


@pytest.mark.parametrize("address", sorted({*FORBIDDEN, *TRANSLATED}))
def test_no_address_of_the_inside_or_that_stands_for_one_is_public(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_the_internet_has_is_public(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize("url", sorted({*NOTATIONS, *INSIDE}))
def test_no_spelling_leads_inside(url: str) -> None:
    with receiver() as heard:
        port = heard.url.rpartition(":")[2].partition("/")[0]
        assert http.post(with_port(url, port), {}, b"{}", deadline=5).error in REFUSED
        assert heard.requests == []


@pytest.mark.parametrize("url", NO_PLACE)
def test_what_only_looks_like_a_place_is_refused(url: str) -> None:
    assert http.fault(url)
    assert http.post(url, {}, b"{}").error == "forbidden"


def with_port(url: str, port: str) -> str:
    """Put a port behind the host of an address, before its path, query or fragment."""
    scheme, _, rest = url.partition("://")
    host = next((rest[:i] for i, sign in enumerate(rest) if sign in "/?#"), rest)
    return f"{scheme}://{host}:{port}/{rest[len(host) :].removeprefix('/')}"
