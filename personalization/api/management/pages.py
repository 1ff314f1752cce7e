"""Pages by id: newest first, a cursor forward, and never a count of everything."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

LARGEST = 500
USUAL = 50


class ById(BasePagination):
    """``?limit=50&cursor=<next>``: the rows below the cursor's id, newest first."""

    def paginate_queryset(
        self,
        queryset: Any,
        request: Request,
        view: Any = None,
    ) -> list[Any]:
        """Return one page's rows; one more row is read to know whether there is a next page."""
        limit = min(_number(request, "limit") or USUAL, LARGEST)
        below = _number(request, "cursor")
        rows = queryset.order_by("-pk")
        if below is not None:
            rows = rows.filter(pk__lt=below)
        found = list(rows[: limit + 1])
        page = found[:limit]
        self.next = str(page[-1].pk) if len(found) > limit else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """Return the rows and the cursor of the next page, or null."""
        return Response({"next": self.next, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the page's OpenAPI schema."""
        cursor = {"type": "string", "nullable": True, "description": "cursor of the next page"}
        properties = {"next": cursor, "results": schema}
        return {"type": "object", "required": ["next", "results"], "properties": properties}

    def get_schema_operation_parameters(
        self,
        view: Any,
    ) -> list[dict[str, Any]]:
        """Return the query parameters of every list."""
        return [
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST}),
            _parameter("cursor", {"type": "string"}),
        ]


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and 0 < int(given[:19]) < 2**63):
        raise ValidationError({name: "expected a positive number"})
    return int(given[:19])
