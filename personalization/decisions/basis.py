"""What a decision stood on, kept small beside it, so that the very same one can be made again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from personalization.decisions.current import Live
from rules.facts import Facts

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""Integers outside of these 64 bits are written as text, since JSON's readers round them."""
Basis = Mapping[str, Any]


class Seen(NamedTuple):
    """What a window answered then: it says the same whatever the instant."""

    value: object

    def read(self, _now: int) -> object:
        """Return the answer."""
        return self.value


class Passed(NamedTuple):
    """What was looked for in vain before something was shown, and the chain up to what was."""

    missing: Sequence[str] = ()
    chain: Sequence[str] = ()
    enabled: bool = True


def of(live: Live | None, facts: Facts, unit: str, passed: Passed) -> dict[str, Any]:
    """Return what a matrix asked of these facts beside attributes, and what could not be shown."""
    told: dict[str, Any] = {}
    if live is not None:
        matrix = live.matrix
        told["segments"] = {name: facts.segments.get(name) for name in matrix.segments}
        told["measures"] = {
            key: plain(facts.windows[key].read(facts.now))
            for key in (matrix.keys[measure] for measure in matrix.measures)
            if key in facts.windows
        }
        told["unit"] = plain(unit) if live.divides else ""
    told["missing"], told["chain"] = list(passed.missing), list(passed.chain)
    told["disabled"] = not passed.enabled
    return {name: value for name, value in told.items() if value}


def facts(attributes: Mapping[str, Any], basis: Basis, now: int) -> Facts:
    """Return the facts of a stored decision, as its matrix saw them."""
    windows: Any = {key: Seen(exact(raw)) for key, raw in basis.get("measures", {}).items()}
    known = {path: exact(raw) for path, raw in attributes.items()}
    return Facts(known, basis.get("segments", {}), windows, now)


def plain(value: object) -> Any:
    r"""Return a value as JSON that PostgreSQL takes and ``exact`` reads back.

    >>> plain((1, "a")), plain(2**64), plain("a\0")
    ([1, 'a'], {'integer': '18446744073709551616'}, {'escaped': '"a\\u0000"'})
    """
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if type(value) is int and not SMALLEST <= value <= LARGEST:
        return {"integer": str(value)}
    if isinstance(value, str) and not _storable(value):
        return {"escaped": json.dumps(value)}
    return value


def exact(raw: Any) -> object:
    """Return the value that was written by ``plain``.

    >>> [exact(plain(value)) for value in ((1, 2.5), 2**64, 1e300, None)] == [
    ...     (1, 2.5), 2**64, 1e300, None]
    True
    """
    if isinstance(raw, list):
        return tuple(exact(part) for part in raw)
    if isinstance(raw, dict):
        return int(raw["integer"]) if "integer" in raw else json.loads(raw["escaped"])
    if type(raw) is int and not SMALLEST <= raw <= LARGEST:
        return float(raw)
    return raw


def _storable(text: str) -> bool:
    """Say whether jsonb can hold a text: no NUL, no lone surrogate."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
