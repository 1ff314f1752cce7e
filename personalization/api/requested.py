"""``content.requested``: a CMS asks by a hook what a slot can show, and hears it at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.api import permutation, rendering, wire
from personalization.api.question import LONGEST
from personalization.content.catalogue import chain
from personalization.decisions.current import Compiled
from personalization.features.known import Request
from personalization.flows import decision
from personalization.flows.decision import Visitor
from personalization.flows.serving import Serving

MOST = 200
"""Segments that may be named."""


async def answer(held: Serving, site: Compiled, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a slot can show, its fallback, and what it shows to anybody in these segments.

    All of it is in this process's memory: no store is asked.
    """
    told = said["data"] if isinstance(said.get("data"), dict) else said
    slot, locale = _text(told, "slot"), _text(told, "locale")
    if slot not in site.slots:
        raise wire.Refused(404, "slot", "expected the key of a slot", "/slot")
    visitor = Visitor(
        site=site,
        who=None,
        unit="",
        locales=site.chain(locale, chain),
        request=Request({"locale": locale} if locale else {}, {}, gpc=False),
        segments=_segments(told.get("segments", [])),
    )
    decided = await decision.walk(visitor, [slot], held.reader, held.clock)
    shown = decided.decisions[0][1]
    return {
        "generation": site.generation,
        **rendering.variants(site, slot, locale),
        "decision": shown,
        "cache": permutation.of(visitor, shown),
    }


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name) or ""
    if not isinstance(value, str) or len(value) > LONGEST:
        expected = f"expected a string of at most {LONGEST} characters"
        raise wire.Refused(422, "type", expected, f"/{name}")
    return value


def _segments(raw: Any) -> frozenset[str]:
    fine = isinstance(raw, list) and len(raw) <= MOST
    if not fine or not all(isinstance(one, str) and len(one) <= LONGEST for one in raw):
        raise wire.Refused(422, "segments", f"expected a list of at most {MOST} names", "/segments")
    return frozenset(raw)
