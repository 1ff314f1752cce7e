"""The decisions in force: all a site answers with, compiled once, swapped by one reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from personalization.decisions import verdict
from personalization.decisions.verdict import Verdict
from rules.facts import Facts
from rules.matrix.compiled import Compiled as Matrix
from rules.matrix.policies import POLICIES

LOCALES = 500
"""Chains of locales kept: whoever asks for made-up ones fills no memory."""


class Live(NamedTuple):
    """One slot's matrix in force: its revision's number and the compiled document."""

    revision: int
    matrix: Matrix
    verdicts: tuple[Verdict, ...]
    nothing: Mapping[str, Verdict]
    collects: bool
    divides: bool = False

    @classmethod
    def of(cls, revision: int, matrix: Matrix) -> Live:
        """Return a compiled matrix with every verdict it can give."""
        nothing = {
            word: Verdict((), None, revision, reason) for word, reason in verdict.REASONS.items()
        }
        collects = POLICIES[matrix.matrix.hit_policy].several
        rows = verdict.verdicts(revision, matrix)
        divides = any(row.reason == verdict.SHARED for row in rows)
        return cls(revision, matrix, rows, nothing, collects, divides)

    def decide(self, facts: Facts, unit: str) -> Verdict:
        """Return what the matrix says of these facts."""
        if self.collects:
            chosen = [choice.index for choice in self.matrix.collect(facts, unit)]
            rows = [self.verdicts[row] for row in chosen if row is not None]
            return verdict.of_all(rows, self.revision)
        choice = self.matrix.decide(facts, unit)
        return self.nothing[choice.reason] if choice.index is None else self.verdicts[choice.index]


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that an answer needs of one site at one generation; nothing in it ever changes."""

    site: int
    slug: str
    generation: int
    locale: str
    trusts_claims: bool
    signing: str
    asked: Any
    matrices: Mapping[str, Live]
    slots: Mapping[str, Any]
    visible: frozenset[str]
    doors: Mapping[int, Any] = field(default_factory=dict)
    locales: dict[str, tuple[str, ...]] = field(default_factory=dict)
    varying: dict[str, Any] = field(default_factory=dict)

    def verdict(self, slot: str, facts: Facts, unit: str) -> Verdict:
        """Return what the slot's matrix says of these facts; without a matrix, nothing."""
        live = self.matrices.get(slot)
        return verdict.NONE if live is None else live.decide(facts, unit)

    def attributes(self, slot: str) -> tuple[str, ...]:
        """Return the attributes the slot's matrix asks for."""
        live = self.matrices.get(slot)
        return tuple(live.matrix.attributes) if live else ()

    def because(self, slot: str, facts: Facts, unit: str) -> list[dict[str, Any]]:
        """Return row by row why it fired or did not, with the values seen."""
        live = self.matrices.get(slot)
        return list(live.matrix.explain(facts, unit)) if live else []

    def chain(self, locale: str, widen: Callable[[str, str], tuple[str, ...]]) -> tuple[str, ...]:
        """Return the locales to look for, worked out once for each that is asked for."""
        found = self.locales.get(locale)
        if found is None:
            found = widen(locale, self.locale)
            if len(self.locales) < LOCALES:
                self.locales[locale] = found
        return found


class Current:
    """The sites this process answers for: readers take one reference and keep it to their end."""

    def __init__(self) -> None:
        self.sites: Mapping[int, Compiled] = {}

    def of(self, site: int) -> Compiled | None:
        """Return the site as it is now, or ``None`` while nothing is known of it."""
        return self.sites.get(site)

    def swap(self, compiled: Compiled) -> None:
        """Put one site's new generation in force."""
        self.sites = {**self.sites, compiled.site: compiled}

    def keep(self, sites: set[int]) -> None:
        """Forget the sites that are no more."""
        self.sites = {number: site for number, site in self.sites.items() if number in sites}
