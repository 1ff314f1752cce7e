"""Write to the profile in a CMS: a signed request that says which segment a user is in now."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from personalization.segments.actions import webhook
from personalization.segments.actions.registry import Occasion, Parcel, shelf
from rules import expect
from rules.errors import InvalidError

NAME = "cms_profile"
TYPE = "profile.segment"
EMAIL = "traits.email"


class CmsProfile:
    """``{"url": "https://..."}``, where the CMS's plugin listens.

    The user is named by the user id, and by the SHA-256 of the address where it is known; nothing
    else of the person goes along. ``sequence`` grows with every move: the receiver keeps the
    highest for each segment, so that what comes twice or late changes nothing.
    """

    label = "Write to the profile in the CMS"
    settings: Mapping[str, str] = {
        "url": "where the CMS's plugin listens, https",
    }
    signed = True

    def check(self, settings: Mapping[str, Any], at: str) -> str:
        """Return the address, or raise ``InvalidError``."""
        told = expect.record(settings, at, ("url",))
        return webhook.url(told["url"], f"{at}/url")

    def effect(self, prepared: str, occasion: Occasion) -> Parcel:
        """Return the request; ``InvalidError`` for a visitor no CMS has a profile of."""
        if "segment" not in occasion.data:
            raise InvalidError("/on", "segment", "expected a trigger on a segment, not on an event")
        data = {
            **_user(occasion),
            "segment": occasion.data["segment"],
            "entered": occasion.data["entered"],
            "sequence": occasion.at,
        }
        return Parcel("webhook", {"url": prepared, "body": webhook.body(occasion, TYPE, data)})


def _user(occasion: Occasion) -> dict[str, str]:
    """Return whom it is about, as a CMS may know them."""
    email = occasion.get(EMAIL)
    told = {} if occasion.user is None else {"userId": occasion.user}
    if isinstance(email, str) and email.strip():
        told["emailHash"] = sha256(email.strip().lower().encode()).hexdigest()
    if not told:
        raise InvalidError("", "anonymous", "neither a user id nor an address is known")
    return told


shelf.put(NAME, CmsProfile())
