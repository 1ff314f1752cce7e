"""A source's secrets: made as its CMS takes them, shown once, replaced without losing a hook."""

from __future__ import annotations

import secrets

from cms_adapters.messages import Rejected, Request
from cms_adapters.messages import Source as Described
from cms_adapters.registry import adapters
from personalization.content.sources import Source
from personalization.sites import signing
from rules.errors import InvalidError

BYTES = 32
SHORTEST, LONGEST = 16, 200


def renew(source: Source, now: int, given: str = "") -> str:
    """Give a source a new secret and return it, to be shown once; the former one ends in a day.

    ``given`` is one that the CMS made itself.
    """
    if given:
        check(source.adapter, given)
    secret = given or adapters[source.adapter].secret(secrets.token_bytes(BYTES))
    source.former, source.secret = source.secret, signing.seal(secret)
    source.renewed_at = now
    source.save(update_fields=["former", "secret", "renewed_at"])
    return secret


def entrust(source: Source, token: str) -> None:
    """Keep the token our reads are sent with, sealed; nobody is shown it again."""
    source.token = signing.seal(token) if token else ""
    source.save(update_fields=["token"])


def check(adapter: str, secret: str) -> None:
    """Raise ``InvalidError`` unless a secret is one that this CMS's hooks can be verified with."""
    fine = secret.isascii() and secret.isprintable() and " " not in secret
    if not fine or not SHORTEST <= len(secret) <= LONGEST:
        expected = f"expected {SHORTEST} to {LONGEST} plain characters"
        raise InvalidError("/secret", "value", expected)
    signed = {"webhook-id": "", "webhook-timestamp": "0", "webhook-signature": "v1,"}
    try:
        adapters[adapter].verify(Request("/", signed, b""), Described("", secrets=(secret,)), 0)
    except Rejected:
        return
    except ValueError as fault:
        raise InvalidError("/secret", "value", str(fault)) from None
