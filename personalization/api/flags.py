"""A slot's decision as OpenFeature's remote protocol says it: a flag with an object for a value.

Source: the OpenFeature Remote Evaluation Protocol 0.3 (open-feature/protocol).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREFIX = "slot."
VALUE = ("variant", "content", "items", "swap")
"""What of a decision is the flag's value."""
NOTES = ("row", "revision", "fallback", "ttl", "experiment")
"""What of a decision is its metadata: scalars only."""
REASONS = frozenset({"STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "DEFAULT"})
"""Our reasons that are the protocol's too; every other is UNKNOWN there."""


def slot_of(key: str) -> str | None:
    """Return the slot a flag's key names, ``None`` where it names none.

    >>> slot_of("slot.home.hero"), slot_of("dark-mode")
    ('home.hero', None)
    """
    return key.removeprefix(PREFIX) if key.startswith(PREFIX) else None


def flag(decision: Mapping[str, Any], notes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision as a flag, or as the failure that a slot without any content is.

    ``notes`` are scalars added to the metadata.

    >>> shown = {"slot": "hero", "variant": "pro", "content": {"type": "text", "text": "Hi"},
    ...          "reason": "STALE", "row": None, "revision": 3}
    >>> said = flag(shown, {"generation": 7})
    >>> said["key"], said["variant"], said["reason"], said["metadata"]
    ('slot.hero', 'pro', 'UNKNOWN', {'generation': 7, 'revision': 3})
    """
    key = PREFIX + decision["slot"]
    if decision["variant"] is None:
        return failure("GENERAL", "this slot has nothing to show", key)
    reason = decision["reason"]
    told = {name: decision[name] for name in NOTES if decision.get(name) is not None}
    return {
        "key": key,
        "reason": reason if reason in REASONS else "UNKNOWN",
        "variant": decision["variant"],
        "value": {name: decision[name] for name in VALUE if decision.get(name) is not None},
        "metadata": {**notes, **told},
    }


def failure(code: str, details: str, key: str | None = None) -> dict[str, Any]:
    """Return an evaluation that failed, of one flag or (without a key) of all.

    >>> failure("PARSE_ERROR", "no JSON")
    {'errorCode': 'PARSE_ERROR', 'errorDetails': 'no JSON'}
    """
    said = {"errorCode": code, "errorDetails": details}
    return said if key is None else {"key": key, **said}
