"""Following one visitor: what they did, which segments they moved through, what they were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from personalization.decisions.models import LoggedDecision
from personalization.events.models import Logged
from personalization.flows import onlooking, revealing, whom
from personalization.flows.onlooking import BEHIND, KINDS, WANTED, Wish
from personalization.flows.revealing import Names, Told
from personalization.profiles.models import Identity
from personalization.segments import conclusions
from personalization.segments.models import Member, Move, Timer
from personalization.sites.models import Site

NEWEST = 60
"""So many of each kind are told; whoever listens keeps what it has heard before."""
EVERYTHING = Wish()


def follow(
    site: Site, name: str, now: int, *, personal: bool = True, wish: Wish = EVERYTHING
) -> Told:
    """Return what is known of the visitor with this anonymous or user id, newest first.

    ``name`` may be the id of the identity or the profile, too. What they did and were is told
    without the values of theirs where it is not ``personal``. ``after`` is for the next time, and
    ``missed`` how much of each kind happened since that is not told.
    """
    found, known = whom.called(site.pk, name), revealing.names(site.pk)
    told: Told = {"now": now, "visitor": name, "known": found is not None, "derived": {}}
    seen = {kind: _newest(kind, rows, wish, known) for kind, rows in _all(found).items()}
    told["after"] = {
        kind: max([wish.after.get(kind, 0), *(row.pk for row in rows)])
        for kind, (rows, _) in seen.items()
    }
    told["missed"] = {kind: seen[kind][1] for kind in KINDS if kind in wish.after}
    told["events"] = revealing.events(seen["event"][0], personal=personal)
    told["moves"] = revealing.moves(seen["move"][0], known, personal=personal)
    told["decisions"] = revealing.decisions(seen["decision"][0], personal=personal)
    if found is None:
        return told | {"segments": [], "due": None}
    return told | {
        "profile": found.view.hex,
        "segments": _segments(found.view, known),
        "derived": conclusions.newest(found.view) if personal else {},
        "due": Timer.objects.filter(profile=found.view).values_list("due", flat=True).first(),
    }


def _all(found: Identity | None) -> Mapping[str, QuerySet[Any]]:
    """Return by kind all that happened to somebody; of nobody, nothing."""
    tables: Mapping[str, Any] = {"event": Logged, "move": Move, "decision": LoggedDecision}
    if found is None:
        return {kind: model.objects.none() for kind, model in tables.items()}
    return {
        "event": Logged.objects.filter(Q(device=found.pk) | Q(owner=found.pk)),
        "move": Move.objects.filter(profile=found.view, superseded_at=None),
        "decision": LoggedDecision.objects.filter(profile=found.view),
    }


def _newest(kind: str, rows: QuerySet[Any], wish: Wish, known: Names) -> tuple[Sequence[Any], int]:
    """Return the newest rows that are wished for, and how many more there are since."""
    wanted, seen = onlooking.wanted(kind, wish, known), wish.after.get(kind)
    if wanted is not None:
        rows = rows.filter(**{f"{WANTED[kind]}__in": wanted})
    if seen is None:
        return list(rows.order_by("-pk")[:NEWEST]), 0
    told = list(rows.filter(pk__gt=seen - BEHIND).order_by("-pk")[:NEWEST])
    fresh = sum(row.pk > seen for row in told)
    return told, rows.filter(pk__gt=seen).count() - fresh if fresh == NEWEST else 0


def _segments(profile: UUID, names: Names) -> list[Told]:
    rows = Member.objects.filter(profile=profile).order_by("-since")
    return [
        {"slug": names[row.key][0], "name": names[row.key][1], "since": row.since}
        for row in rows
        if row.key in names
    ]
