"""``GET /v1/events``: what happened on a site, in an order that never changes, from a cursor on."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personalization.api.management.access import caller
from personalization.api.management.errors import shape
from personalization.push import cursor, endpoints, news

NOW = "now"
USUAL, MOST = 100, 1_000
WIDEST = 50
"""Types that may be asked for at once."""


class FeedView(APIView):
    """The replay feed: the same envelopes as the webhooks, one by one."""

    needs = {"get": "viewer"}

    @extend_schema(
        operation_id="list_events",
        parameters=[
            OpenApiParameter("cursor", description="where an answer ended; now: what comes next"),
            OpenApiParameter("types", description="with commas, like segment.*,slot.changed"),
            OpenApiParameter("limit", int, description=f"at most {MOST}"),
        ],
        responses={200: OpenApiTypes.OBJECT, 410: OpenApiTypes.OBJECT},
        description="News behind a cursor, oldest first; 410 says where to begin anew.",
    )
    def get(self, request: Request) -> Response:
        """Answer one page."""
        site = _site(request)
        given = request.query_params
        types, limit = _types(given.get("types", "")), _limit(given.get("limit", ""))
        floor, last = news.bounds(site)
        after = _place(given.get("cursor", ""), site, (floor, last))
        if after is None or not floor <= after <= last:
            return _gone(site, floor)
        items = news.read(site, after, types, limit + 1)
        if news.bounds(site)[0] > after:
            return _gone(site, news.bounds(site)[0])
        return _page(site, last, items, limit)


def _page(site: int, last: int, items: list[news.Item], limit: int) -> Response:
    page, more = items[:limit], len(items) > limit
    newest = page[-1].number if page else 0
    through = newest if more else max(last, newest)
    told = {"events": [_told(site, item) for item in page], "more": more}
    response = Response({**told, "cursor": cursor.of_feed(site, through)})
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(site: int, item: news.Item) -> dict[str, Any]:
    at = cursor.of_feed(site, item.number)
    return {"id": f"evt_{site}_{item.number}", **item.envelope(), "cursor": at}


def _gone(site: int, floor: int) -> Response:
    begin = cursor.of_feed(site, floor)
    refused = shape(410, f"this is not kept any more; begin at {begin}", code="gone", at="/cursor")
    refused.data["begin"] = begin
    return refused


def _site(request: Request) -> int:
    """Return the caller's site; one who has several says which."""
    rows = caller(request).visible_sites()
    slug = request.query_params.get("site")
    found = list((rows.filter(slug=slug) if slug else rows)[:2])
    if len(found) != 1:
        raise exceptions.ValidationError({"site": "expected the slug of one of your sites"})
    return found[0].pk


def _place(given: str, site: int, bounds: tuple[int, int]) -> int | None:
    if given in ("", NOW):
        return bounds[given == NOW]
    found = cursor.in_feed(given, site)
    if found is None:
        raise exceptions.ValidationError({"cursor": "expected a cursor of this feed, or now"})
    return found


def _types(given: str) -> list[str]:
    """Return the types a list with wildcards means; none are asked for where it is empty."""
    wanted = [name for name in given.split(",") if name]
    known = {name: [kind for kind in news.TYPES if endpoints.fits(name, kind)] for name in wanted}
    strange = next((name for name, kinds in known.items() if not kinds), None)
    if strange is not None or len(wanted) > WIDEST:
        raise exceptions.ValidationError(
            {"types": f"expected types out of {', '.join(news.TYPES)}"}
        )
    return sorted({kind for kinds in known.values() for kind in kinds})


def _limit(given: str) -> int:
    if not given:
        return USUAL
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:9]) <= MOST:
        raise exceptions.ValidationError({"limit": f"expected a number up to {MOST}"})
    return int(given[:9])
