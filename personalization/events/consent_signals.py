"""What a call says about consent: category preferences and TCF strings, as our own purposes."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from personalization.plant.json import Malformed

PURPOSES = ("analytics", "personalization", "marketing", "necessary")
CATEGORIES = {
    **{purpose: purpose for purpose in PURPOSES},
    "statistics": "analytics", "performance": "analytics", "measurement": "analytics",
    "personalisation": "personalization", "functional": "personalization",
    "preferences": "personalization", "advertising": "marketing", "targeting": "marketing",
    "social": "marketing", "essential": "necessary",
    "c0001": "necessary", "c0002": "analytics", "c0003": "personalization",
    "c0004": "marketing", "c0005": "marketing",
}  # fmt: skip
"""Names consent platforms give their categories (lower case; c000n is OneTrust's), as purposes."""
TCF = {"analytics": (1, 8), "personalization": (1, 5, 6), "marketing": (1, 3, 4)}
"""Which TCF purposes must all have consent for one of ours; legitimate interest does not count."""
VERSION, SPECIFIC, CONSENTS, CORE = 6, 138, 152, 176
"""Bits of a TC string's core: width of the version, place of two fields, and where we stop."""
LONGEST = 8_000
AT = "/context/consent"


def said(consent: Any) -> dict[str, bool] | None:
    """Return purpose -> granted from ``context.consent``; where two words disagree the no wins."""
    if consent is None:
        return None
    if not isinstance(consent, dict):
        raise Malformed("invalid_consent", AT, "consent must be an object")
    found: dict[str, bool] = {}
    preferences = consent.get("categoryPreferences")
    if preferences is not None:
        found = _preferences(preferences)
    text = consent.get("tcString")
    if text is not None:
        for purpose, granted in purposes(text).items():
            found[purpose] = granted and found.get(purpose, True)
    return found or None


def _preferences(preferences: Any) -> dict[str, bool]:
    at = f"{AT}/categoryPreferences"
    if not isinstance(preferences, dict):
        raise Malformed("invalid_consent", at, "category preferences must be an object")
    found: dict[str, bool] = {}
    for category, granted in preferences.items():
        if not isinstance(granted, bool):
            raise Malformed("invalid_consent", f"{at}/{category}"[:200], "must be true or false")
        purpose = CATEGORIES.get(category.lower())
        if purpose:
            found[purpose] = granted and found.get(purpose, True)
    return found


def purposes(text: Any) -> dict[str, bool]:
    """Return our purposes out of a TCF 2 consent string (its core segment).

    A string that is not service specific is no consent to anybody, since TCF 2.2.
    """
    bits = _core(text)
    if int(bits[:VERSION], 2) != 2:  # noqa: PLR2004 - the version there is
        raise Malformed("invalid_consent", f"{AT}/tcString", "not a TCF 2 string")
    specific = bits[SPECIFIC] == "1"
    return {
        purpose: specific and all(bits[CONSENTS + number - 1] == "1" for number in numbers)
        for purpose, numbers in TCF.items()
    }


def _core(text: Any) -> str:
    segment = text.partition(".")[0] if isinstance(text, str) and len(text) <= LONGEST else ""
    try:
        raw = base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    bits = "".join(f"{byte:08b}" for byte in raw)
    if len(bits) < CORE:
        raise Malformed("invalid_consent", f"{AT}/tcString", "not a TCF string")
    return bits
