"""Following one visitor: what they did, which segments they moved through, what they were shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from personalization.decisions.models import LoggedDecision
from personalization.events.models import Logged
from personalization.profiles.models import Identity
from personalization.segments import conclusions
from personalization.segments.models import Definition, Member, Move, Timer
from personalization.sites.models import Site
from personalization.sites.naming import identity_id

NEWEST = 60
"""So many of each kind are told; whoever listens keeps what it has heard before."""
SEEN = ("product_id", "name", "category", "price", "revenue", "slot", "variant", "path", "order_id")
Told = dict[str, Any]


def follow(site: Site, name: str, now: int) -> Told:
    """Return what is known of the visitor with this anonymous or user id, newest first."""
    ids = [identity_id(site.pk, kind, name) for kind in ("anonymous", "user")]
    found = Identity.objects.filter(pk__in=ids).order_by("kind").first()
    told: Told = {"now": now, "visitor": name, "known": found is not None, "derived": {}}
    if found is None:
        return told | {"events": [], "moves": [], "decisions": [], "segments": [], "due": None}
    names = _names(site.pk)
    return told | {
        "profile": found.view.hex,
        "events": _events(found.pk),
        "moves": _moves(found.view, names),
        "decisions": _decisions(found.view),
        "segments": _segments(found.view, names),
        "derived": conclusions.newest(found.view),
        "due": Timer.objects.filter(profile=found.view).values_list("due", flat=True).first(),
    }


def _events(identity: UUID) -> list[Told]:
    rows = Logged.objects.filter(Q(device=identity) | Q(owner=identity)).order_by("-id")[:NEWEST]
    return [
        {
            "id": row.pk,
            "at": row.at,
            "took": row.received_at - row.at,
            "name": row.name,
            "seen": _seen(bytes(row.body)),
            "marks": row.marks,
        }
        for row in rows
    ]


def _seen(body: bytes) -> Told:
    told = orjson.loads(body)
    properties = {**(told.get("traits") or {}), **(told.get("properties") or {})}
    return {name: properties[name] for name in SEEN if name in properties}


def _names(site_id: int) -> dict[str, tuple[str, str]]:
    """Return each definition's segment: its slug and name."""
    rows = Definition.objects.filter(site_id=site_id).order_by("generation")
    columns = ("key", "revision__segment__slug", "revision__segment__name")
    return {key: (slug, name) for key, slug, name in rows.values_list(*columns)}


def _moves(profile: UUID, names: dict[str, tuple[str, str]]) -> list[Told]:
    rows = Move.objects.filter(profile=profile, superseded_at=None).order_by("-id")[:NEWEST]
    return [
        {
            "id": row.pk,
            "at": row.effective_at,
            "recorded": row.recorded_at,
            "segment": names.get(row.key, (row.key, row.key))[1],
            "entered": row.entered,
            "cause": row.cause,
            "values": row.values,
        }
        for row in rows
    ]


def _decisions(profile: UUID) -> list[Told]:
    rows = LoggedDecision.objects.filter(profile=profile).order_by("-id")[:NEWEST]
    columns = ("pk", "decided_at", "slot", "variant", "reason", "row", "values", "revision")
    return [{name.removeprefix("decided_"): getattr(row, name) for name in columns} for row in rows]


def _segments(profile: UUID, names: dict[str, tuple[str, str]]) -> list[Told]:
    rows = Member.objects.filter(profile=profile).order_by("-since")
    return [
        {"slug": names[row.key][0], "name": names[row.key][1], "since": row.since}
        for row in rows
        if row.key in names
    ]
