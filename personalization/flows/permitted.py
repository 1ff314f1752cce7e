"""Who permits what, of everybody at once: people by the purposes they permit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from personalization.features.known import NECESSARY, Permitted
from personalization.plant import sql

LAST = f"""
SELECT purpose, {sql.hexed("view")} FROM (
  SELECT DISTINCT ON (i.view, c.purpose) i.view, c.purpose, c.granted
  FROM profiles_identity i JOIN profiles_consententry c ON c.identity = i.id
  WHERE i.site_id = %s ORDER BY i.view, c.purpose, c.at DESC, c.granted
) said WHERE granted = %s
"""
"""Whose last word on a purpose is the one that is not the policy's own."""


class Some(NamedTuple):
    """People who permit the same, by their places in a list."""

    permits: Permitted
    rows: npt.NDArray[np.int64]


def sorts(
    site: int, policy: str, purposes: Sequence[str], profiles: pa.Array, at: int
) -> list[Some]:
    """Return the people of a list by what they permit, most of them first.

    Consent is read once for each ``at``, the instant of the list.
    """
    asks = policy == "opt_in"
    said = _said(site, asks, at)
    codes = np.zeros(len(profiles), np.int64)
    for bit, purpose in enumerate(purposes):
        named = pc.is_in(profiles, value_set=pa.array(said.get(purpose, ()), pa.string()))
        inside = named.to_numpy(zero_copy_only=False).astype(np.bool_)
        permitted = inside if asks else ~inside
        codes |= (permitted | (purpose == NECESSARY)).astype(np.int64) << bit
    found, counts = np.unique(codes, return_counts=True)
    order = found[np.argsort(-counts, kind="stable")].tolist()
    return [Some(_permits(policy, purposes, code), np.flatnonzero(codes == code)) for code in order]


def _permits(policy: str, purposes: Sequence[str], code: int) -> Permitted:
    words = {purpose: bool(code >> bit & 1) for bit, purpose in enumerate(purposes)}
    return Permitted(policy, (words,), gpc=False)


@lru_cache(maxsize=4)
def _said(site: int, granted: bool, _at: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for purpose, profile in sql.rows(LAST, [site, granted]):
        found.setdefault(purpose, []).append(profile)
    return found
