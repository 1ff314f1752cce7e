"""What applying a rulebook to a site would change, in words and in people; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from graphlib import TopologicalSorter

from django.db import transaction

from personalization.flows import drafting, exporting, overtaking, preview
from personalization.flows.rulebook import Rulebook
from personalization.plant.clock import Clock
from rules.compiler import leaves
from rules.conditions import Member
from rules.errors import InvalidError
from rules.notations.text import write_matrix, write_segment


@dataclass(slots=True)
class Change:
    """One thing that would be otherwise: its text before and after, and whom it is about."""

    kind: str
    name: str
    before: str
    after: str
    people: Mapping[str, int] = field(default_factory=dict)
    uncounted: str = ""
    overtaken: str = ""

    @property
    def verb(self) -> str:
        """Return what happens to it in a word."""
        return "create" if not self.before else "change" if self.after else "leave"

    def diff(self) -> str:
        """Return the change line by line."""
        before, after = self.before.splitlines(True), self.after.splitlines(True)
        return "".join(unified_diff(before, after, "in force", "in the folder", n=2))


def changes(site_id: int, book: Rulebook) -> list[Change]:
    """Return what differs: segments so that each comes after those it asks for, then matrices.

    What is in force and not in the folder has no text after: it is left as it is. Each says
    where somebody else put another revision in force since the folder was exported.
    """
    yet, wanted = exporting.segments(site_id), _segments(book)
    found = [*_differing("segment", yet, wanted)]
    found += _differing("matrix", exporting.matrices(site_id), _matrices(book))
    since = overtaking.since(site_id, book.about["base"])
    for change in found if since else ():
        change.overtaken = since.get(f"{change.kind} {change.name}", "")
    return found


def _segments(book: Rulebook) -> dict[str, str]:
    asks = {slug: _members(book, slug) for slug in sorted(book.segments)}
    order = TopologicalSorter(asks).static_order()
    return {slug: write_segment(book.segments[slug]) for slug in order}


def _members(book: Rulebook, slug: str) -> list[str]:
    asked = leaves(book.segments[slug].when)
    names = {leaf.segment for leaf in asked if isinstance(leaf, Member)}
    return sorted(names & book.segments.keys() - {slug})


def _matrices(book: Rulebook) -> dict[str, str]:
    return {slot: write_matrix(book.matrices[slot]) for slot in sorted(book.matrices)}


def _differing(kind: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    for name in [*after, *sorted(before.keys() - after.keys())]:
        if before.get(name) != after.get(name):
            yield Change(kind, name, before.get(name, ""), after.get(name, ""))


def count(site_id: int, found: list[Change], book: Rulebook, clock: Clock) -> None:
    """Say of each change whom it would be about, each by itself beside what is in force."""
    for change in found:
        with transaction.atomic():
            if change.after:
                _counted(site_id, change, book, clock)
            transaction.set_rollback(True)


def _counted(site_id: int, change: Change, book: Rulebook, clock: Clock) -> None:
    try:
        revision = drafting.draft(site_id, change.kind, change.name, book, "plan")
        change.people = preview.KINDS[change.kind].count(revision, clock)
    except InvalidError as fault:
        change.uncounted = str(fault)
