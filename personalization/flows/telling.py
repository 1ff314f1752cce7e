"""Telling: who is on a list, or no longer, is said of them in the log, in slices and when seen."""

from __future__ import annotations

from collections.abc import Iterable

from personalization.events import message
from personalization.events.message import Call
from personalization.events.parcel import Parcel
from personalization.flows import reentry
from personalization.plant import sql
from personalization.sites.terms import Terms

NAMED = f"""
SELECT {sql.hexed("i.id")}, i.kind, i.value, {sql.hexed("i.view")} FROM profiles_identity i
WHERE i.id = ANY(%b::text[]::uuid[])
"""
LIST = """
INSERT INTO segments_listed (roll_id, identity)
SELECT list, identity FROM unnest(%b::bigint[], %b::text[]::uuid[]) AS n (list, identity)
ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""
UNLIST = """
DELETE FROM segments_listed USING unnest(%b::bigint[], %b::text[]::uuid[]) AS n (list, gone)
WHERE roll_id = list AND identity = gone
"""
Word = tuple[int, str, str, bool]
"""A list's id and slug, an identity, and whether it is on the list from now on."""


def tell(terms: Terms, lane: str, words: Iterable[Word], at: int) -> int:
    """Say of identities that they are on lists or no longer, in one transaction; return how many.

    An identity nobody has seen is told nothing: it is looked up when it is first seen.
    """
    words = list(words)
    names = {i: (kind, value) for i, kind, value, _ in sql.rows(NAMED, [[w[2] for w in words]])}
    parcel = Parcel(terms.site_id, lane, at)
    call = Call(terms.site_id, lane, at, verified=True, ours=True)
    told = [word for word in words if word[2] in names]
    for number, slug, identity, inside in told:
        kind, value = names[identity]
        event = {
            "type": "track",
            "event": message.RESERVED + slug,
            "userId" if kind == "user" else "anonymousId": value,
            "messageId": f"list:{number}:{identity}:{at}",
            "properties": {"in": inside},
        }
        parcel.take(message.read(event, None, call))
    reentry.store(parcel)
    for statement, inside in ((LIST, True), (UNLIST, False)):
        some = [word for word in told if word[3] is inside]
        if some:
            sql.run(statement, [[word[0] for word in some], [word[2] for word in some]])
    return len(told)


def forget(identities: Iterable[str]) -> None:
    """Forget what identities were told: it no longer counts, and is told anew after a yes."""
    gone = "DELETE FROM segments_listed WHERE identity = ANY(%b::text[]::uuid[])"
    sql.run(gone, [list(identities)])
