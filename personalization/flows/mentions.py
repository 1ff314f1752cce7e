"""Where the documents of a site name something: in force, newest, or on the way to be in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from personalization.features.models import Feature
from personalization.flows.kinds import KINDS, Kind
from personalization.segments.lists import SegmentList
from personalization.segments.models import SegmentRevision
from personalization.sites.inuse import Use
from personalization.sites.reviews import Review
from rules.reviewing import APPROVED, IN_REVIEW, SCHEDULED

WORDS = ("matrix", "segment", "set", "trigger", "stages")
"""The kinds whose documents ask about people."""
Test = Callable[[Any], bool]
"""Tells of one part of a document, which is a record, a word or a record's key."""


def asked(site_id: int, test: Test, but: Any = None, more: tuple[str, ...] = ()) -> list[Use]:
    """Return what has a document with a part that passes the test; ``but`` is left out."""
    words = (*WORDS, *more)
    found = [use for word in words for use in revised(site_id, KINDS[word], names(test), but)]
    rolls = SegmentList.objects.filter(segment__site_id=site_id, condition__isnull=False)
    held: list[tuple[str, Any, Any]] = [
        ("list", roll, roll.condition) for roll in rolls.select_related("segment")
    ]
    measures = Feature.objects.filter(site_id=site_id).order_by("pk")
    held += [("feature", one, one.measure) for one in measures]
    return found + [
        Use(word, row, str(row), live=True)
        for word, row, said in held
        if but not in {row, getattr(row, "segment", None)} and names(test)(said)
    ]


def revised(
    site_id: int, kind: Kind, test: Callable[[Any], bool], but: Any = None
) -> Iterator[Use]:
    """Yield the things of one kind of which a revision that counts passes the test.

    Those that count are the revision in force, the newest, and what is reviewed or scheduled.
    """
    rows = kind.rows().filter(**{kind.site: site_id})
    if kind.model is SegmentRevision:
        rows = rows.filter(segment__part_of=None)
    if but is not None and isinstance(but, kind.model._meta.get_field(kind.owner).related_model):  # noqa: SLF001
        rows = rows.exclude(**{kind.owner: but})
    whose = [f"{kind.owner}_id", *(["locale"] if hasattr(kind.model, "locale") else [])]
    newest = rows.order_by(*whose, "-number").distinct(*whose).values("pk")
    under = Review.objects.filter(
        site_id=site_id, kind=kind.word, state__in=(IN_REVIEW, APPROVED, SCHEDULED)
    )
    counts = Q(pk__in=newest) | Q(status="live") | Q(pk__in=under.values("revision_id"))
    seen: dict[int, Use] = {}
    for row in rows.filter(counts).select_related(kind.owner).order_by(*whose, "number"):
        if test(kind.document_of(row)):
            before = seen.get((owner := kind.owner_of(row)).pk)
            live = row.status == "live" or (before is not None and before.live)
            seen[owner.pk] = Use(kind.word, owner, str(owner), live)
    yield from seen.values()


def names(test: Test) -> Callable[[object], bool]:
    """Return whether a document has a part that passes a test, wherever in it."""

    def found(document: object) -> bool:
        waiting = [document]
        while waiting:
            part = waiting.pop()
            if not isinstance(part, list) and test(part):
                return True
            waiting += _inner(part)
        return False

    return found


def path(wanted: str) -> Test:
    """Return the test of a part that names an attribute, itself or as a placeholder in a text."""

    def named(part: object) -> bool:
        _, *holes = part.split("{{") if isinstance(part, str) else ("",)
        return part == wanted or any(_hole(hole) == wanted for hole in holes)

    return named


def _hole(text: str) -> str:
    return text.partition("}}")[0].partition("|")[0].strip()


def _inner(part: object) -> list[object]:
    if isinstance(part, dict):
        return [*part, *part.values()]
    return part if isinstance(part, list) else []
