"""What the checker finds in a matrix, knowing its site: attributes, their types, segments."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container
from dataclasses import replace
from threading import Lock
from typing import Any

from personalization.decisions import drafts
from personalization.flows import declared, definitions
from personalization.profiles import catalogue
from rules.errors import InvalidError
from rules.matrix.check.checker import STEPS, Checker
from rules.matrix.check.findings import Finding, Report
from rules.matrix.check.findings import document as write
from rules.matrix.check.relations import implied
from rules.matrix.document import Matrix, parse
from rules.matrix.policies import POLICIES
from rules.matrix.widening import widened
from rules.stability import Stability

REFUSED = ("overlap", "conflict")
"""Who is meant by rows that must not meet gets the fallback: this is not published."""
_TRAITS = "traits."
KEPT = 8
"""So many checkers remember what they found."""
_checkers: OrderedDict[tuple[int, str, int], tuple[Any, Checker]] = OrderedDict()
_lock = Lock()


def refuse(site: int, matrix: Matrix) -> None:
    """Raise InvalidError where the checker finds what would be answered with the fallback."""
    if not POLICIES[matrix.hit_policy].alone:
        return
    wrong = [found for found in inspect(site, matrix, STEPS) if found.severity == "error"]
    wrong = [found for found in wrong if found.code in REFUSED]
    if wrong:
        message, others = wrong[0].sentence, len(wrong) - 1
        if others:
            message = f"{message} And {others} more like it."
        raise InvalidError("/rows", wrong[0].code, message)


def remarks(site: int, stored: object) -> list[dict[str, object]]:
    """Return as JSON what is found in a stored document, nothing where it cannot be read."""
    try:
        matrix = parse(stored)
    except InvalidError:
        return []
    return [write(found) for found in inspect(site, matrix, drafts.STEPS)]


def inspect(site: int, matrix: Matrix, steps: int) -> list[Finding]:
    """Return what is found in a matrix within so many steps.

    Only types that people chose are relied on: a value of another type is brought to it or dropped.
    Only segments without delays are taken for what their condition says.
    """
    asked = definitions.live(site)
    stated = declared.segments(site)
    exact = {name: said for name, (said, delays) in stated.items() if delays == Stability()}
    types = {f"{_TRAITS}{path}": kind for path, kind in catalogue.overrides(site).items()}
    wide = widened(matrix, asked.hierarchies)
    report = _checked(site, (types, exact, tuple(implied(matrix.rows, exact))), wide, steps)
    known = set(catalogue.types(site)) | set(types)
    return [found for told in report.findings for found in _weighed(told, known, asked.segments)]


def _checked(site: int, ground: tuple[Any, Any, Any], matrix: Matrix, steps: int) -> Report:
    """Check with what was found out before, as long as it stands on the same ground.

    A checker is taken off the shelf while it works: two that type at once each have their own.
    """
    key, kept = (site, matrix.slot, steps), None
    with _lock:
        kept = _checkers.pop(key, None)
    if kept is None or kept[0] != ground:
        kept = (ground, Checker(*ground, steps))
    report = kept[1].check(matrix)
    with _lock:
        _checkers[key] = kept
        while len(_checkers) > KEPT:
            _checkers.popitem(last=False)
    return report


def _weighed(found: Finding, known: Container[str], segments: Container[str]) -> list[Finding]:
    """Return a finding, weaker where the site may yet learn of what it does not know."""
    if found.code == "missing_segment":
        return [] if found.column in segments else [found]
    if found.code != "missing_attribute":
        return [found]
    if found.column in known or not found.column.startswith(_TRAITS):
        return []
    return [replace(found, doubt=True)]
