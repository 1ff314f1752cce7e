"""Assembly: a site's blueprint becomes everything an answer needs, compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from personalization.content import catalogue, doors
from personalization.content.catalogue import Slot
from personalization.decisions.current import Compiled, Live
from personalization.features.known import Asked
from personalization.flows import asking
from personalization.learning.scoring import scorer
from rules.compiler import leaves
from rules.conditions import Test
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.matrix import compiled, document
from rules.matrix.document import Row
from rules.matrix.widening import widened
from rules.operators.registry import operators
from rules.zones import zone

TYPED = frozenset(("datetime", "list", "version", "ip", "location"))
"""Types whose canonical form is not what JSON says."""


def build(source: Mapping[str, Any]) -> tuple[Compiled, list[str]]:
    """Compile a document; what cannot be compiled is left out and named, and harms only itself."""
    site, faults = source["site"], list[str]()
    types = {path: kind for path, kind, _ in source["attributes"] if kind}
    asked = asking.definitions(source, faults)
    where = zone(site["timezone"]) or ZoneInfo("UTC")
    matrices = _matrices(source["slots"], asked, faults)
    scores = {name: scorer(parameters) for name, parameters in source["models"].items()}
    compiled_site = Compiled(
        site=site["id"],
        slug=site["slug"],
        generation=source["generation"],
        locale=site["locale"],
        trusts_claims=site["trusts_claims"],
        signing=site["signing"],
        asked=Asked(
            definitions=asked,
            types=types | needed(live.matrix.matrix.rows for live in matrices.values()),
            purposes={path: purpose for path, _, purpose in source["attributes"]},
            scores={name: score for name, score in scores.items() if score},
            policy=site["consent"],
            zone=where,
        ),
        matrices=matrices,
        slots=_slots(source["slots"], matrices),
        visible=asking.visible(source),
        doors=doors.assemble(source.get("sources", ())),
    )
    return compiled_site, faults


def _slots(rows: list[dict[str, Any]], matrices: Mapping[str, Live]) -> dict[str, Slot]:
    """Return the slots; a matrix's own fallback comes before its slot's."""
    slots = catalogue.assemble(rows)
    for key in slots.keys() & matrices.keys():
        chain = (*matrices[key].matrix.matrix.fallback, *slots[key].fallback)
        slots[key] = replace(slots[key], fallback=tuple(dict.fromkeys(chain)))
    return slots


def needed(matrices: Iterable[Iterable[Row]]) -> dict[str, str]:
    """Return the types attributes must be brought to, where an operator reads one type only."""
    found = (leaf for rows in matrices for row in rows for leaf in leaves(row.when))
    tests = (leaf for leaf in found if isinstance(leaf, Test))
    kinds = {(test.attribute, operators[test.operator].kinds) for test in tests}
    return {path: kind[0] for path, kind in kinds if len(kind) == 1 and kind[0] in TYPED}


def _matrices(
    slots: list[dict[str, Any]], asked: Definitions, faults: list[str]
) -> dict[str, Live]:
    found = {}
    for slot in (slot for slot in slots if slot["matrix"]):
        try:
            parsed = document.parse(slot["matrix"]["document"])
            ready = compiled.compile(widened(parsed, asked.hierarchies), asked.keys)
            found[slot["key"]] = Live.of(slot["matrix"]["number"], ready)
        except InvalidError as error:
            faults.append(f"matrix of {slot['key']}: {error}")
    return found
