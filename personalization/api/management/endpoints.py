"""Endpoints and deliveries: who is told of a site's news, what came of it, and once more."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body
from personalization.api.management.fields import InstantField, OfSite
from personalization.api.management.views import READ, Readable, Writable
from personalization.events import timestamps
from personalization.plant import clock
from personalization.plant.instants import to_text
from personalization.push import deliveries, endpoints, news, secrets
from personalization.push.models import LANE, Delivery, Endpoint

MOST = 10_000
"""So many news are sent once more by one call."""


class EndpointSerializer(OfSite):
    """An endpoint; ``secret`` is there only in the answer that makes it."""

    types = serializers.ListField(child=serializers.CharField(), required=False)
    last_success = InstantField()
    last_failure = InstantField()
    secret = serializers.CharField(read_only=True, required=False)

    class Meta:
        model = Endpoint
        fields = (
            *("id", "site", "url", "description", "types", "sees_subjects", "enabled"),
            *("disabled_because", "last_success", "last_failure", "failures", "secret"),
        )
        read_only_fields = ("disabled_because", "failures")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the address and the types."""
        row = self.instance
        url = attrs.get("url", row.url if row else "")
        endpoints.check(url, attrs.get("types", row.types if row else []))
        return attrs

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Endpoint:
        row = Endpoint(**validated_data)
        vars(row)["secret"] = endpoints.save(row, clock.system.now())
        return row

    def update(self, instance: Endpoint, validated_data: dict[str, Any]) -> Endpoint:
        """Change it; what has not arrived yet goes to the new address."""
        for name, value in validated_data.items():
            setattr(instance, name, value)
        endpoints.save(instance, clock.system.now())
        return instance


SPAN = {
    "type": "object",
    "required": ["from"],
    "properties": {"from": {"type": "string"}, "to": {"type": "string"}},
}


class EndpointViews(Writable):
    """Endpoints: addresses that are told of a site's news."""

    queryset = Endpoint.objects.select_related("site")
    serializer_class = EndpointSerializer
    needs = {
        **READ,
        **dict.fromkeys(("create", "partial_update", "destroy"), "publisher"),
        **dict.fromkeys(("rotate", "test", "replay"), "publisher"),
    }
    filters = {"site": "site__slug"}

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def rotate(self, request: Request, pk: str) -> Response:
        """Renew the secret and show it once; the former one signs beside it for a day."""
        row, now = self.get_object(), clock.system.now()
        self.remember("renewed secret", row)
        secret = secrets.renew(row.lane, now)
        return Response({"secret": secret, "former_until": to_text(now + secrets.BOTH)})

    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def test(self, request: Request, pk: str) -> Response:
        """Send a ping, also to an endpoint that is off; the deliveries say what came of it."""
        row = self.get_object()
        self.remember("tested", row)
        key = endpoints.ping(row, clock.system.now())
        return Response({"key": key}, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request={"application/json": SPAN}, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def replay(self, request: Request, pk: str) -> Response:
        """Send the news of a span of time once more; ``next`` is where to go on, if anywhere."""
        row, now = self.get_object(), clock.system.now()
        since, until = _instant(request, "from", None), _instant(request, "to", now)
        found = news.between(row.site_id, since, until, MOST + 1)
        waiting = endpoints.replay(row, found[:MOST], now)
        self.remember("replayed", row, deliveries=waiting)
        told = {"waiting": waiting, "next": to_text(found[MOST].at) if len(found) > MOST else None}
        return Response(told, status=status.HTTP_202_ACCEPTED)


def _instant(request: Request, name: str, otherwise: int | None) -> int:
    given = body(request).get(name)
    if given is None and otherwise is not None:
        return otherwise
    try:
        found = timestamps.instant(given)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ValidationError({name: "expected an instant in RFC 3339"})
    return found


class DeliverySerializer(OfSite):
    """One thing that left or is to leave, and what came of the last attempt."""

    due, written_at, ended_at = InstantField(), InstantField(), InstantField()
    type = serializers.SerializerMethodField()
    endpoint = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = (
            *("id", "site", "key", "kind", "type", "lane", "endpoint", "state", "due", "attempts"),
            *("status", "ms", "headers", "answer", "error", "payload", "written_at", "ended_at"),
        )

    def get_type(self, row: Delivery) -> str | None:
        """Return the type of what is told."""
        told = row.payload.get("body")
        return told.get("type") if isinstance(told, dict) else None

    def get_endpoint(self, row: Delivery) -> int | None:
        """Return the endpoint's id, where it goes to one."""
        kind, _, number = row.lane.partition(":")
        return int(number) if kind == LANE and number.isdigit() else None


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("state", enum=Delivery.State.values),
            OpenApiParameter("endpoint", int),
        ]
    )
)
class DeliveryViews(Readable):
    """Deliveries, newest first; the dead ones by ``?state=dead``."""

    queryset = Delivery.objects.select_related("site")
    serializer_class = DeliverySerializer
    needs = {**READ, "retry": "operator"}
    filters = {"site": "site__slug", "state": "state", "key": "key"}

    def get_queryset(self) -> QuerySet[Any]:
        """Narrow to one endpoint's."""
        rows = super().get_queryset()
        asked = self.request.query_params.get("endpoint")
        return rows.filter(lane=f"{LANE}:{asked}") if asked else rows

    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def retry(self, request: Request, pk: str) -> Response:
        """Send what is over once more, under its id; what still waits is left as it is."""
        row = self.get_object()
        self.remember("replayed", row, key=row.key)
        waiting = deliveries.replay([row.pk], clock.system.now())
        return Response({"waiting": waiting}, status=status.HTTP_202_ACCEPTED)
