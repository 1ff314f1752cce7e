"""Call a webhook: a signed request that says what happened, to whom, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from personalization.plant.instants import to_text
from personalization.push import http
from personalization.segments.actions.registry import PREFIXES, Occasion, Parcel, shelf
from rules import expect
from rules.errors import InvalidError

MOST = 20


class Setting(NamedTuple):
    """Where to, and which attributes go along."""

    url: str
    include: tuple[str, ...]


class Webhook:
    """``{"url": "https://...", "include": ["traits.email"]}``."""

    label = "Call a webhook"
    settings: Mapping[str, str] = {
        "url": "where the signed request goes, https",
        "include": "attributes that go along, like traits.email; none unless named",
    }
    signed = True

    def check(self, settings: Mapping[str, Any], at: str) -> Setting:
        """Return the address and the attributes, or raise ``InvalidError``."""
        told = expect.record(settings, at, ("url",), ("include",))
        named = told.get("include", [])
        paths = expect.items(named, f"{at}/include", MOST) if named else []
        return Setting(url(told["url"], f"{at}/url"), tuple(_path(p, at) for p in paths))

    def effect(self, prepared: Setting, occasion: Occasion) -> Parcel:
        """Return the request; an attribute nobody knows, or may not know, is left out."""
        known = {path: occasion.get(path) for path in prepared.include}
        told = {path: value for path, value in known.items() if value is not None}
        data = {**occasion.subject, **occasion.data, **({"attributes": told} if told else {})}
        return Parcel("webhook", {"url": prepared.url, "body": body(occasion, occasion.type, data)})


def body(occasion: Occasion, type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every signed request of a trigger says."""
    trigger = {"trigger": occasion.trigger, "revision": occasion.revision}
    return {"type": type_, "timestamp": to_text(occasion.at), "data": {**trigger, **data}}


def url(raw: object, at: str) -> str:
    """Return an address requests may be sent to, or raise ``InvalidError``."""
    text = expect.text(raw, at, http.LONGEST_URL)
    if found := http.fault(text):
        raise InvalidError(at, "url", found)
    return text


def _path(raw: object, at: str) -> str:
    path = expect.text(raw, f"{at}/include", 200)
    if not path.startswith(PREFIXES):
        allowed = ", ".join(f"{prefix}*" for prefix in PREFIXES)
        raise InvalidError(f"{at}/include", "attribute", f"expected {allowed}")
    return path


shelf.put("webhook", Webhook())
