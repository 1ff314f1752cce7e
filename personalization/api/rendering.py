"""For a CMS that renders pages itself: slots, segments, and all that a slot can show; cacheable."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import orjson

from personalization.api import decide, wire
from personalization.api.question import LONGEST
from personalization.content.catalogue import chain
from personalization.decisions import permutations
from personalization.decisions.current import Compiled
from personalization.flows.serving import serving
from rules.canonical import document
from rules.wording import words

SLOTS, SEGMENTS = "/v1/slots", "/v1/segments"
VARIANTS = "/variants"


def takes(path: str) -> bool:
    """Return whether a path is one of these."""
    return path in (SLOTS, SEGMENTS) or (path.startswith(f"{SLOTS}/") and path.endswith(VARIANTS))


async def app(scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:  # noqa: ARG001
    """Answer one request of a server: a secret key is needed."""
    given = wire.headers(scope)
    try:
        site = await _site(scope["method"], given)
        found = _found(site, scope["path"], _locale(scope["query_string"]))
    except wire.Refused as refused:
        await wire.refuse(send, refused)
        return
    tag = b'"%d"' % site.generation
    head = [(b"etag", tag), (b"cache-control", b"private, no-cache")]
    if wire.is_held(given, tag):
        await send({"type": "http.response.start", "status": 304, "headers": head})
        await send({"type": "http.response.body", "body": b""})
        return
    await wire.answer(send, 200, orjson.dumps({"generation": site.generation, **found}), head)


async def _site(method: str, given: dict[bytes, bytes]) -> Compiled:
    if method != "GET":
        raise wire.Refused(405, "method", "expected GET")
    access = decide.admitted({}, given)
    if access.public:
        raise wire.Refused(403, "key", "expected a secret key")
    site = serving.current.of(access.site_id) or await serving.site(access.site_id)
    if site is None:
        raise wire.starting()
    return site


def _locale(query: bytes) -> str:
    said = dict(parse_qsl(query.decode("latin-1")))
    return said.get("locale", "")[:LONGEST]


def _found(site: Compiled, path: str, locale: str) -> dict[str, Any]:
    if path == SEGMENTS:
        return {"segments": segments(site)}
    if path == SLOTS:
        return {"slots": [_slot(site, key) for key in sorted(site.slots)]}
    key = path[len(SLOTS) + 1 : -len(VARIANTS)]
    if key not in site.slots:
        raise wire.Refused(404, "slot", "expected the key of a slot", "/slot")
    return variants(site, key, locale)


def segments(site: Compiled) -> list[dict[str, Any]]:
    """Return every segment that rows may ask for, and whether browsers hear of it."""
    names = sorted(site.asked.definitions.segments)
    return [{"segment": name, "visible": name in site.visible} for name in names]


def variants(site: Compiled, key: str, locale: str = "") -> dict[str, Any]:
    """Return all a slot can show in one locale, its rows, its fallback and what it varies by.

    Placeholders stand as for a visitor of whom nothing is known.
    """
    slot, live = site.slots[key], site.matrices.get(key)
    locales = site.chain(locale, chain)
    contents = {slug: slot.content(slug, locales, _nothing) for slug in sorted(slot.variants)}
    rows = live.matrix.matrix.rows if live else ()
    vary = permutations.of(site, key)
    return {
        **_slot(site, key),
        "variants": [
            {"variant": slug, "content": shown} for slug, shown in contents.items() if shown
        ],
        "rows": [
            {"row": row.id, "then": row.then(), "when": document(row.when), "text": words(row.when)}
            for row in rows
            if row.enabled
        ],
        "vary": {"segments": sorted(vary.segments), "attributes": sorted(vary.attributes)},
        "tags": [f"slot:{key}", *(f"segment:{name}" for name in sorted(vary.segments))],
    }


def _slot(site: Compiled, key: str) -> dict[str, Any]:
    slot = site.slots[key]
    told = {"slot": key, "list": slot.is_list, "fallback": list(slot.fallback)}
    return {**told, "enabled": slot.enabled, "ttl": slot.ttl, "swap": slot.swap}


def _nothing(path: str) -> object:  # noqa: ARG001 - nobody in particular asks
    return None
