"""Triggers in the management API: drafted, published, switched off; what they did, sent again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body, caller
from personalization.api.management.fields import DocumentField, InstantField, LiveField, OfSite
from personalization.api.management.revised import REVISIONS, Revised
from personalization.api.management.views import Changeable, Readable
from personalization.flows import arming
from personalization.plant import clock
from personalization.push import deliveries
from personalization.push.models import Delivery
from personalization.segments import triggers
from personalization.segments.models import Firing, Trigger, TriggerRevision


class TriggerRevisionSerializer(serializers.ModelSerializer[TriggerRevision]):
    """A version of a trigger."""

    document = DocumentField()
    words = serializers.SerializerMethodField()

    class Meta:
        model = TriggerRevision
        fields = (
            *("number", "status", "document", "note", "words", "author"),
            *("created_at", "published_at"),
        )
        read_only_fields = ("number", "status", "author", "created_at", "published_at")

    def get_words(self, row: TriggerRevision) -> str:
        """Return what it does in words."""
        return triggers.words(row.document)


class TriggerSerializer(OfSite):
    """A trigger; ``document`` makes its first draft, ``secret`` is shown once, when it is made."""

    document = DocumentField(write_only=True, required=False)
    live = LiveField()
    newest = serializers.SerializerMethodField()
    secret = serializers.SerializerMethodField()

    class Meta:
        model = Trigger
        fields = ("id", "site", "slug", "name", "enabled", "live", "newest", "document", "secret")

    def get_newest(self, row: Trigger) -> int | None:
        """Return the newest revision's number."""
        return row.revisions.values_list("number", flat=True).first()

    def get_secret(self, row: Trigger) -> str | None:
        """Return the signing secret where it was just made."""
        made: str | None = vars(row).get("secret")
        return made

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Trigger:
        document = validated_data.pop("document", None)
        row = Trigger.objects.create(**validated_data)
        if document is not None:
            triggers.draft(row, document, caller(self.context["request"]).actor)
        vars(row)["secret"] = arming.renew_secret(row)
        return row

    def update(self, instance: Trigger, validated_data: dict[str, Any]) -> Trigger:
        """Change what is not revised; a new document is a new draft under ``revisions``."""
        if "document" in validated_data:
            raise serializers.ValidationError({"document": "post a new draft to revisions instead"})
        changed: Trigger = super().update(instance, validated_data)
        return changed


class TriggerViews(Changeable, Revised):
    """Triggers: on this, if that, do so."""

    kind = "trigger"
    needs = {**REVISIONS, "partial_update": "publisher", "check": "viewer", "secret": "owner"}
    queryset = Trigger.objects.select_related("site", "live")
    serializer_class = TriggerSerializer
    revision_serializer = TriggerRevisionSerializer
    filters = {"site": "site__slug", "slug": "slug"}

    def write(self, row: Trigger, document: dict[str, Any]) -> TriggerRevision:
        author = caller(self.request).actor
        return triggers.draft(row, document["document"], author, document.get("note", ""))

    @extend_schema(request=TriggerRevisionSerializer, responses=OpenApiTypes.OBJECT)
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Parse a trigger without storing it; 422 says where it is wrong."""
        document = body(request).get("document")
        triggers.check(document)
        return Response({"valid": True, "words": triggers.words(document)})

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def secret(self, request: Request, pk: str) -> Response:
        """Renew the signing secret and show it once; the former one signs beside it for a day."""
        row = self.get_object()
        self.remember("renewed secret", row)
        return Response({"secret": arming.renew_secret(row)})


class FiringSerializer(OfSite):
    """What a trigger did, or did not do and why, and what came of what left."""

    trigger = serializers.CharField(source="trigger.slug", read_only=True)
    revision = serializers.IntegerField(source="revision.number", read_only=True)
    at = InstantField()
    recorded_at = InstantField()
    delivery = serializers.SerializerMethodField()

    class Meta:
        model = Firing
        fields = (
            *("id", "site", "trigger", "revision", "profile", "key", "at", "recorded_at"),
            *("action", "hops", "outcome", "reason", "data", "delivery"),
        )

    def get_delivery(self, row: Firing) -> dict[str, Any] | None:
        """Return how the delivery stands, where there is one."""
        shown = ("state", "attempts", "status", "ms", "error", "answer")
        found = Delivery.objects.filter(key=row.key).values(*shown).first()
        return None if found is None else dict(found)


class FiringViews(Readable):
    """Firings, newest first."""

    queryset = Firing.objects.select_related("site", "trigger", "revision")
    serializer_class = FiringSerializer
    needs = {**Readable.needs, "replay": "publisher"}
    filters = {"site": "site__slug", "trigger": "trigger__slug", "outcome": "outcome"}

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def replay(self, request: Request, pk: str) -> Response:
        """Send what left for this firing once more, under the same id."""
        row = self.get_object()
        self.remember("replayed", row, key=row.key)
        mine = Delivery.objects.filter(key=row.key).values_list("pk", flat=True)
        return Response({"waiting": deliveries.replay(mine, clock.system.now())})
