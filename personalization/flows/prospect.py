"""A site as it was, or as a draft of a matrix would have it: compiled apart, for questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from personalization.decisions.current import Compiled
from personalization.decisions.models import Matrix, MatrixRevision
from personalization.flows import assembly, hindsight
from rules import canonical
from rules.compiler import measures
from rules.conditions import Measure
from rules.errors import InvalidError
from rules.matrix.document import parse

COUNTED = "~"
"""What a measure is called that only a draft asks for: no feature's name begins so."""


class Prospect(NamedTuple):
    """A compiled site, the blueprint it was compiled from, and the revision in it."""

    site: Compiled
    source: dict[str, Any]
    revision: MatrixRevision | None


def of(site_id: int, slot: str, wanted: str | int, generation: int | None) -> Prospect:
    """Return a site with the matrix of one slot that is wanted: live, then, draft or a number.

    ``generation`` is the one that was in force; ``None`` is the present. ``InvalidError`` where
    there is no such slot or revision, and where it does not fit.
    """
    source = hindsight.source(site_id, generation)
    held = next((each for each in source["slots"] if each["key"] == slot), None)
    if held is None:
        raise InvalidError("/slot", "unknown", "expected the key of a slot")
    revision = _revision(site_id, slot, wanted, generation)
    held["matrix"] = None
    if revision is not None:
        held["matrix"] = {"number": revision.number, "document": revision.document}
        _count(source, revision)
    built, faults = assembly.build(source)
    if revision is not None and slot not in built.matrices:
        raise InvalidError("/matrix", "unsupported", "; ".join(faults)[:500])
    return Prospect(built, source, revision)


def whole(site_id: int, *, draft: bool) -> tuple[Compiled, list[str]]:
    """Return a site as it is, or with every matrix's newest revision, and what was left out."""
    source = hindsight.source(site_id)
    rows = MatrixRevision.objects.filter(matrix__slot__site_id=site_id)
    rows = rows.order_by("matrix_id", "-number").distinct("matrix_id")
    newest = {row.matrix.slot.key: row for row in rows.select_related("matrix__slot")}
    for slot in source["slots"] if draft else ():
        revision = newest.get(slot["key"])
        if revision is not None:
            slot["matrix"] = {"number": revision.number, "document": revision.document}
            _count(source, revision)
    return assembly.build(source)


def _revision(
    site_id: int, slot: str, wanted: str | int, generation: int | None
) -> MatrixRevision | None:
    rows = MatrixRevision.objects.filter(matrix__slot__site_id=site_id, matrix__slot__key=slot)
    if isinstance(wanted, int):
        found = rows.filter(number=wanted).first()
        if found is None:
            raise InvalidError("/matrix", "unknown", "expected the number of a revision")
        return found
    if wanted == "draft":
        return rows.order_by("-number").first()
    if wanted == "then" and generation is not None:
        return hindsight.matrix(site_id, slot, generation)
    live = Matrix.objects.filter(slot__site_id=site_id, slot__key=slot).select_related("live")
    return next((each.live for each in live), None)


def _count(source: dict[str, Any], revision: MatrixRevision) -> None:
    """Let a profile's events be counted for what the matrix asks and nothing live counts yet."""
    asked = {canonical.digest(one): one for one in _measures(revision)}
    added = {f"{COUNTED}{key}": canonical.document(one) for key, one in asked.items()}
    source["features"] = {**source["features"], **added}


def _measures(revision: MatrixRevision) -> Iterator[Measure]:
    for row in parse(revision.document).rows:
        if row.enabled:
            yield from (one for one in measures(row.when) if isinstance(one, Measure))
