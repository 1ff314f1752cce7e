"""Enlisting: people on a list that did not know them yet are told so when they are seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from personalization.events.inbox import Message
from personalization.flows import telling
from personalization.flows.share import Share
from personalization.flows.telling import Word
from personalization.plant import sql
from personalization.segments import sheets
from personalization.segments.lists import SegmentList

FIND = f"""
SELECT l.list, {sql.hexed("s.identity")}
FROM unnest(%b::bigint[], %b::bigint[]) AS l (list, version),
    unnest(%b::text[]::uuid[], %b::text[]::uuid[]) AS s (entry, identity)
WHERE EXISTS (SELECT 1 FROM segments_listentry e
        WHERE e.version_id = l.version AND e.entry = s.entry)
    AND NOT EXISTS (SELECT 1 FROM segments_listed d
        WHERE d.roll_id = l.list AND d.identity = s.identity)
"""


def enlist(share: Share, permitted: Iterable[Message]) -> None:
    """Tell those of a batch's people that they are on lists, where the log does not say it yet."""
    rows = SegmentList.objects.filter(segment__site_id=share.site, live__isnull=False)
    lists = {pk: (slug, version, by) for pk, slug, version, by in rows.values_list(*COLUMNS)}
    if not lists:
        return
    paths = {by for _, _, by in lists.values() if by != "id"}
    seen = {pair for message in permitted for pair in _seen(share.site, message, paths)}
    columns = [list(lists), [version for _, version, _ in lists.values()]]
    pairs = [[entry for entry, _ in seen], [identity for _, identity in seen]]
    found = sorted({*sql.rows(FIND, [*columns, *pairs])}) if seen else []
    words: list[Word] = [(number, lists[number][0], who, True) for number, who in found]
    if words:
        telling.tell(share.terms, "live", words, share.now + 1)


COLUMNS = ("pk", "segment__slug", "live", "live__by")


def _seen(site: int, message: Message, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the entries a message may be meant by, each with the identity it came with."""
    for identity in {message.owner, message.device} - {None}:
        yield str(identity), str(identity)
    if message.kind == "identify":
        told = orjson.loads(message.body).get("traits") or {}
        for path in paths:
            value = trait(told, path)
            if value:
                yield sheets.entry(site, path, value), message.owner


def trait(told: object, path: str) -> str:
    """Return the text at a trait's path in nested traits, or none."""
    for name in path.split(".")[1:]:
        told = told.get(name) if isinstance(told, dict) else None
    return told if isinstance(told, str) else ""
