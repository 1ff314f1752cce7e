"""What the page about a matrix's file says: states, counts, conflicts and refusals in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from personalization.flows.intake import Look
from personalization.sites.phrasebook import spoken
from rules import filing
from rules.errors import InvalidError
from rules.grid.contrast import Cell, Line
from rules.matrix.merging import Conflict

MOST = 300
"""Rows that are shown; the others are counted."""
STATES: Mapping[str, object] = {
    "added": _("added"),
    "removed": _("removed"),
    "changed": _("changed"),
    "moved": _("moved"),
}


def label(notation: str) -> str:
    """Return the label of a notation by its name; nothing where a file is of none."""
    known = filing.tables().get(notation)
    return known.label if known else ""


def unsaid(name: str, number: int, fault: InvalidError) -> str:
    """Say that a notation has no words for something in a revision."""
    known = filing.tables()[name].label
    told = {"number": number, "notation": known, "at": fault.at, "said": spoken(fault.message)}
    return (
        gettext("Revision %(number)s cannot be written as %(notation)s: %(said)s (%(at)s)") % told
    )


def of(found: Look) -> dict[str, Any]:
    """Return the difference as the page draws it: only columns in which something stands."""
    lines = found.rows.lines[:MOST]
    shown = [
        i for i, _name in enumerate(found.rows.headings)
        if any(line.cells[i].was or line.cells[i].now for line in lines)
    ]  # fmt: skip
    more = len(found.rows.lines) - len(lines)
    return {
        "headings": [found.rows.headings[i] for i in shown],
        "lines": [_line(line, shown) for line in lines],
        "counts": _counts(found),
        "more": more,
        "conflicts": [_conflict(each) for each in found.conflicts],
    }


def _line(line: Line, shown: list[int]) -> dict[str, Any]:
    number = line.after or line.before
    moved = gettext("moved from %(row)s") % {"row": line.before} if line.moved else ""
    return {
        "number": number,
        "state": line.state,
        "word": STATES[line.state] if line.state != "moved" else moved,
        "moved": moved if line.state != "moved" else "",
        "cells": [_cell(line.cells[i], line.state) for i in shown],
    }


def _cell(cell: Cell, row: str) -> dict[str, Any]:
    whole = row in ("added", "removed")
    return {"state": row if whole and cell.state != "same" else cell.state, "cell": cell}


def _counts(found: Look) -> list[str]:
    said = found.rows.counts
    told = (
        (said["added"], ngettext("%(n)s row added", "%(n)s rows added", said["added"])),
        (said["removed"], ngettext("%(n)s row removed", "%(n)s rows removed", said["removed"])),
        (said["changed"], ngettext("%(n)s row changed", "%(n)s rows changed", said["changed"])),
        (said["moved"], ngettext("%(n)s row moved", "%(n)s rows moved", said["moved"])),
    )
    return [words % {"n": count} for count, words in told if count]


def _conflict(each: Conflict) -> str:
    if each.kind == "order":
        return gettext("Both changed the order of the rows.")
    if each.kind != "row":
        return gettext("Both changed %(name)s.") % {"name": each.kind}
    told = {"id": each.subject}
    if each.ours is None:
        return gettext("Row %(id)s: the file removes it, and somebody changed it.") % told
    if each.theirs is None:
        return gettext("Row %(id)s: the file changes it, and somebody removed it.") % told
    return gettext("Row %(id)s: both changed it.") % told
