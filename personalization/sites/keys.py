"""API keys: minted once, stored as hashes, and found in memory, also with PostgreSQL down."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from asgiref.sync import sync_to_async

from personalization.sites.models import Key, Site

SHOWN = 12
"""How many characters of a key are kept to recognise it by."""
LONGEST = 200
"""Characters of the longest key that is looked at."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a key opens: its site, its kind and role, and the pages it may be used from."""

    site_id: int
    key_id: int
    kind: str
    role: str
    origins: tuple[str, ...]
    slug: str
    consent: str = "opt_out"
    trusts_claims: bool = False
    sealed: str = ""

    @property
    def public(self) -> bool:
        """Whether everybody who looks at the page knows the key."""
        return self.kind == Key.Kind.PUBLISHABLE

    def admits(self, origin: str | None) -> bool:
        """Return whether a page of this origin may use the key.

        A client without an origin is no browser. A site without a list takes every page.
        """
        if origin is None or not self.public or not self.origins:
            return True
        return origin in self.origins or "*" in self.origins


def mint(site: Site, kind: str, label: str = "", role: str = "publisher") -> tuple[Key, str]:
    """Make a key and return it with its secret, which nobody can show again."""
    secret = f"{Key.Kind(kind).value}_{secrets.token_urlsafe(32)}"
    key = Key.objects.create(
        site=site, kind=kind, label=label, role=role, prefix=secret[:SHOWN], digest=digest(secret)
    )
    return key, secret


def digest(secret: str) -> str:
    """Return a key as it is stored (a key has 256 random bits: no salt, no stretching)."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class KeyRing:
    """The live keys of every site, by digest: replaced whole, so that readers never wait."""

    def __init__(self) -> None:
        self._doors: dict[str, Access] = {}
        self.loads = 0
        """How often the keys were read."""
        self.complete = False
        """Whether these were all keys when they were read; what a boot remembers may lack some."""

    def find(self, secret: str) -> Access | None:
        """Return what a secret opens, or ``None``."""
        return self._doors.get(digest(secret)) if len(secret) <= LONGEST else None

    def of(self, key_id: int) -> Access | None:
        """Return what the live key with this id opens, or ``None``."""
        return next((door for door in self._doors.values() if door.key_id == key_id), None)

    def by_id(self) -> dict[int, Access]:
        """Return what each live key opens, by its id."""
        return {access.key_id: access for access in self._doors.values()}

    def load(self, rows: Iterable[dict[str, Any]], *, complete: bool = True) -> None:
        """Replace the ring by rows as `dump` and `live` give them."""
        doors = {}
        for row in rows:
            fields = {name: value for name, value in row.items() if name != "digest"}
            doors[row["digest"]] = Access(**fields | {"origins": tuple(row["origins"])})
        self._doors, self.complete = doors, complete
        self.loads += 1

    def dump(self) -> list[dict[str, Any]]:
        """Return the ring as plain rows, for the last-known-good file."""
        return [{"digest": name, **asdict(access)} for name, access in self._doors.items()]

    def refresh(self) -> None:
        """Read the live keys from PostgreSQL; on failure the ring stays as it was."""
        self.load(live())

    async def arefresh(self) -> None:
        """Do the same without holding up the event loop."""
        self.load(await sync_to_async(live)())


def live() -> list[dict[str, Any]]:
    """Return a row for every key that is not revoked."""
    found = Key.objects.filter(revoked_at=None).select_related("site")
    return [
        {
            "digest": key.digest,
            "site_id": key.site_id,
            "key_id": key.pk,
            "kind": key.kind,
            "role": key.role,
            "origins": [str(origin).rstrip("/") for origin in key.site.origins],
            "slug": key.site.slug,
            "consent": key.site.consent,
            "trusts_claims": key.site.trusts_claims,
            "sealed": key.site.signing_secret,
        }
        for key in found
    ]


ring = KeyRing()
"""This process's keys; whoever runs the process keeps them fresh."""
