"""Standard Webhooks: what a delivery is signed with, and whether a signature is right.

Source: the Standard Webhooks specification 1.0, https://github.com/standard-webhooks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"
TOLERANCE = 300
"""Seconds by which a delivery's timestamp may differ from the receiver's clock."""


def secret_of(raw: bytes) -> str:
    """Return the secret made of 24 to 64 random bytes, as it is shown to people.

    >>> secret_of(bytes(24))
    'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return PREFIX + base64.b64encode(raw).decode()


def headers(identifier: str, at: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """Return the three headers of a delivery; while a secret rotates, each of them signs.

    ``at`` is seconds since 1970. ``ValueError`` for a secret that is none.

    >>> secret = "whsec_plJ3nmyCDGBKInavdOK15jsl"
    >>> body = b'{"event_type":"ping","data":{"success":true}}'
    >>> headers("msg_loFOjxBNrRLzqYUf", 1731705121, body, [secret])["webhook-signature"]
    'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0='
    """
    signed = " ".join(_signature(identifier, at, body, secret) for secret in secrets)
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(at),
        "webhook-signature": signed,
    }


def verifies(told: Mapping[str, str], body: bytes, secrets: Iterable[str], now: int) -> bool:
    """Tell whether a delivery is signed by one of the secrets, and fresh at ``now`` (seconds).

    ``told`` are the delivery's headers, their names in lower case.

    >>> secret = secret_of(bytes(24))
    >>> verifies(headers("m", 100, b"{}", [secret]), b"{}", [secret], 130)
    True
    >>> verifies(headers("m", 100, b"{}", [secret]), b"[]", [secret], 130)
    False
    """
    try:
        at = int(told.get("webhook-timestamp", ""))
    except ValueError:
        return False
    if abs(now - at) > TOLERANCE:
        return False
    given = told.get("webhook-signature", "").split(" ")
    right = [_signature(told.get("webhook-id", ""), at, body, secret) for secret in secrets]
    matches = [hmac.compare_digest(a.encode(), b.encode()) for a in right for b in given]
    return any(matches)


def _signature(identifier: str, at: int, body: bytes, secret: str) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as fault:
        raise ValueError("expected a secret like whsec_ and base64") from fault
    said = f"{identifier}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
