"""Who goes left and who goes right: the same answer for the same person, on every machine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from sys import byteorder

Range = tuple[float, float]
"""Part of the line from 0 to 1, its end not included."""

_OFFSET = 0x811C9DC5
_PRIME = 0x01000193
_MASK = 0xFFFFFFFF
_WHOLE = 100
_WORDS = 2**32
_NEARLY_ONE = (0.99, 1.01)
_CODEC = f"utf-16-{byteorder[0]}e"


def fnv1a32(text: str) -> int:
    """Return the 32-bit FNV-1a hash over UTF-16 code units, as JavaScript sees a string.

    Source: RFC 9923 (FNV), and GrowthBook's SDKs, whose allocation this is.

    >>> fnv1a32("") == 0x811C9DC5, fnv1a32("a") == 0xE40C292C
    (True, True)
    """
    units = text.encode() if text.isascii() else _utf16(text)
    value = _OFFSET
    for unit in units:
        value = ((value ^ unit) * _PRIME) & _MASK
    return value


def _utf16(text: str) -> memoryview:
    return memoryview(text.encode(_CODEC, "surrogatepass")).cast("H")


def position(seed: str, unit: str, version: int = 2) -> float:
    """Return where a unit stands in [0, 1) under a seed; a grid of 10 000 (1 000 in version 1).

    Source: GrowthBook SDK specification, hash versions 1 and 2. ``ValueError`` for another version.

    >>> position("b", "a", 1), position("seed", "a")
    (0.946, 0.0505)
    """
    if version == 2:  # noqa: PLR2004 the version's name
        return fnv1a32(str(fnv1a32(seed + unit))) % 10_000 / 10_000
    if version == 1:
        return fnv1a32(unit + seed) % 1_000 / 1_000
    raise ValueError("hash versions are 1 and 2")


def included(seed: str, unit: str, percent: float) -> bool:
    """Tell whether a unit is among this percentage under a seed; more percent keeps who was in.

    >>> included("hero", "visitor-1", 100), included("hero", "visitor-1", 0)
    (True, False)
    """
    return position(seed, unit) * _WHOLE < percent


def covered(seed: str, unit: str, coverage: float, version: int = 1) -> bool:
    """Tell whether a unit is in a gradual roll-out; ``coverage`` is a share of 1, its end included.

    Source: GrowthBook's SDKs, roll-outs of features; more coverage keeps who was in.

    >>> covered("feature", "u1", 1.0), covered("feature", "u1", 0.0)
    (True, False)
    """
    return coverage != 0 and position(seed, unit, version) <= coverage


def within(seed: str, unit: str, parts: Sequence[Range], version: int = 2) -> bool:
    """Tell whether a unit stands in one of these parts of the line under a seed.

    Experiments that share a seed and no part exclude each other. Source: GrowthBook's SDKs.

    >>> within("seed", "a", [(0.0, 0.1)]), within("seed", "a", [(0.1, 1.0)])
    (True, False)
    """
    return choose(position(seed, unit, version), parts) is not None


def in_namespace(unit: str, name: str, start: float, end: float) -> bool:
    """Tell whether a unit stands in this part of a namespace.

    Source: GrowthBook's SDKs, namespaces of the first kind (hash version 1).

    >>> in_namespace("1", "namespace1", 0, 0.4), in_namespace("1", "namespace1", 0.4, 1)
    (False, True)
    """
    return within(f"__{name}", unit, ((start, end),), 1)


def equal_weights(arms: int) -> tuple[float, ...]:
    """Return the same weight for each arm; together they are 1.

    >>> equal_weights(4), equal_weights(-1)
    ((0.25, 0.25, 0.25, 0.25), ())
    """
    return (1 / arms,) * arms if arms > 0 else ()


def bucket_ranges(
    arms: int, coverage: float = 1, weights: Sequence[float] | None = None
) -> tuple[Range, ...]:
    """Return the part of the line that each arm gets; more coverage keeps who was in, and where.

    ``coverage`` is brought between 0 and 1. Weights of another number than the arms, and weights
    that do not add up to 1 within a hundredth, give way to equal ones. Source: GrowthBook's SDKs.

    >>> bucket_ranges(2, 0.5)
    ((0.0, 0.25), (0.5, 0.75))
    >>> bucket_ranges(3, weights=(0.25, 0.25, 0.5))
    ((0.0, 0.25), (0.25, 0.5), (0.5, 1.0))
    """
    share = min(max(coverage, 0), 1)
    if weights is None or len(weights) != arms or not _adds_up(weights):
        weights = equal_weights(arms)
    found, start = [], 0.0
    for weight in weights:
        found.append((start, start + share * weight))
        start += weight
    return tuple(found)


def _adds_up(weights: Sequence[float]) -> bool:
    least, most = _NEARLY_ONE
    total = 0.0
    for weight in weights:  # one after the other, as the clients add; sum() rounds otherwise
        total += weight
    return least <= total <= most


def choose(place: float, parts: Sequence[Range]) -> int | None:
    """Return the number of the first part of the line that holds a place, ``None`` for none.

    >>> choose(0.6, ((0, 0.5), (0.5, 1))), choose(0.4, ((0, 0.25), (0.5, 0.75)))
    (1, None)
    """
    for number, (start, end) in enumerate(parts):
        if start <= place < end:
            return number
    return None


def elect(seed: str, unit: str, weights: Mapping[str, float]) -> str | None:
    """Return a unit's arm such that an added arm only takes, and a removed one only gives.

    Nobody moves between two arms that stay; more weight for one arm only moves units into it.
    ``None`` where no weight is above 0. Source: weighted rendezvous hashing (Thaler and
    Ravishankar, 1998; Schindelhauer and Schomaker, 2005).

    >>> elect("hero", "u1", {"a": 1, "b": 1}), elect("hero", "u1", {})
    ('a', None)
    """
    scores = [
        (weight / -math.log((_word(seed, arm, unit) + 0.5) / _WORDS), arm)
        for arm, weight in weights.items()
        if weight > 0
    ]
    return max(scores)[1] if scores else None


def _word(seed: str, arm: str, unit: str) -> int:
    return fnv1a32(str(fnv1a32(f"{seed}\0{arm}\0{unit}")))
