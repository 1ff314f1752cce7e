"""Links: what joins two identities, who said so, and which of them count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from personalization.plant import sql


class Claim(NamedTuple):
    """Somebody says that two identities are one person; ``at`` is event time in microseconds."""

    one: str
    other: str
    verified: bool
    said_by: str
    at: int


class Tie(NamedTuple):
    """A link that counts, as the components see it; ``at`` is the last event that said it."""

    one: str
    other: str
    verified: bool
    at: int


WRITE = """
INSERT INTO profiles_link (site_id, one, other, trust, said_by, at, recorded_at)
SELECT %s, one, other, trust, said_by, at, %s
FROM unnest(%b::text[]::uuid[], %b::text[]::uuid[], %b::text[], %b::text[], %b::bigint[])
AS n (one, other, trust, said_by, at) ORDER BY one, other, trust
ON CONFLICT (one, other, trust) DO UPDATE SET at = excluded.at WHERE profiles_link.at < excluded.at
"""
ENDS = f"""
SELECT {sql.hexed("one")}, {sql.hexed("other")} FROM profiles_link
WHERE site_id = %s AND id = ANY(%b::bigint[])
"""
REVOKE = """
UPDATE profiles_link SET revoked_at = %s, revoked_by = %s, reason = %s, barred = %s
WHERE id = ANY(%b::bigint[])
"""
RESTORE = """
UPDATE profiles_link SET revoked_at = NULL, revoked_by = '', reason = '', barred = false
WHERE id = ANY(%b::bigint[])
"""
COUNTS = "(l.revoked_at IS NULL OR (l.at > l.revoked_at AND NOT l.barred))"
"""A revoked link counts again once somebody says it anew, unless it is barred."""
NEAR = f"""
SELECT {sql.hexed("one")}, {sql.hexed("other")}, trust, at FROM profiles_link l
WHERE {COUNTS} AND (one = ANY(%b::text[]::uuid[]) OR other = ANY(%b::text[]::uuid[]))
"""
ELSEWHERE = f"""
SELECT n.number FROM unnest(%b::int[], %b::text[]::uuid[], %b::text[]::uuid[])
AS n (number, device, whose)
WHERE EXISTS (SELECT 1 FROM profiles_link l
    WHERE l.one = n.device AND l.other <> n.whose AND {COUNTS})
OR EXISTS (SELECT 1 FROM profiles_link l
    WHERE l.other = n.device AND l.one <> n.whose AND {COUNTS})
"""


def write(site: int, claims: Iterable[Claim], now: int) -> None:
    """Record the claims; said again, a link keeps the latest instant."""
    latest: dict[tuple[str, str, str], tuple[str, int]] = {}
    for claim in claims:
        key = (claim.one, claim.other, "verified" if claim.verified else "claimed")
        said_by, at = latest.get(key, (claim.said_by, claim.at))
        latest[key] = (said_by, max(at, claim.at))
    keys, values = list(latest), list(latest.values())
    columns = [[key[part] for key in keys] for part in range(3)]
    sql.run(WRITE, [site, now, *columns, [v[0] for v in values], [v[1] for v in values]])


def around(claims: Iterable[Claim]) -> set[str]:
    """Return every identity that is joined, near or far, to one of the claims' identities."""
    return reach(identity for claim in claims for identity in (claim.one, claim.other))


def reach(identities: Iterable[str]) -> set[str]:
    """Return the identities and every one that is joined to them, near or far."""
    known: set[str] = set()
    edge = set(identities)
    while edge:
        known |= edge
        near = sql.rows(NEAR, [list(edge), list(edge)])
        edge = {identity for one, other, _, _ in near for identity in (one, other)} - known
    return known


def shared(claims: Iterable[Claim], kinds: Mapping[str, str]) -> set[Claim]:
    """Return the claims about a device that is linked, or claimed here, to yet another identity."""
    said = list(claims)
    sides = [(c, c.one, c.other) for c in said] + [(c, c.other, c.one) for c in said]
    asked = [side for side in sides if kinds[side[1]] != "user"]
    if not asked:
        return set()
    company: dict[str, set[str]] = {}
    for _, device, whose in asked:
        company.setdefault(device, set()).add(whose)
    columns = [list(range(len(asked))), [d for _, d, _ in asked], [w for _, _, w in asked]]
    found = {asked[number][0] for (number,) in sql.rows(ELSEWHERE, columns)}
    return found | {claim for claim, device, _ in asked if len(company[device]) > 1}


def read(identities: Iterable[str]) -> list[Tie]:
    """Return the links of the identities that count."""
    wanted = list(identities)
    return [
        Tie(one, other, trust == "verified", at)
        for one, other, trust, at in sql.rows(NEAR, [wanted, wanted])
    ]


def effective(kinds: dict[str, str], ties: Iterable[Tie], trusts_claims: bool) -> list[Tie]:
    """Return the ties that join: a device joins one user, two users join only when verified."""
    kept: list[Tie] = []
    chosen: dict[str, list[tuple[int, str, Tie]]] = {}
    for tie in ties:
        sides = (kinds[tie.one], kinds[tie.other])
        if set(sides) == {"anonymous", "user"}:
            device, user = (tie.one, tie.other) if sides[0] == "anonymous" else (tie.other, tie.one)
            chosen.setdefault(device, []).append((tie.at, user, tie))
        elif "anonymous" in sides or tie.verified or trusts_claims:
            kept.append(tie)
    for candidates in chosen.values():
        last = max(candidates)[1]
        kept += [tie for _, user, tie in candidates if user == last]
    return kept


def ends(site: int, links: Sequence[int]) -> list[str]:
    """Return the identities that some links of a site join; ``LookupError`` where one is not."""
    found = sql.rows(ENDS, [site, list(links)])
    if len(found) != len(set(links)):
        raise LookupError("expected links of this site")
    return [identity for pair in found for identity in pair]


def revoke(links: Sequence[int], by: str, reason: str, now: int, *, barred: bool) -> None:
    """Take links back: what was said up to now joins no more; barred, nor does what is said yet."""
    sql.run(REVOKE, [now, by[:150], reason[:300], barred, list(links)])


def restore(links: Sequence[int]) -> None:
    """Let revoked links count again."""
    sql.run(RESTORE, [list(links)])
