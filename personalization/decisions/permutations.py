"""What can change what a slot shows: the fewest segments, or that it is not segments alone."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, NamedTuple

from personalization.decisions.current import Compiled, Live
from rules.facts import Facts

WHOLE = 100
MOST = 10
"""Segments whose combinations are all tried; with more, each that is asked for counts."""

TOGETHER = "*"
"""Stands before variants that are shown together, not one in place of another."""


class Varies(NamedTuple):
    """What one slot's answer depends on beside the site's generation.

    ``alone`` says that segments decide it, together with nothing else.
    """

    segments: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    alone: bool = True


def of(site: Compiled, slot: str) -> Varies:
    """Return what the slot's answer depends on: of the segments only those that make a difference.

    Exact while segments alone decide and are few; otherwise all that the enabled rows ask for. It
    is worked out once for each generation of a site.
    """
    found: Varies | None = site.varying.get(slot)
    if found is None:
        found = site.varying[slot] = _of(site, slot)
    return found


def _of(site: Compiled, slot: str) -> Varies:
    live, filled = site.matrices.get(slot), _placeholders(site, slot)
    if live is None or _is_off(site, slot):
        return Varies(attributes=filled, alone=not filled)
    asked, attributes = live.matrix.segments, live.matrix.attributes | filled
    personal = bool(attributes or live.matrix.measures) or _divides(live)
    if personal or len(asked) > MOST:
        return Varies(asked, attributes, not personal)
    return Varies(_decisive(live, site.slots.get(slot), sorted(asked)))


def _is_off(site: Compiled, slot: str) -> bool:
    """Return whether the slot shows its fallback to everybody."""
    held = site.slots.get(slot)
    return held is not None and not held.enabled


def _placeholders(site: Compiled, slot: str) -> frozenset[str]:
    """Return the attributes that are written into what the slot can show."""
    held = site.slots.get(slot)
    return held.paths() if held else frozenset()


def _divides(live: Live) -> bool:
    """Return whether chance or the hour decides too."""
    rows = [row for row in live.matrix.matrix.rows if row.enabled]
    return any(row.rollout < WHOLE or row.active is not None for row in rows)


def _decisive(live: Live, held: Any, names: list[str]) -> frozenset[str]:
    """Return the segments that change what is shown to somebody, by trying everybody."""
    everybody = product((False, True), repeat=len(names))
    answers = {
        bits: _shown(held, _answer(live, dict(zip(names, bits, strict=True)))) for bits in everybody
    }
    return frozenset(
        name
        for place, name in enumerate(names)
        if any(answers[_flipped(bits, place)] != answer for bits, answer in answers.items())
    )


def _shown(held: Any, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the variants that are tried in turn: the same show the same, in whatever locale.

    A row that decides for the fallback shows what no row would have shown.
    """
    if held is None:
        return wanted
    found = tuple(slug for slug in wanted if slug in held.variants)
    if len(found) > 1:
        return (TOGETHER, *found)
    return tuple(dict.fromkeys([*found, *(s for s in held.fallback if s in held.variants)]))


def _flipped(bits: tuple[bool, ...], place: int) -> tuple[bool, ...]:
    return (*bits[:place], not bits[place], *bits[place + 1 :])


def _answer(live: Live, inside: Mapping[str, bool]) -> tuple[str, ...]:
    return live.decide(Facts({}, inside, {}), "").variants
