"""Who goes left and who goes right: the same answer for the same person, on every machine."""

from __future__ import annotations

from sys import byteorder

_OFFSET = 0x811C9DC5
_PRIME = 0x01000193
_MASK = 0xFFFFFFFF
_WHOLE = 100
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
