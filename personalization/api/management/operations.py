"""What the machine writes and people read: publications, quarantine, moves, runs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api import asking
from personalization.api.management.access import caller
from personalization.api.management.errors import Unavailable
from personalization.api.management.fields import InstantField, OfSite
from personalization.api.management.sited import site_of
from personalization.api.management.views import READ, Readable
from personalization.events.models import Quarantined
from personalization.flows import leaving
from personalization.plant import clock, runs
from personalization.plant.models import Run
from personalization.segments import history
from personalization.segments.models import Move
from personalization.sites import audit
from personalization.sites.models import AuditEntry, Publication

TASKS = ("recompute_segments", "recompute_scores", "compact_columns")
"""The work that can be asked for by hand."""


class PublicationSerializer(OfSite):
    """One publish: prepared, then live, or not."""

    started_at = InstantField()
    ended_at = InstantField()

    class Meta:
        model = Publication
        fields = (
            *("id", "site", "kind", "object_id", "revision_id", "state", "done", "total"),
            *("generation", "error", "asked_by", "started_at", "ended_at"),
        )


class PublicationViews(Readable):
    """Every publish, newest first."""

    needs = {**READ, "cancel": "publisher"}
    queryset = Publication.objects.select_related("site")
    serializer_class = PublicationSerializer
    filters = {"site": "site__slug", "state": "state", "kind": "kind"}

    @extend_schema(request=None, responses=PublicationSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop a publication that is preparing; one that is over is answered as it is."""
        row = self.get_object()
        leaving.cancel(row, f"cancelled by {caller(request).actor}", clock.system)
        self.remember("cancelled", row)
        return Response(PublicationSerializer(row).data)


class QuarantineSerializer(OfSite):
    """An event that could not be admitted."""

    received_at = InstantField()

    class Meta:
        model = Quarantined
        fields = ("id", "site", "lane", "received_at", "code", "at", "message", "body")


class QuarantineViews(Readable):
    """The quarantine, newest first."""

    queryset = Quarantined.objects.select_related("site")
    serializer_class = QuarantineSerializer
    filters = {"site": "site__slug"}


class MoveSerializer(serializers.ModelSerializer[Move]):
    """A profile entered or left a segment, and why."""

    segment = serializers.SerializerMethodField()
    effective_at = InstantField()
    recorded_at = InstantField()
    superseded_at = InstantField()

    class Meta:
        model = Move
        fields = (
            *("id", "profile", "segment", "key", "entered", "effective_at", "recorded_at"),
            *("cause", "generation", "values", "superseded_at"),
        )

    def get_segment(self, row: Move) -> str | None:
        """Return the segment's slug."""
        return vars(row).get("slug")


class MoveViews(Readable):
    """Moves, newest first; of one profile by ``?profile=``."""

    queryset = history.named(Move.objects.all())
    serializer_class = MoveSerializer

    def get_queryset(self) -> QuerySet[Any]:
        """Narrow to one profile, by the index on it."""
        rows = super().get_queryset()
        asked = self.request.query_params.get("profile")
        if asked is None:
            return rows
        try:
            return rows.filter(profile=UUID(asked))
        except ValueError as fault:
            raise ValidationError({"profile": "expected a profile's id"}) from fault


class RunSerializer(serializers.ModelSerializer[Run]):
    """One run of recurring or requested work."""

    started_at = InstantField()
    finished_at = InstantField()

    class Meta:
        model = Run
        fields = (
            *("id", "task", "site_id", "state", "started_at", "finished_at", "rows", "total"),
            *("error", "subject", "result"),
        )


class RunAsked(serializers.Serializer[Any]):
    """Which work is wanted now, and for which site."""

    task = serializers.ChoiceField(choices=TASKS)
    site = serializers.SlugField(max_length=60, required=False, allow_null=True, default=None)


class AuditSerializer(OfSite):
    """Who changed what, when."""

    at = InstantField()

    class Meta:
        model = AuditEntry
        fields = ("id", "site", "at", "actor", "action", "object_type", "object_id", "detail")


class AuditViews(Readable):
    """The audit, newest first; it is never changed."""

    queryset = AuditEntry.objects.select_related("site")
    serializer_class = AuditSerializer
    filters = {
        "site": "site__slug",
        **{name: name for name in ("actor", "action", "object_type", "object_id")},
    }


class RunViews(Readable):
    """Runs of recurring work, newest first."""

    queryset = Run.objects.all()
    serializer_class = RunSerializer
    filters = {"task": "task", "subject": "subject"}
    needs = {**READ, "cancel": "editor", "create": "operator"}

    @extend_schema(request=RunAsked, responses={202: RunAsked})
    def create(self, request: Request) -> Response:
        """Ask a worker for one run now; it appears here when a worker starts it."""
        asked = RunAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        task, site = asked.validated_data["task"], asked.validated_data["site"]
        row = site_of(request, site, "operator")
        if not asking.worker(task, row.pk):
            raise Unavailable
        audit.record(row.pk, caller(request).actor, "asked for a run", (task, row.pk))
        return Response({"task": task, "site": row.slug}, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=RunSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Let a run end at its next step; one that is over is answered as it is."""
        row = self.get_object()
        if runs.cancel(row):
            self.remember("cancelled", row)
        row.refresh_from_db()
        return Response(RunSerializer(row).data)
