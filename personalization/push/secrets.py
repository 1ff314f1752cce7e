"""Signing secrets: made for a lane, shown once, renewed without losing a delivery."""

from __future__ import annotations

import secrets

from cms_adapters import signatures
from personalization.plant.instants import SECOND
from personalization.push.models import SigningSecret
from personalization.sites import signing

BYTES = 32
BOTH = 86_400 * SECOND
"""So long the former secret signs beside the new one."""


def renew(lane: str, now: int) -> str:
    """Give a lane a new secret and return it, to be shown once; the former one ends in a day."""
    secret = signatures.secret_of(secrets.token_bytes(BYTES))
    held = SigningSecret.objects.filter(lane=lane).first()
    former = held.sealed if held else ""
    row = {"sealed": signing.seal(secret), "former": former, "renewed_at": now}
    SigningSecret.objects.update_or_create(lane=lane, defaults=row)
    return secret


def live(lane: str, now: int) -> list[str]:
    """Return the secrets a lane signs with now, the newest first."""
    held = SigningSecret.objects.filter(lane=lane).first()
    if held is None:
        return []
    sealed = [held.sealed, held.former if now - held.renewed_at < BOTH else ""]
    return [secret for secret in map(signing.opened, filter(None, sealed)) if secret]
