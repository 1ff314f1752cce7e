"""Reviews, rules of approval and freezes of a site in the management API."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import caller
from personalization.api.management.errors import Conflict
from personalization.api.management.fields import InstantField, OfSite
from personalization.api.management.views import READ, Readable, Writable
from personalization.api.management.workflow import NUMBER, RemarkSerializer, ReviewSerializer
from personalization.flows import settling
from personalization.plant import clock
from personalization.sites.reviews import Freeze, Review, ReviewTerms
from rules import appointments
from rules.errors import InvalidError

OWNED = {**READ, "create": "owner", "partial_update": "owner", "destroy": "owner"}


class ReviewViews(Readable):
    """Where revisions stand: what is drafted, in review, approved, scheduled, live."""

    queryset = Review.objects.select_related("site").prefetch_related(
        "steps", "remarks", "schedules"
    )
    serializer_class = ReviewSerializer
    needs = {**READ, "settle": "analyst", "reopen": "analyst"}
    filters = {"site": "site__slug", "state": "state", "kind": "kind", "object": "object_id"}

    @extend_schema(request=None, responses=RemarkSerializer)
    @action(detail=True, methods=["post"], url_path=f"comments/{NUMBER}/settle")
    def settle(self, request: Request, pk: str, number: str) -> Response:
        """Settle a comment by its id; 409 where it is settled already."""
        return self._settled(number, again=False)

    @extend_schema(request=None, responses=RemarkSerializer)
    @action(detail=True, methods=["post"], url_path=f"comments/{NUMBER}/reopen")
    def reopen(self, request: Request, pk: str, number: str) -> Response:
        """Open a settled comment again; 409 where it is open."""
        return self._settled(number, again=True)

    def _settled(self, number: str, *, again: bool) -> Response:
        remark = get_object_or_404(self.get_object().remarks, pk=int(number))
        try:
            row = settling.settle(caller(self.request), remark, clock.system, again=again)
        except InvalidError as fault:
            raise Conflict(fault.message) from fault
        return Response(RemarkSerializer(row).data)


class TermsSerializer(OfSite):
    """How many must approve, whether authors may, whether a change asks anew."""

    approvals = serializers.IntegerField(min_value=0, max_value=20, required=False)

    class Meta:
        model = ReviewTerms
        fields = ("id", "site", "approvals", "self_approval", "reset_on_change")

    def create(self, validated_data: dict[str, Any]) -> ReviewTerms:
        """Make a site's rules, where it has none."""
        if ReviewTerms.objects.filter(site=validated_data["site"]).exists():
            raise ValidationError({"site": "expected a site without rules of approval"})
        return ReviewTerms.objects.create(**validated_data)


class TermsViews(Writable):
    """Rules of approval, one row a site; without it nobody need approve."""

    queryset = ReviewTerms.objects.select_related("site")
    serializer_class = TermsSerializer
    needs = OWNED
    filters = {"site": "site__slug"}


class FreezeSerializer(OfSite):
    """A freeze: ``start`` and ``until`` are wall times of its zone."""

    start = serializers.CharField(write_only=True, max_length=40, required=False)
    until = serializers.CharField(write_only=True, max_length=40, required=False)
    start_at = InstantField()
    until_at = InstantField()

    class Meta:
        model = Freeze
        fields = ("id", "site", "name", "zone", "note", "start", "until", "start_at", "until_at")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Turn wall times into instants; a time that is none, or two, is refused."""
        zone = attrs.get("zone", self.instance.zone if self.instance else "UTC")
        if self.instance is not None and "zone" in attrs and not {"start", "until"} <= attrs.keys():
            raise ValidationError({"zone": "expected start and until with another zone"})
        for name in ("start", "until"):
            wall = attrs.pop(name, None)
            if wall is None and self.instance is None:
                raise ValidationError({name: "expected a wall time like 2026-12-24T00:00"})
            if wall is not None:
                attrs[f"{name}_at"] = _instant(name, wall, zone)
        ends = [attrs.get(n, getattr(self.instance, n, 0)) for n in ("start_at", "until_at")]
        if ends[1] <= ends[0]:
            raise ValidationError({"until": "expected a time after the start"})
        return attrs


class FreezeViews(Writable):
    """From when until when nothing of a site goes live but a rollback or an undo."""

    queryset = Freeze.objects.select_related("site")
    serializer_class = FreezeSerializer
    needs = OWNED
    filters = {"site": "site__slug"}


def _instant(name: str, wall: str, zone: str) -> int:
    try:
        return appointments.instant(wall, zone)
    except InvalidError as fault:
        at = "zone" if fault.at == "/zone" else name
        raise ValidationError({at: fault.message}) from fault
