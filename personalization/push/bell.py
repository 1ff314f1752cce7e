"""The bell's words: who must hear which ring, as group names of the hub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def profile(identifier: str) -> str:
    """Return the group of those who follow a profile."""
    return f"profile.{identifier}"


def identity(identifier: str) -> str:
    """Return the group of those who came with an identity."""
    return f"identity.{identifier}"


def site(number: int) -> str:
    """Return the group of those who hear all that happens on a site."""
    return f"site.{number}"


def sockets(number: int) -> str:
    """Return the group of all connected to a site: they are decided anew after a publish."""
    return f"sockets.{number}"


def hearers(ring: Mapping[str, Any]) -> str | None:
    """Return the group a ring of the bell is for, or ``None`` where it is not for sockets."""
    kind = ring.get("kind")
    if kind == "snapshot":
        return profile(str(ring.get("profile")))
    if kind == "consent":
        return identity(str(ring.get("identity")))
    if kind == "site":
        return site(int(ring["site"]))
    return None
