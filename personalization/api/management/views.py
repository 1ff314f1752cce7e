"""What every part of the management API shares: sites apart, roles asked, versions compared."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from personalization.api.management.access import caller, needed_role
from personalization.api.management.errors import Conflict, PreconditionRequired
from personalization.api.management.schema import ByAction
from personalization.sites import audit, inuse

READ = {"list": "viewer", "retrieve": "viewer", "uses": "viewer"}
WRITE = {**READ, "create": "editor", "partial_update": "editor", "destroy": "owner"}


class UseSerializer(serializers.Serializer[Any]):
    """One use: the kind of thing, its id, its name, and whether it is in force."""

    kind = serializers.CharField()
    id = serializers.IntegerField(source="row.pk")
    name = serializers.CharField()
    live = serializers.BooleanField()


class UsesSerializer(serializers.Serializer[Any]):
    """What uses a row."""

    uses = UseSerializer(many=True)


class ScopedViews(GenericViewSet[Any]):
    """Rows of the caller's sites and no others; ``site_path`` leads from a row to its site's id."""

    schema = ByAction()
    site_path = "site_id"
    needs: Mapping[str, str] = READ
    filters: Mapping[str, str] = {}
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet[Any]:
        """Return the visible rows, narrowed by the query parameters the list knows."""
        rows = caller(self.request).scope(super().get_queryset(), self.site_path)
        if self.action != "list":
            return rows
        for name, column in self.filters.items():
            if (value := self.request.query_params.get(name)) is not None:
                rows = _narrowed(rows, column, name, value)
        return rows

    def site_of(self, row: Model) -> int | None:
        """Return the id of the site the row belongs to."""
        found: int | None = attrgetter(self.site_path.replace("__", "."))(row)
        return found

    def demand(self, row: Model) -> None:
        """Refuse the caller whose role on this row's site is less than the action needs."""
        needed = needed_role(self, self.request.method or "")
        if needed is None or not caller(self.request).may(needed, self.site_of(row)):
            raise PermissionDenied

    def remember(self, action: str, row: Model, **detail: object) -> None:
        """Write the change to the audit."""
        audit.record(self.site_of(row), caller(self.request).actor, action, row, detail)


class Readable(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViews):
    """Lists, and single rows with their ETag."""

    def retrieve(self, request: Request, *args: Any, **named: Any) -> Response:
        """Return one row; 304 where the caller has it already."""
        response = super().retrieve(request, *args, **named)
        tag = etag(response.data)
        if request.headers.get("If-None-Match") == tag:
            response = Response(status=304)
        response.headers["ETag"] = tag
        return response


class Current(ScopedViews):
    """Rows that are touched only by whoever saw their newest version."""

    def current(self) -> Any:
        """Return the row, locked, once ``If-Match`` names its present version."""
        given = self.request.headers.get("If-Match")
        if given is None:
            raise PreconditionRequired
        row = self.get_object()
        row = self.get_queryset().select_for_update(of=("self",)).get(pk=row.pk)
        if given != "*" and given != etag(self.shown(row)):
            raise Conflict
        return row

    def shown(self, row: Any) -> Any:
        """Return the row as its own address shows it, whatever action is running."""
        return self.serializer_class(row, context=self.get_serializer_context()).data  # type: ignore[misc]


class Creatable(mixins.CreateModelMixin, ScopedViews):
    """Rows that are created."""

    def create(self, request: Request, *args: Any, **named: Any) -> Response:
        """Create a row, answered with its ETag."""
        response = super().create(request, *args, **named)
        response.headers["ETag"] = etag(response.data)
        return response

    @transaction.atomic
    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        """Store the row; roll back when it lands on a site the caller may not change."""
        row = serializer.save()
        self.demand(row)
        self.remember("created", row)


class Changeable(Current):
    """Rows that are changed."""

    @transaction.atomic
    def partial_update(self, request: Request, *args: Any, **named: Any) -> Response:
        """Change a row, if it is still the one the caller read."""
        row = self.current()
        serializer = self.get_serializer(row, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        self.demand(row)
        self.remember("changed", row, fields=sorted(request.data))
        fresh = self.shown(self.get_object())
        return Response(fresh, headers={"ETag": etag(fresh)})


class Deletable(Current):
    """Rows that are deleted, unless something uses them."""

    @extend_schema(responses=UsesSerializer)
    @action(detail=True, methods=["get"])
    def uses(self, request: Request, pk: str) -> Response:
        """List what uses a row: in force, drafted, in review or scheduled."""
        return Response(UsesSerializer({"uses": inuse.of(self.get_object())}).data)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **named: Any) -> Response:
        """Delete a row that nothing uses."""
        row = self.current()
        if why := inuse.reasons(row):
            raise Conflict("it is in use: " + ", ".join(why[:10]))
        self.remember("deleted", row, was=str(row))
        row.delete()
        return Response(status=204)


class Writable(Creatable, Changeable, Deletable, Readable):
    """Rows that are created, changed and deleted."""

    needs = WRITE


def etag(representation: Any) -> str:
    """Return the version of what a client reads, as an entity tag."""
    written = JSONRenderer().render(representation)
    return f'"{blake2b(written, digest_size=12).hexdigest()}"'


def _narrowed(rows: QuerySet[Any], column: str, name: str, value: str) -> QuerySet[Any]:
    try:
        return rows.filter(**{column: value})
    except (ValueError, TypeError) as fault:
        raise ValidationError({name: "expected another kind of value"}) from fault
