"""What a source and a link of a variant may be, checked before they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.content import mapping
from personalization.content.models import Variant
from personalization.content.sources import Source
from personalization.push import http
from rules.errors import InvalidError

OPTIONS = 40
LONGEST = 2_000


def check_source(said: Mapping[str, Any]) -> None:
    """Raise ``InvalidError`` unless address, options and token can be used."""
    url = said.get("url") or ""
    if url and (wrong := http.fault(url)):
        raise InvalidError("/url", "value", wrong)
    if said.get("options") is not None:
        check_options(said["options"])
    token = said.get("token") or ""
    if not (token.isascii() and token.isprintable()) or len(token) > LONGEST:
        raise InvalidError("/token", "value", "expected plain characters")


def check_options(options: object) -> None:
    """Raise ``InvalidError`` unless the options are names with texts."""
    fine = isinstance(options, dict) and len(options) <= OPTIONS
    if not fine or not all(isinstance(o, str) and len(o) <= LONGEST for o in _values(options)):
        expected = f'expected at most {OPTIONS} names with texts: {{"types": "posts,pages"}}'
        raise InvalidError("/options", "shape", expected)


def _values(options: object) -> list[Any]:
    return list(options.values()) if isinstance(options, dict) else []


def check_binding(variant: Variant, source: Source, said: object) -> None:
    """Raise ``InvalidError`` unless the variant's slot can be filled by that source so."""
    if variant.slot.site_id != source.site_id:
        raise InvalidError("/source", "unknown", "expected a source of the variant's site")
    try:
        mapping.check(variant.slot.schema, said)
    except InvalidError as fault:
        raise InvalidError(f"/mapping{fault.at}", fault.code, fault.message) from None
