"""A matrix document as a readable table: if, then, rollout, schedule, enabled, note, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from rules.errors import InvalidError
from rules.parser import parse
from rules.scopes import Scope
from rules.wording import words


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    number: int
    condition: str
    then: str
    rollout: str
    schedule: str
    enabled: bool
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table; what everyone else gets stands in its last row."""

    hit_policy: str
    lines: tuple[Line, ...]
    fallback: str


def of(document: Any) -> Table:
    """Return the table of a matrix document; what cannot be read is said in its cell."""
    if not isinstance(document, Mapping):
        return Table("?", (), gettext("not a matrix"))
    rows = document.get("rows") or []
    chain = document.get("fallback") or []
    return Table(
        str(document.get("hit_policy", "first")),
        tuple(_line(number, row) for number, row in enumerate(rows, 1)),
        " → ".join(map(str, chain)) or gettext("the slot's own fallback"),
    )


def summary(document: Any) -> str:
    """Return a matrix document in one short sentence."""
    found = of(document)
    count = len(found.lines)
    said = ngettext("%(count)d row", "%(count)d rows", count) % {"count": count}
    told = gettext("%(rows)s; hit policy %(policy)s; everyone else: %(fallback)s")
    return told % {"rows": said, "policy": found.hit_policy, "fallback": found.fallback}


def _line(number: int, row: Mapping[str, Any]) -> Line:
    rollout = row.get("rollout", 100)
    return Line(
        number,
        _condition(row.get("when")),
        _then(row.get("then") or {}),
        gettext("everybody") if rollout == 100 else f"{rollout} %",  # noqa: PLR2004 -- per cent
        _schedule(row.get("active") or {}),
        bool(row.get("enabled", True)),
        str(row.get("note") or ""),
    )


def _condition(document: Any) -> str:
    try:
        return words(parse(document, scope=Scope.MATRIX))
    except InvalidError as fault:
        return gettext("not valid: %(why)s") % {"why": fault}


def _then(outcome: Mapping[str, Any]) -> str:
    if "experiment" in outcome:
        return gettext("Experiment %(name)s") % {"name": outcome["experiment"]}
    parts = [
        str(value) if name == "variant" else f"{name} {value}" for name, value in outcome.items()
    ]
    return ", ".join(parts) or gettext("nothing")


def _schedule(active: Mapping[str, Any]) -> str:
    start, end = active.get("from"), active.get("until")
    parts = [
        gettext("from %(start)s") % {"start": start} if start else "",
        gettext("until %(end)s") % {"end": end} if end else "",
    ]
    said = " ".join(filter(None, parts))
    return f"{said} ({active.get('zone', 'UTC')})" if said else gettext("always")
