"""A site as its drafts would make it: the blueprint with other revisions in it, compiled apart."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson

from personalization.decisions.current import Compiled
from personalization.flows import assembly, blueprint
from personalization.flows.pretence import Part
from personalization.plant.lookups import Lookups

MATRICES = """
SELECT l.key, r.number, r.document FROM content_slot l
JOIN decisions_matrix m ON m.slot_id = l.id
CROSS JOIN LATERAL (SELECT d.number, d.document FROM decisions_matrixrevision d
  LEFT JOIN unnest(%s::text[], %s::int[]) AS w (slot, number) ON w.slot = l.key
  WHERE d.matrix_id = m.id AND CASE WHEN w.number IS NULL
    THEN %s AND (d.status = 'draft' OR d.id = m.live_id) ELSE d.number = w.number END
  ORDER BY d.number DESC LIMIT 1) r
WHERE l.site_id = %s
"""
"""Of each slot the revision asked for, else, where drafts are wanted, the newest that counts."""
VARIANTS = """
SELECT DISTINCT ON (v.id, r.locale) l.key, v.slug, r.locale, r.content
FROM content_slot l JOIN content_variant v ON v.slot_id = l.id
JOIN content_variantrevision r ON r.variant_id = v.id
WHERE l.site_id = %s AND r.status IN ('draft', 'live') AND v.enabled
ORDER BY v.id, r.locale, r.number DESC
"""
WITHIN = 5.0
"""Seconds the store may take."""
HELD = 8
"""Compiled drafts this process keeps."""
_held: OrderedDict[bytes, Compiled | None] = OrderedDict()


async def of(live: Compiled, part: Part, lookups: Lookups) -> Compiled | None:
    """Return the site as the preview wants it, ``None`` where that cannot be had.

    LostError where the store does not answer.
    """
    if not part.draft and not part.matrices:
        return live
    document = await blueprint.read(lookups, live.site)
    if document is None:
        return None
    wanted = [list(part.matrices), list(part.matrices.values()), part.draft, live.site]
    matrices = await lookups.rows(MATRICES, wanted, within=WITHIN)
    numbers = {key: number for key, number, _ in matrices}
    if any(numbers.get(key) != number for key, number in part.matrices.items()):
        return None
    variants = await lookups.rows(VARIANTS, (live.site,), within=WITHIN) if part.draft else []
    _put(document, matrices, variants)
    return await _compiled(document, numbers)


def _put(document: dict[str, Any], matrices: list[Any], variants: list[Any]) -> None:
    slots = {slot["key"]: slot for slot in document["slots"]}
    for key, number, stored in matrices:
        slots[key]["matrix"] = {"number": number, "document": stored}
    for key, slug, locale, content in variants:
        slots[key]["variants"].append([slug, locale, content])


async def _compiled(document: Mapping[str, Any], numbers: Mapping[str, int]) -> Compiled | None:
    """Return the document compiled, once; ``None`` where a wanted matrix does not fit the site."""
    mark = blake2b(orjson.dumps(document), digest_size=16).digest()
    if mark not in _held:
        built, _ = await asyncio.to_thread(assembly.build, document)
        fits = numbers.keys() <= built.matrices.keys()
        _held[mark] = built if fits else None
        while len(_held) > HELD:
            _held.popitem(last=False)
    return _held[mark]
