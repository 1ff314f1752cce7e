"""Following one visitor: what they did, which segments they moved through, what they were shown."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from personalization.decisions.models import LoggedDecision
from personalization.events.models import Logged
from personalization.flows import revealing
from personalization.flows.revealing import Told
from personalization.profiles.models import Identity
from personalization.segments import conclusions
from personalization.segments.models import Member, Move, Timer
from personalization.sites.models import Site
from personalization.sites.naming import identity_id

NEWEST = 60
"""So many of each kind are told; whoever listens keeps what it has heard before."""


def follow(site: Site, name: str, now: int, *, personal: bool = True) -> Told:
    """Return what is known of the visitor with this anonymous or user id, newest first.

    ``name`` may be the id of the identity or the profile, too. What they did and were is told
    without the values of theirs where it is not ``personal``.
    """
    ids = [identity_id(site.pk, kind, name) for kind in ("anonymous", "user")]
    found = Identity.objects.filter(pk__in=ids).order_by("kind").first() or _by_id(site.pk, name)
    told: Told = {"now": now, "visitor": name, "known": found is not None, "derived": {}}
    if found is None:
        return told | {"events": [], "moves": [], "decisions": [], "segments": [], "due": None}
    known = revealing.names(site.pk)
    return told | {
        "profile": found.view.hex,
        "events": _events(found.pk, personal=personal),
        "moves": _moves(found.view, known, personal=personal),
        "decisions": _decisions(found.view, personal=personal),
        "segments": _segments(found.view, known),
        "derived": conclusions.newest(found.view) if personal else {},
        "due": Timer.objects.filter(profile=found.view).values_list("due", flat=True).first(),
    }


def _by_id(site_id: int, name: str) -> Identity | None:
    """Return the identity an id stands for, or one of those of a profile."""
    try:
        wanted = UUID(hex=name)
    except ValueError:
        return None
    rows = Identity.objects.filter(Q(pk=wanted) | Q(person=wanted), site_id=site_id)
    return rows.order_by("kind", "pk").first()


def _events(identity: UUID, *, personal: bool) -> list[Told]:
    rows = Logged.objects.filter(Q(device=identity) | Q(owner=identity)).order_by("-id")[:NEWEST]
    return [
        {
            "id": row.pk,
            "at": row.at,
            "took": row.received_at - row.at,
            "name": row.name,
            "seen": revealing.seen(bytes(row.body), personal=personal),
            "marks": row.marks,
        }
        for row in rows
    ]


def _moves(profile: UUID, names: dict[str, tuple[str, str]], *, personal: bool) -> list[Told]:
    rows = Move.objects.filter(profile=profile, superseded_at=None).order_by("-id")[:NEWEST]
    return [
        {
            "id": row.pk,
            "at": row.effective_at,
            "recorded": row.recorded_at,
            "segment": names.get(row.key, (row.key, row.key))[1],
            "entered": row.entered,
            "cause": row.cause,
            "values": row.values if personal else {},
        }
        for row in rows
    ]


def _decisions(profile: UUID, *, personal: bool) -> list[Told]:
    rows = LoggedDecision.objects.filter(profile=profile).order_by("-id")[:NEWEST]
    columns = ("pk", "decided_at", "slot", "variant", "reason", "row", "values", "revision")
    told = [{name.removeprefix("decided_"): getattr(row, name) for name in columns} for row in rows]
    return told if personal else [{**one, "values": {}} for one in told]


def _segments(profile: UUID, names: dict[str, tuple[str, str]]) -> list[Told]:
    rows = Member.objects.filter(profile=profile).order_by("-since")
    return [
        {"slug": names[row.key][0], "name": names[row.key][1], "since": row.since}
        for row in rows
        if row.key in names
    ]
