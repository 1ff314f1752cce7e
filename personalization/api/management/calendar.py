"""``GET /api/v1/calendar``: what goes live, out of force or is frozen when, and what clashes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api.management.access import caller
from personalization.flows import daybook, pretence
from personalization.flows.daybook import Entry
from personalization.plant import clock, instants
from personalization.plant.instants import SECOND
from personalization.sites.models import Site
from rules.errors import InvalidError
from rules.lanes import ENDLESS

USUAL = 14 * 86_400 * SECOND
MOST = 100 * 86_400 * SECOND
"""A question may be about so long a time."""
LAST = instants.from_datetime(datetime(2200, 1, 1, tzinfo=UTC))
"""What lies later is not told."""
SIGN = len("2026-11-21 ")
"""Where in a time a blank stands for the plus that an address did not escape."""
NAMES = {
    name: {"type": "string"} for name in ("site", "group", "lane", "kind", "what", "zone", "by")
}
_INSTANT = {"type": "string", "format": "date-time"}
ENTRY = {
    "type": "object",
    "properties": {
        **NAMES,
        "start": _INSTANT,
        "until": {**_INSTANT, "nullable": True},
        "revision": {
            "type": "object",
            "nullable": True,
            "properties": {"kind": {"type": "string"}, "id": {"type": "integer"}},
        },
        "clashes": {"type": "array", "items": {"type": "string"}},
    },
    "required": [*NAMES, "start", "until", "revision", "clashes"],
}
TOLD = {
    "type": "object",
    "properties": {
        "from": _INSTANT,
        "until": _INSTANT,
        "entries": {"type": "array", "items": ENTRY},
    },
    "required": ["from", "until", "entries"],
}


class CalendarView(APIView):
    """Tells what lies ahead."""

    needs = {"get": "viewer"}

    @extend_schema(
        operation_id="calendar",
        parameters=[
            OpenApiParameter("site", OpenApiTypes.STR, description="a site's slug; all without it"),
            OpenApiParameter("from", OpenApiTypes.DATETIME, description="now without it"),
            OpenApiParameter("until", OpenApiTypes.DATETIME, description="two weeks later"),
        ],
        responses={200: TOLD},
        description="Schedules, rows with a date, and freezes between two instants, in order.",
    )
    def get(self, request: Request) -> Response:
        """Tell it."""
        who, now = caller(request), clock.system.now()
        start = _instant(request, "from", now)
        until = _instant(request, "until", start + USUAL)
        if not start < until <= start + MOST:
            raise InvalidError("/until", "value", "expected at most 100 days after from")
        asked = request.query_params.get("site")
        sites = {one.pk: one for one in who.visible_sites() if asked in (None, "", one.slug)}
        found = daybook.entries(who, start, until, now)
        told = [_told(one, sites[one.place.site_id]) for one in found if one.place.site_id in sites]
        edges = {"from": instants.to_text(start), "until": instants.to_text(until)}
        return Response({**edges, "entries": told})


def _instant(request: Request, name: str, usual: int) -> int:
    said = request.query_params.get(name)
    if not said:
        return usual
    found = pretence.instant(said[:SIGN] + said[SIGN:].replace(" ", "+"), f"/{name}")
    if found > LAST:
        raise InvalidError(f"/{name}", "value", "expected a year before 2200")
    return found


def _told(one: Entry, site: Site) -> dict[str, Any]:
    return {
        "site": site.slug, "group": one.place.group, "lane": one.place.name, "kind": one.kind,
        "what": one.what, "start": instants.to_text(one.start),
        "until": None if one.until >= ENDLESS else instants.to_text(one.until),
        "zone": one.zone, "by": one.by, "clashes": list(one.clashes),
        "revision": {"kind": one.ref[0], "id": one.ref[1]} if one.ref else None,
    }  # fmt: skip
