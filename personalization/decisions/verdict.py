"""A verdict: what a slot's matrix says for one visitor, before anything is shown."""

from __future__ import annotations

from typing import Any, NamedTuple


class Verdict(NamedTuple):
    """Which variants, because of which row of which revision, and the reason's word."""

    variants: tuple[str, ...] = ()
    row: str | None = None
    revision: int | None = None
    reason: str = "DEFAULT"


FAILED = Verdict(reason="ERROR")
"""The verdict where deciding failed."""
NONE = Verdict()
"""The verdict where there is no matrix: the fallback."""


def of(revision: int, choice: Any) -> Verdict:
    """Return one choice of a matrix as a verdict."""
    variant = (choice.then or {}).get("variant")
    variants = (variant,) if isinstance(variant, str) else ()
    return Verdict(variants, choice.row, revision, choice.reason)


def of_all(revision: int, choices: list[Any]) -> Verdict:
    """Return all that a collecting matrix chose, as one verdict for a list."""
    found = [of(revision, choice) for choice in choices]
    variants = tuple(slug for verdict in found for slug in verdict.variants)
    if not variants:
        return Verdict((), None, revision, found[0].reason if found else "DEFAULT")
    return Verdict(tuple(dict.fromkeys(variants)), found[0].row, revision, found[0].reason)
