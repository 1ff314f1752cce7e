"""Versions, older and newer (SemVer 2.0.0)."""

from __future__ import annotations

from typing import Any

from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import VERSION
from rules.versions import order

KINDS = ("version",)


@operator(
    "version_equals",
    "is the version",
    negation=("version_not_equals", "is not the version"),
    kinds=KINDS,
    shape=VERSION,
    example=Example("1.2", "v1.2.0+build", "1.2.1"),
)
def version_equals(operand: str) -> Check:
    """The version is this one; builds of it count as the same."""
    sought = order(operand)

    def check(value: Any, _facts: Facts) -> Truth:
        rank = order(value) if type(value) is str else None
        return None if rank is None else rank == sought

    return check


@operator(
    "version_at_least",
    "is at least the version",
    negation=("version_less_than", "is older than the version"),
    kinds=KINDS,
    shape=VERSION,
    example=Example("1.10.0", "1.10.0", "1.9.9"),
)
def version_at_least(operand: str) -> Check:
    """The version is this one or a newer one."""
    least = order(operand)
    assert least is not None

    def check(value: Any, _facts: Facts) -> Truth:
        rank = order(value) if type(value) is str else None
        return None if rank is None else rank >= least

    return check


@operator(
    "version_at_most",
    "is at most the version",
    negation=("version_more_than", "is newer than the version"),
    kinds=KINDS,
    shape=VERSION,
    example=Example("2.0.0", "2.0.0-rc.1", "2.0.1"),
)
def version_at_most(operand: str) -> Check:
    """The version is this one or an older one."""
    most = order(operand)
    assert most is not None

    def check(value: Any, _facts: Facts) -> Truth:
        rank = order(value) if type(value) is str else None
        return None if rank is None else rank <= most

    return check
