"""The difference between two revisions of one thing, in words, whatever kind of thing it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext_noop

from personalization.flows import cells, kinds
from personalization.flows.kinds import RETIRED, Kind
from personalization.segments import drafts
from personalization.sites.models import Publication
from rules import differing
from rules.errors import InvalidError
from rules.grid.differing import fields, flat, rows
from rules.matrix.document import parse

MOST = 200
"""Sentences of one difference."""
SAID = {"hit_policy": "first"}
FIRST, AND_MORE = gettext_noop("It is the first."), gettext_noop("And more.")
"""Kept in the audit as they are: a page translates them when somebody reads them."""


def differences(kind: Kind, before: Any, after: Any) -> list[str]:
    """Return what a revision changes of another; of nothing, where there was none before."""
    if before is None:
        return [FIRST]
    if before.pk == after.pk:
        return []
    say = SPOKEN.get(kind.word, _plain)
    try:
        found = list(islice(say(kind, before, after), MOST + 1))
    except InvalidError:  # what was valid once need not be so any more
        found = list(islice(_plain(kind, before, after), MOST + 1))
    return [*found[:MOST], AND_MORE] if len(found) > MOST else found


def drafted(kind: Kind, revision: Any) -> list[str]:
    """Return what a draft changes of the revision before it."""
    same = {kind.owner: kind.owner_of(revision), "number__lt": revision.number}
    if hasattr(revision, "locale"):
        same["locale"] = revision.locale
    before = kind.rows().filter(**same).order_by("-number").first()
    return differences(kind, before, revision)


def published(publication: Publication) -> list[str]:
    """Return what a publication changes of what was in force before it."""
    found = kinds.published(publication)
    if found is None or publication.kind.endswith(RETIRED):
        return []
    before = found[0].rows().filter(pk=publication.replaced).first()
    return differences(*(found[0], before, found[1]))


def _matrix(kind: Kind, before: Any, after: Any) -> Iterator[str]:
    old, new = (cells.sheet(parse(kind.document_of(one))) for one in (before, after))
    yield from fields(flat({**SAID, **_whole(old)}), flat({**SAID, **_whole(new)}))
    yield from rows(old["rows"], new["rows"])


def _whole(sheet: cells.Sheet) -> dict[str, Any]:
    shown = {name: value for name, value in sheet["said"].items() if name != "columns"}
    fallback = shown.get("fallback")
    return {**shown, "fallback": ", ".join(fallback) if isinstance(fallback, list) else fallback}


def _segment(_: Kind, before: Any, after: Any) -> Iterator[str]:
    old, new = drafts.check(before.condition), drafts.check(after.condition)
    yield from differing.conditions(old, new)
    yield from fields(before.stability, after.stability)


def _plain(kind: Kind, before: Any, after: Any) -> Iterator[str]:
    yield from fields(flat(kind.document_of(before)), flat(kind.document_of(after)))
    yield from fields(getattr(before, "stability", {}), getattr(after, "stability", {}))


SPOKEN: Mapping[str, Callable[[Kind, Any, Any], Iterator[str]]] = {
    "matrix": _matrix,
    "segment": _segment,
}
"""Kinds that have words of their own; the others are told field by field."""
