"""Who was in a segment at an instant, and what became of one profile, read from the moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from personalization.plant import sql
from personalization.plant.instants import to_text
from personalization.segments.models import Definition, Member, Move


class Stay(NamedTuple):
    """A profile that is in a segment, and since when (microseconds UTC)."""

    profile: str
    since: int


AT = """
SELECT profile, effective_at FROM (
    SELECT DISTINCT ON (profile) profile, effective_at, entered FROM segments_move
    WHERE site_id = %s AND key = %s AND effective_at <= %s AND superseded_at IS NULL
        AND (%s::uuid IS NULL OR profile = %s::uuid)
    ORDER BY profile, effective_at DESC, id DESC
) latest WHERE entered ORDER BY profile
"""


def members_at(site_id: int, key: str, instant: int, profile: UUID | None = None) -> list[Stay]:
    """Return who was in at an instant: the latest unsuperseded move up to it was an entry."""
    asked = str(profile) if profile else None
    rows = sql.rows(AT, [site_id, key, instant, asked, asked])
    return [Stay(found.hex, since) for found, since in rows]


def members_now(site_id: int, key: str, profile: UUID | None = None) -> QuerySet[Member]:
    """Return who is in now."""
    rows = Member.objects.filter(key=key, site_id=site_id).order_by("profile")
    return rows.filter(profile=profile) if profile else rows


def among(site_id: int, key: str, profiles: Iterable[str]) -> set[str]:
    """Return which of these profiles are in now."""
    rows = Member.objects.filter(key=key, site_id=site_id, profile__in=list(profiles))
    return {found.hex for found in rows.values_list("profile", flat=True)}


def of(site_id: int, profile: UUID, most: int) -> list[dict[str, Any]]:
    """Return a profile's newest moves, corrected ones too, by when they happened, as JSON."""
    moves = Move.objects.filter(profile=profile, site_id=site_id)
    rows = list(moves.order_by("-effective_at", "-id")[:most])
    slugs = names(site_id, (row.key for row in rows))
    return [plain(row, slugs.get(row.key)) for row in rows]


def plain(row: Move, slug: str | None) -> dict[str, Any]:
    """Return a move as JSON, with its cause and the values seen."""
    corrected = row.superseded_at
    return {
        "segment": slug or row.key,
        "move": "entered" if row.entered else "left",
        "at": to_text(row.effective_at),
        "recorded": to_text(row.recorded_at),
        "cause": row.cause,
        "values": row.values,
        "corrected": to_text(corrected) if corrected is not None else None,
    }


def stays(site_id: int, profile: UUID, slugs: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the segments a profile is in now and since when; ``slugs`` names the keys in force."""
    rows = Member.objects.filter(key__in=list(slugs), profile=profile, site_id=site_id)
    found = rows.order_by("since", "key")
    return [{"segment": slugs[row.key], "since": to_text(row.since)} for row in found]


def names(site_id: int, keys: Iterable[str]) -> dict[str, str]:
    """Return the segment's slug for each definition key that ever stood for one."""
    rows = Definition.objects.filter(site_id=site_id, key__in=set(keys)).order_by("generation")
    return dict(rows.values_list("key", "revision__segment__slug"))


def named(rows: QuerySet[Move]) -> QuerySet[Move]:
    """Return the moves, each with the slug its definition's key last stood for."""
    stood = Definition.objects.filter(key=OuterRef("key"), site_id=OuterRef("site_id"))
    slugs = stood.order_by("-generation").values("revision__segment__slug")
    return rows.annotate(slug=Subquery(slugs[:1]))
