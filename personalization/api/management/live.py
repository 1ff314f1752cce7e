"""``GET /api/v1/live``: what happens on a site, or to one visitor, from event to decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api import looking
from personalization.api.management.access import caller
from personalization.api.management.sited import site_of
from personalization.flows import following, onlooking, pulse
from personalization.flows.onlooking import Wish
from personalization.plant import clock, instants
from personalization.sites.models import Site

INSTANTS = ("at", "recorded", "since")
KINDS = {"events": "event", "moves": "move", "decisions": "decision"}
"""What an answer calls the rows of each kind."""
ABOUT = ("visitor", "known", "profile", "derived")
_INSTANT = {"type": "string", "format": "date-time"}
_NUMBERS = {"type": "object", "additionalProperties": {"type": "number"}}
ROW = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "at": _INSTANT},
    "required": ["id", "at"],
    "additionalProperties": True,
}
VISITOR = {
    "type": "object",
    "nullable": True,
    "properties": {
        "visitor": {"type": "string"},
        "known": {"type": "boolean"},
        "profile": {"type": "string"},
        "segments": {"type": "array", "items": {"type": "object"}},
        "derived": {"type": "object"},
        "due": {**_INSTANT, "nullable": True},
        "channel": {"type": "string"},
    },
    "required": ["visitor", "known", "segments", "derived", "due", "channel"],
}
TOLD = {
    "type": "object",
    "properties": {
        **{name: {"type": "array", "items": ROW} for name in KINDS},
        "cursor": {"type": "string"},
        "missed": _NUMBERS,
        "now": _INSTANT,
        "visitor": VISITOR,
        "recent": {"type": "array", "items": {"type": "string"}},
        "waits": _NUMBERS,
        "counters": _NUMBERS,
    },
    "required": [*KINDS, *("cursor", "missed", "now", "visitor", "recent", "waits", "counters")],
}


class LiveView(APIView):
    """Tells what happens, as the live page of the desk does."""

    needs = {"get": "viewer"}

    @extend_schema(
        operation_id="live",
        parameters=[
            OpenApiParameter("site", OpenApiTypes.STR, description="a site's slug"),
            OpenApiParameter("visitor", OpenApiTypes.STR, description="one visitor alone: an id"),
            OpenApiParameter("event", OpenApiTypes.STR, description="events of this name"),
            OpenApiParameter("segment", OpenApiTypes.STR, description="moves of this segment"),
            OpenApiParameter("slot", OpenApiTypes.STR, description="decisions for this slot"),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="where an answer ended"),
        ],
        responses={200: TOLD},
        description="Events, moves and decisions behind a cursor, newest first; without one the "
        "newest. Rows may be told again: their ids tell. ``missed`` counts what is left out.",
    )
    def get(self, request: Request) -> Response:
        """Tell it."""
        asked, now = request.query_params.dict(), clock.system.now()
        site = site_of(request, asked.get("site"), "viewer")
        wish = looking.wish(asked, _after(asked.get("cursor", "")))
        personal = looking.is_personal(caller(request), site)
        name = asked.get("visitor", "")[: looking.LONGEST]
        told = (_one if name else _all)(site, name, now, wish, personal)
        beat = pulse.beat(site.pk, now)
        told |= {"recent": pulse.recent(site.pk, personal=personal), **beat}
        response = Response(told | {"now": instants.to_text(now)})
        response.headers["Cache-Control"] = "no-store"
        return response


def _after(cursor: str) -> dict[str, int]:
    found = looking.after(cursor)
    if cursor and not found:
        raise ValidationError({"cursor": "expected a cursor of this stream"})
    return found


def _all(site: Site, _: str, __: int, wish: Wish, personal: bool) -> dict[str, Any]:
    found = onlooking.look(site.pk, wish, personal=personal)
    rows = {name: _rows(found["rows"][kind]) for name, kind in KINDS.items()}
    seen = {"cursor": looking.cursor(found["after"]), "missed": found["missed"]}
    return {**rows, **seen, "visitor": None}


def _one(site: Site, name: str, now: int, wish: Wish, personal: bool) -> dict[str, Any]:
    found = following.follow(site, name, now, personal=personal, wish=wish)
    about = {word: found[word] for word in ABOUT if word in found}
    about |= {
        "segments": _rows(found["segments"]),
        "due": None if found["due"] is None else instants.to_text(found["due"]),
        "channel": looking.channel(site, name, now) if personal else "",
    }
    rows = {word: _rows(found[word]) for word in KINDS}
    seen = {"cursor": looking.cursor(found["after"]), "missed": found["missed"]}
    return {**rows, **seen, "visitor": about}


def _rows(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with an id and with their instants as text."""
    return [
        {
            ("id" if name == "pk" else name): instants.to_text(value) if name in INSTANTS else value
            for name, value in row.items()
        }
        for row in rows
    ]
