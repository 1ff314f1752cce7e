"""Sources in the management API: made, changed, synced; what they hold, and links to it."""

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
from personalization.api.management.fields import DocumentField, InstantField, OfSite
from personalization.api.management.views import READ, Readable, Writable
from personalization.content import rotation, settling
from personalization.content.models import Variant
from personalization.content.sources import Binding, Entry, Source
from personalization.flows import syncing
from personalization.plant import clock
from rules.errors import InvalidError

OWNER = ("create", "partial_update", "destroy", "secret")
HEALTH = ("last_hook_at", "last_read_at", "last_fault_at", "sync_began_at", "sync_ended_at")


class SourceSerializer(OfSite):
    """A CMS; ``token`` is taken and never shown, ``secret`` is shown once, when it is made."""

    options = DocumentField(required=False)
    token = serializers.CharField(write_only=True, required=False, allow_blank=True)
    secret = serializers.SerializerMethodField()
    last_hook_at = InstantField()
    last_read_at = InstantField()
    last_fault_at = InstantField()
    sync_began_at = InstantField()
    sync_ended_at = InstantField()

    class Meta:
        model = Source
        fields = (
            *("id", "site", "slug", "adapter", "url", "options", "default_locale", "publishes"),
            *("enabled", "sync_every", "token", "secret", *HEALTH, "last_fault", "sync_rows"),
        )
        read_only_fields = ("last_fault", "sync_rows")

    def get_secret(self, row: Source) -> str | None:
        """Return the secret just made, and nothing ever after."""
        return vars(row).get("shown")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check what a request would be sent with."""
        settling.check_source(attrs)
        return attrs

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Source:
        token = validated_data.pop("token", "")
        row = Source.objects.create(**validated_data)
        rotation.entrust(row, token)
        vars(row)["shown"] = rotation.renew(row, clock.system.now())
        return row

    @transaction.atomic
    def update(self, instance: Source, validated_data: dict[str, Any]) -> Source:
        """Change anything but the adapter, which says what the secret and the entries are."""
        if validated_data.get("adapter", instance.adapter) != instance.adapter:
            raise InvalidError("/adapter", "value", "expected the same adapter: make a new source")
        token, before = validated_data.pop("token", None), instance.terms
        changed: Source = super().update(instance, validated_data)
        if token is not None:
            rotation.entrust(changed, token)
        changed.reread(before)
        return changed


class SourceViews(Writable):
    """Sources: CMSs whose content becomes variants."""

    queryset = Source.objects.select_related("site")
    serializer_class = SourceSerializer
    needs = {**READ, **dict.fromkeys(OWNER, "owner"), "sync": "operator"}
    filters = {"site": "site__slug", "slug": "slug"}

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def secret(self, request: Request, pk: str) -> Response:
        """Renew the secret and show it once; ``secret`` takes one the CMS made. Both live a day."""
        row, given = self.get_object(), body(request).get("secret", "")
        if not isinstance(given, str):
            raise InvalidError("/secret", "type", "expected a string")
        self.remember("renewed secret", row)
        return Response({"secret": rotation.renew(row, clock.system.now(), given)})

    @extend_schema(request=OpenApiTypes.OBJECT, responses=SourceSerializer)
    @action(detail=True, methods=["post"])
    def sync(self, request: Request, pk: str) -> Response:
        """Read all there is anew, part by part; ``{"whole": false}`` only what changed since."""
        whole = body(request).get("whole", True) is not False
        row = syncing.begin(self.get_object().pk, caller(request).actor, clock.system, whole=whole)
        return Response(self.get_serializer(row).data, status=202)


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """An entry in one locale, as it was last seen."""

    site = serializers.CharField(source="source.site.slug", read_only=True)
    source = serializers.CharField(source="source.slug", read_only=True)  # type: ignore[assignment]
    fields_ = DocumentField(source="fields", read_only=True)
    seen_at = InstantField()
    changed_at = InstantField()

    class Meta:
        model = Entry
        fields = (
            *("id", "site", "source", "external_id", "kind", "locale", "version", "status"),
            *("title", "url", "fields_", "html", "seen_at", "changed_at"),
        )

    def to_representation(self, instance: Entry) -> dict[str, Any]:
        """Show the fields under their own name, which the framework uses itself."""
        shown = super().to_representation(instance)
        return {("fields" if name == "fields_" else name): value for name, value in shown.items()}


class EntryViews(Readable):
    """Entries of all sources, newest first."""

    site_path = "source__site_id"
    queryset = Entry.objects.exclude(locale="*").select_related("source__site")
    serializer_class = EntrySerializer
    filters = {
        "site": "source__site__slug", "source": "source__slug", "status": "status",
        "kind": "kind", "external_id": "external_id", "locale": "locale",
    }  # fmt: skip


class BindingSerializer(serializers.ModelSerializer[Binding]):
    """A variant that an entry fills; ``mapping`` says with which of its fields."""

    site = serializers.CharField(source="source.site.slug", read_only=True)
    mapping = DocumentField(required=False)
    settled_at = InstantField()

    class Meta:
        model = Binding
        fields = (
            *("id", "site", "variant", "source", "external_id", "kind", "mapping", "stale"),
            *("fault", "settled_at"),
        )
        read_only_fields = ("stale", "fault")

    def get_fields(self) -> dict[str, Any]:
        """Offer the variants and sources of the caller's own sites."""
        fields = super().get_fields()
        who = caller(self.context["request"])
        for name, rows, path in (
            ("variant", Variant.objects.all(), "slot__site_id"),
            ("source", Source.objects.all(), "site_id"),
        ):
            fields[name].queryset = who.scope(rows, path, "editor")  # type: ignore[attr-defined]
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check that the slot can be filled so; what changed is to be shown anew."""
        held = self.instance
        for name in ("variant", "source"):
            if held is not None and attrs.get(name, getattr(held, name)) != getattr(held, name):
                raise InvalidError(f"/{name}", "value", "expected the same: make a new link")
        variant, source = (attrs.get(n) or getattr(held, n) for n in ("variant", "source"))
        settling.check_binding(variant, source, attrs.get("mapping", getattr(held, "mapping", {})))
        return {**attrs, "stale": True}


class BindingViews(Writable):
    """Links of variants to entries."""

    site_path = "source__site_id"
    queryset = Binding.objects.select_related("source__site", "variant__slot")
    serializer_class = BindingSerializer
    needs = {**READ, "create": "publisher", "partial_update": "publisher", "destroy": "publisher"}
    filters = {"site": "source__site__slug", "source": "source__slug", "variant": "variant"}
