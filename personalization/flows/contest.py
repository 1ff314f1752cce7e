"""A draft of a matrix beside the one in force: both compiled, and what people see of each row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from personalization.decisions import verdict
from personalization.decisions.current import Compiled
from personalization.features.known import Asked
from personalization.flows import assembly, blueprint
from personalization.plant import sql
from personalization.sites.models import Generation
from rules.compiler import Keys
from rules.matrix import compiled
from rules.matrix.document import Matrix, parse
from rules.matrix.widening import widened

NOTHING = ""
"""What is seen where not even the fallback can be shown."""


class Side(NamedTuple):
    """A compiled matrix; what is seen of each row, then in a conflict, then without a row."""

    matrix: compiled.Compiled
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Contest:
    """The site as it is, what both matrices ask of a profile, and both."""

    site: Compiled
    asked: Asked
    old: Side
    new: Side

    @cached_property
    def paths(self) -> frozenset[str]:
        """The attributes that either asks for."""
        return self.old.matrix.attributes | self.new.matrix.attributes

    @cached_property
    def keys(self) -> Keys:
        """The windows that either asks for."""
        asked = (*self.old.matrix.measures, *self.new.matrix.measures)
        return {measure: self.new.matrix.keys[measure] for measure in asked}

    @cached_property
    def shares(self) -> bool:
        """Tell whether chance decides about a row of either."""
        rows = (*self.old.matrix.matrix.rows, *self.new.matrix.matrix.rows)
        return any(row.rollout < 100 for row in rows if row.enabled)  # noqa: PLR2004


_kept: dict[int, tuple[int, dict[str, Any], Compiled]] = {}


def of(site_id: int, slot: str, document: object) -> Contest:
    """Return a draft beside what is in force; ``InvalidError`` for what could not be published."""
    source, site = _site(site_id)
    held = next(each for each in source["slots"] if each["key"] == slot)
    asks = site.asked.definitions
    draft = parse(document)
    new = compiled.compile(widened(draft, asks.hierarchies), asks.keys)
    live = site.matrices.get(slot)
    old = live.matrix if live else compiled.compile(Matrix(), asks.keys)
    asked = replace(site.asked, types={**site.asked.types, **assembly.needed([draft.rows])})
    sides = (Side(each, _seen(each.matrix, held)) for each in (old, new))
    return Contest(site, asked, *sides)


def _site(site_id: int) -> tuple[dict[str, Any], Compiled]:
    """Return what is in force, read and compiled anew when the generation is another."""
    number = Generation.objects.values_list("number", flat=True).get(site_id=site_id)
    kept = _kept.get(site_id)
    if kept is None or kept[0] != number:
        [(source,)] = sql.rows(blueprint.ROWS, [site_id])
        kept = _kept[site_id] = (number, source, assembly.build(source)[0])
    return kept[1:]


def _seen(matrix: Matrix, slot: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is seen of each row: a variant, unless it has no content, or an experiment."""
    there = {slug for slug, *_ in slot["variants"]} if slot["enabled"] else set[str]()
    there |= verdict.experiments(matrix) if slot["enabled"] else set()
    last = next((slug for slug in (*matrix.fallback, *slot["fallback"]) if slug in there), NOTHING)

    def shown(variant: str, values: Mapping[str, object]) -> str:
        slug = variant if variant in there else last
        said = {"variant": slug, "values": dict(values)}
        return json.dumps(said, ensure_ascii=False, sort_keys=True) if values else slug

    usual = {out.name: out.default for out in matrix.outputs if out.default is not None}
    rows = (shown(verdict.seen(row), dict(row.values)) for row in matrix.rows)
    return (*rows, last, shown("", usual))
