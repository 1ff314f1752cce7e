"""Variants in the management API as somebody would see them, where they stand, in which locales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body
from personalization.api.management.explain import ASKED as EXPLAINED
from personalization.api.management.revised import REVISIONS, Revised
from personalization.content import coverage, writing
from personalization.content.models import Variant
from personalization.flows import placings, showing
from personalization.flows.showing import Who
from personalization.flows.whom import IDS
from personalization.plant import clock
from rules import expect
from rules.errors import InvalidError

SHOWN = {**REVISIONS, "show": "viewer", "placings": "viewer", "locales": "viewer"}
LONGEST = 200
ASKED = {
    "type": "object",
    "properties": {
        "content": {"type": "object", "description": "the newest of the locale unless said"},
        "locale": {"type": "string"},
        **{name: EXPLAINED["properties"][name] for name in ("visitor", "test")},
    },
}
_PLAIN = (str, int, float, bool)


class PlacingSerializer(serializers.Serializer[Any]):
    """One place: a matrix or slot, its revision, and the row from 1; row 0 is the fallback."""

    kind = serializers.CharField()
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    number = serializers.IntegerField()
    row = serializers.IntegerField()
    live = serializers.BooleanField()


class PlacingsSerializer(serializers.Serializer[Any]):
    """Where a variant is shown."""

    placings = PlacingSerializer(many=True)


class Showable(Revised):
    """A variant that can be looked at before anybody sees it."""

    @extend_schema(request={"application/json": ASKED}, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    def show(self, request: Request, pk: str) -> Response:
        """Return content cleaned and filled for a visitor, a test profile or nobody.

        ``values`` has each placeholder with what is known of it; null: the default stands there.
        """
        told = dict(body(request))
        said = expect.record(told, "", (), ("content", "locale", "visitor", "test"))
        row: Variant = self.get_object()
        locale = expect.text(said.get("locale", ""), "/locale", LONGEST, 0)
        content = said["content"] if "content" in said else _newest(row, locale)
        found = showing.shown(row, content, _who(said), clock.system)
        values = {path: _plain(value) for path, value in found.values}
        return Response({"content": found.content, "values": values})

    @extend_schema(responses=PlacingsSerializer)
    @action(detail=True, methods=["get"])
    def placings(self, request: Request, pk: str) -> Response:
        """List where it is shown, to the row, of what is in force and of the newest drafts."""
        told = {"placings": placings.of(self.get_object())}
        return Response(PlacingsSerializer(told).data)

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        parameters=[
            OpenApiParameter("locale", OpenApiTypes.STR, description="whose chain of fallbacks")
        ],
    )
    @action(detail=True, methods=["get"])
    def locales(self, request: Request, pk: str) -> Response:
        """Return which locales it speaks, and what is tried in order where one is wanted."""
        row: Variant = self.get_object()
        asked = expect.text(request.query_params.get("locale", ""), "/locale", LONGEST, 0)
        tongues = [each._asdict() for each in coverage.tongues(row)]
        steps = coverage.steps(row, asked)
        chain = [{"kind": one.kind, "name": one.name, "live": one.live} for one in steps]
        return Response({"locales": tongues, "chain": chain})


def _newest(row: Variant, locale: str) -> Any:
    last = writing.newest(row, locale)
    if last is None:
        raise InvalidError("/content", "missing", "expected content: this locale has none yet")
    return last.content


def _who(said: Mapping[str, Any]) -> Who:
    if said.get("test") is not None:
        return Who(test=said["test"])
    if "visitor" not in said:
        return Who()
    named = expect.record(said["visitor"], "/visitor", (), (*IDS, "profile"))
    if len(named) != 1:
        raise InvalidError("/visitor", "value", "expected one of userId, anonymousId and profile")
    [(by, name)] = named.items()
    return Who(by, expect.text(name, f"/visitor/{by}", LONGEST))


def _plain(value: object) -> Any:
    """Return a value as JSON has it; what JSON has no word for as its text."""
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, _PLAIN) else str(value)
