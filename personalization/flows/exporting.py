"""A site's rules in force as the files of a rulebook: what is read back is what was written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import orjson
from django.db.models import F

from personalization.decisions.models import MatrixRevision
from personalization.flows import blueprint, overtaking
from personalization.flows.rulebook import ABOUT, SITE
from personalization.plant import sql
from personalization.segments import drafts
from personalization.segments.models import SegmentRevision
from rules.matrix import document
from rules.notations.text import write_matrix, write_segment
from rules.segment import Segment

PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def files(site_id: int) -> dict[str, str]:
    """Return the text of every file by its path in the folder."""
    found = {f"segments/{slug}.segment": text for slug, text in segments(site_id).items()}
    found |= {name_of(slot): text for slot, text in matrices(site_id).items()}
    return found | {SITE: orjson.dumps(about(site_id), option=PRETTY).decode()}


def name_of(slot: str) -> str:
    """Return the file of a slot's matrix: what no file may be called is percent-encoded.

    >>> name_of("home/hero")
    'matrices/home%2Fhero.matrix'
    """
    return f"matrices/{quote(slot, safe=' ')}.matrix"


def segments(site_id: int) -> dict[str, str]:
    """Return the segments in force as text, by slug; members of sets are their sets'."""
    rows = SegmentRevision.objects.filter(
        segment__site_id=site_id, segment__part_of=None, segment__live=F("pk")
    ).select_related("segment")
    return {row.segment.slug: write_segment(said(row)) for row in rows.order_by("segment__slug")}


def said(row: SegmentRevision) -> Segment:
    """Return a revision as the value its text says."""
    held, stability = row.segment, drafts.stability_of(row.stability)
    condition = drafts.check(row.condition)
    name = "" if held.name == held.slug else held.name
    return Segment(held.slug, condition, stability, name, held.description, held.visible)


def matrices(site_id: int) -> dict[str, str]:
    """Return the matrices in force as text, by slot."""
    rows = MatrixRevision.objects.filter(matrix__slot__site_id=site_id, matrix__live=F("pk"))
    found = {}
    for row in rows.select_related("matrix__slot").order_by("matrix__slot__key"):
        slot = row.matrix.slot.key
        found[slot] = write_matrix(replace(document.parse(row.document), slot=slot))
    return found


def about(site_id: int) -> dict[str, Any]:
    """Return what of the site its rules stand on, for scenarios that are tried without it."""
    [(source,)] = sql.rows(blueprint.ROWS, [site_id])
    found = {name: source["site"][name] for name in ("timezone", "locale", "consent")}
    kinds = {path: kind for path, kind, _ in source["attributes"] if kind}
    sets = {slug: {"document": d, "stability": s} for slug, d, s, _ in source["sets"]}
    fallbacks = {slot["key"]: slot["fallback"] for slot in source["slots"]}
    found |= {"features": source["features"], "hierarchies": source["hierarchies"]}
    found |= {"base": overtaking.numbers(site_id)}
    return ABOUT | found | {"attributes": kinds, "sets": sets, "fallbacks": fallbacks}
