"""What we may know: consent judged as of receipt, a no always winning, a yes never retroactive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from personalization.plant import sql

PURPOSE = "personalization"
"""The purpose an event serves unless its type says otherwise."""


class Said(NamedTuple):
    """One line of the ledger: a purpose, yes or no, and when (microseconds)."""

    purpose: str
    granted: bool
    at: int


LEDGER = f"""
SELECT {sql.hexed("i.view")}, c.purpose, c.granted, c.at
FROM profiles_identity i JOIN profiles_consententry c ON c.identity = i.id
WHERE i.view = ANY(%b::text[]::uuid[]) ORDER BY c.at, c.granted DESC
"""


def ledger(views: Iterable[str]) -> dict[str, list[Said]]:
    """Return what was said for each view, oldest first; at one instant a no comes last and so wins.

    A view follows verified links only: nobody says no for a person by merely claiming to be them.
    """
    said: dict[str, list[Said]] = {}
    for view, purpose, granted, at in sql.rows(LEDGER, [list(views)]):
        said.setdefault(view, []).append(Said(purpose, granted, at))
    return said


def standing(said: Iterable[Said]) -> dict[str, bool]:
    """Return the last word on every purpose.

    >>> standing([Said("personalization", True, 1), Said("personalization", False, 2)])
    {'personalization': False}
    """
    return {word.purpose: word.granted for word in said}


def permits(
    policy: str,
    said: Iterable[Said],
    own: Mapping[str, bool] | None,
    gpc: bool,
    received_at: int,
    purpose: str = PURPOSE,
) -> bool:
    """Return whether an event may be processed for a purpose.

    The event's own word comes first, then the ledger as of receipt, then the site's policy
    (``opt_in``, ``opt_out``, ``none``). A no said after receipt still wins; a yes does not count.

    >>> permits("opt_in", [Said("personalization", True, 9)], None, False, received_at=5)
    False
    >>> permits("opt_out", [Said("personalization", False, 9)], None, False, received_at=5)
    False
    """
    if gpc or (own and own.get(purpose) is False):
        return False
    words = [word for word in said if word.purpose == purpose]
    if any(word.at > received_at and not word.granted for word in words):
        return False
    if own and own.get(purpose):
        return True
    before = [word.granted for word in words if word.at <= received_at]
    return before[-1] if before else policy != "opt_in"
