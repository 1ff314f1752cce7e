"""Semantic versions, and which of two is the older (SemVer 2.0.0, item 11)."""

from __future__ import annotations

import re
from functools import lru_cache

_VERSION = re.compile(
    r"v?(\d{1,12})(?:\.(\d{1,12}))?(?:\.(\d{1,12}))?(?:\.(\d{1,12}))?(?:-([0-9A-Za-z.-]{1,128}))?(?:\+[0-9A-Za-z.-]{1,128})?",
    re.ASCII,
)

Order = tuple[int, int, int, int, int, tuple[tuple[int, int, str], ...]]


@lru_cache(maxsize=4096)
def order(version: str) -> Order | None:
    """Return what versions are compared by, or ``None`` for no version; build metadata is ignored.

    A missing minor or patch is zero; a fourth number, as browsers have it, counts too; a release
    comes after its pre-releases; numeric identifiers come before others.

    >>> order("1.2.0-rc.1") < order("1.2") < order("1.10.0+build")
    True
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        return None
    *numbers, before = match.groups()
    marks = before.split(".") if before else []
    if "" in marks:
        return None
    ranks = tuple((0, int(mark), "") if mark.isdigit() else (1, 0, mark) for mark in marks)
    major, minor, patch, fourth = (int(number or 0) for number in numbers)
    return major, minor, patch, fourth, 0 if ranks else 1, ranks
