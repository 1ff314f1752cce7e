"""The doors CMSs knock at, in memory: adapter and secrets, also with PostgreSQL down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cms_adapters import messages
from personalization.plant.instants import SECOND
from personalization.sites import signing

BOTH = 86_400 * SECOND
"""So long the former secret is taken beside the new one."""


@dataclass(frozen=True, slots=True)
class Door:
    """One source, as far as a hook is concerned; its secrets are sealed."""

    id: int
    slug: str
    adapter: str
    url: str
    options: Mapping[str, str]
    enabled: bool
    secret: str
    former: str
    renewed_at: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Door:
        """Return the door a plain row describes."""
        return cls(**{name: row[name] for name in cls.__slots__})

    def described(self, now: int, token: str = "") -> messages.Source:
        """Return the source as its adapter takes it, with the secrets that are live now."""
        sealed = [self.secret, self.former if now - self.renewed_at < BOTH else ""]
        secrets = [secret for secret in map(signing.opened, filter(None, sealed)) if secret]
        return messages.Source(self.url, token, tuple(secrets), self.options)


def assemble(rows: Iterable[Mapping[str, Any]]) -> dict[int, Door]:
    """Return a site's doors from plain rows."""
    return {row["id"]: Door.of(row) for row in rows}
