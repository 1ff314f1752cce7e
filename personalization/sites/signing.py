"""A site's signing secret at rest: sealed with a key of this installation, opened in memory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
"""Bytes of the nonce AES-GCM asks for."""


def derived(purpose: str) -> bytes:
    """Return 32 bytes that follow from this installation's secret, a different 32 per purpose."""
    return hmac.new(settings.SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


def new_secret() -> str:
    """Return a fresh signing secret, to be shown to the site's own server once."""
    return "ss_" + secrets.token_urlsafe(32)


def seal(secret: str) -> str:
    """Return the secret as it may be stored."""
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(derived("signing secrets")).encrypt(nonce, secret.encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def opened(sealed: str) -> str | None:
    """Return the secret of a sealed text, or ``None`` when there is none or it is not ours."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        key = AESGCM(derived("signing secrets"))
        return key.decrypt(raw[:NONCE], raw[NONCE:], None).decode() or None
    except (ValueError, InvalidTag):
        return None
