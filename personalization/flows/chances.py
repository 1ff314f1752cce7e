"""By which name chance decides about people: the one their profile's id was made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from personalization.plant import sql
from rules.columns.shares import Units, laid_out

NAMES = f"SELECT {sql.hexed('id')}, value FROM profiles_identity WHERE site_id = %s"
FEW = f"SELECT {sql.hexed('id')}, value FROM profiles_identity WHERE id = ANY(%b::text[]::uuid[])"
SITES = 2
"""Sites whose people's names are kept laid out, some forty bytes for each."""
_HEX = 32


class Named(NamedTuple):
    """The profiles of a site, and their names in the same order: a profile keeps its name."""

    profiles: pa.Array
    units: Units


_known: dict[int, Named] = {}


def of_all(site: int, profiles: pa.Array) -> Units:
    """Return the names of very many profiles of a site; only of new ones they are read."""
    known = _known.pop(site, None)
    if known is None:
        names = dict(sql.rows(NAMES, [site]))
        known = Named(profiles, laid_out(_named(profiles.to_pylist(), names)))
    elif not known.profiles.equals(profiles):
        known = Named(profiles, _more(known, profiles))
    _known[site] = known
    for oldest in list(_known)[:-SITES]:
        del _known[oldest]
    return known.units


def of_some(profiles: Sequence[str]) -> Units:
    """Return the names of some profiles."""
    return laid_out(_named(profiles, dict(sql.rows(FEW, [list(profiles)]))))


def _more(known: Named, profiles: pa.Array) -> Units:
    """Return the names of profiles most of whose names are known."""
    places = pc.index_in(profiles, value_set=known.profiles)
    new = np.flatnonzero(places.is_null().to_numpy(zero_copy_only=False))
    at = places.fill_null(0).to_numpy().astype(np.int64)
    at[new] = len(known.units) + np.arange(len(new))
    return known.units.followed(of_some(profiles.take(new).to_pylist())).take(at)


def _named(profiles: Sequence[str], names: dict[str, str]) -> list[str]:
    return [names.get(profile) or _dashed(profile) for profile in profiles]


def _dashed(profile: str) -> str:
    """Return a profile's id as it is written; a million of them are worth a short way."""
    if len(profile) != _HEX:
        return str(UUID(profile))
    return f"{profile[:8]}-{profile[8:12]}-{profile[12:16]}-{profile[16:20]}-{profile[20:]}"
