"""The stored states of a whole site, brought into columns: only those that changed are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from personalization.features.columns import manifest, people
from personalization.features.columns.manifest import Manifest, Piece
from personalization.features.columns.told import Told, told
from personalization.plant import sql
from rules import state_json
from rules.definitions import Definitions

VERSIONS = f"""
SELECT {sql.hexed("s.profile")}, s.version FROM features_profilestate s
WHERE s.site_id = %s AND NOT EXISTS (
    SELECT FROM profiles_profile p WHERE p.id = s.profile AND p.merged_into IS NOT NULL)
"""
BODIES = f"""
SELECT {sql.hexed("profile")}, version, body FROM features_profilestate
WHERE profile = ANY(%b::text[]::uuid[])
"""
SLICE = 1_000


def compacted(
    where: Path, before: Manifest | None, site_id: int, definitions: Definitions, at: int
) -> tuple[Piece, int]:
    """Write the site's profiles as they are at an instant; return the file, and how many were read.

    A profile whose version is the one that was kept, and of whom nothing changes by itself before
    the instant, is taken over unread.
    """
    versions = dict(sql.rows(VERSIONS, [site_id]))
    old, keep = _kept(where, before, versions, definitions, at)
    taken = set(old["profile"].filter(pa.array(keep)).to_pylist()) if old is not None else set()
    wanted = [profile for profile in versions if profile not in taken]
    fresh = people.table(_read(wanted, definitions, at))
    whole = fresh if old is None else people.joined(old, keep, fresh)
    name = f"people-{before.version + 1 if before else 1}.arrow"
    people.write(where / name, whole)
    return manifest.piece(where, name, len(whole), str(people.left_out(whole))), len(wanted)


def _kept(
    where: Path,
    before: Manifest | None,
    versions: Mapping[str, int],
    definitions: Definitions,
    at: int,
) -> tuple[pa.Table | None, np.ndarray[Any, Any]]:
    nothing = np.zeros(0, np.bool_)
    if before is None or before.digest != definitions.digest or before.at > at:
        return None, nothing
    old = people.read(where / before.people.file)
    known = zip(old["profile"].to_pylist(), old["version"].to_pylist(), strict=True)
    same = np.fromiter((versions.get(p) == version for p, version in known), np.bool_, len(old))
    until = old["until"].combine_chunks().fill_null(2**63 - 1).to_numpy(zero_copy_only=False)
    return old, same & (until > at)


def _read(
    wanted: Sequence[str], definitions: Definitions, at: int
) -> Iterator[tuple[str, int, Told]]:
    for start in range(0, len(wanted), SLICE):
        for profile, version, body in sql.rows(BODIES, [list(wanted[start : start + SLICE])]):
            state = state_json.load(orjson.loads(bytes(body)), definitions)
            yield profile, version, told(state, definitions, at)
