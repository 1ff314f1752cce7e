"""What uses a thing: said by those who know every room, asked before anything is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from personalization.sites.codewords import worded
from rules.errors import InvalidError

SHOWN = 5


class Use(NamedTuple):
    """One use: what kind of thing uses it, which row, its name, and whether that is in force.

    What does not bind is told, and holds nobody from deleting.
    """

    kind: str
    row: Model
    name: str
    live: bool
    binds: bool = True

    @property
    def url(self) -> str:
        """The page of what uses it; none where it has no page."""
        meta = self.row._meta  # noqa: SLF001 -- Django's own name of it
        try:
            return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[self.row.pk])
        except NoReverseMatch:
            return ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


TOLD: list[Callable[[Any], list[Use]]] = []
"""Who is asked what uses a row."""
HELD: list[Callable[[Any], str]] = []
"""Who is asked why a row cannot go as it stands, besides that it is used: empty where it can."""


def of(row: Any) -> list[Use]:
    """Return what uses a row, in a steady order."""
    return [use for tell in TOLD for use in tell(row)]


def reasons(row: Any) -> list[str]:
    """Return why a row cannot be deleted; nothing where it can."""
    held = [said for hold in HELD if (said := hold(row))]
    return held + [str(use) for use in of(row) if use.binds]


def refuse(row: Any) -> None:
    """Raise ``InvalidError`` that names what uses a row, or what holds it, if anything does."""
    if found := reasons(row):
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        expected = f"expected something not in use, and this is: {', '.join(found[:SHOWN])}{more}"
        raise InvalidError("", "used", expected)


@admin.display(description=_("used by"))
def used_by(row: Any) -> str:
    """Return a column that links what uses a row."""
    found = [(use.url, worded(use.kind), use.name) for use in of(row)] if row and row.pk else []
    return format_html_join(", ", '<a href="{}">{} {}</a>', found) or "-"
