"""Sites and keys in the management API: a key's secret is in the answer that makes it, once."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import caller
from personalization.api.management.fields import OfSite
from personalization.api.management.views import (
    READ,
    WRITE,
    Changeable,
    Creatable,
    Readable,
    Writable,
)
from personalization.plant import clock
from personalization.plant.instants import to_datetime
from personalization.sites import founding, keys
from personalization.sites.models import Key, Role, Site


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A site."""

    origins = serializers.ListField(child=serializers.CharField(max_length=200), required=False)

    class Meta:
        model = Site
        fields = (
            *("id", "slug", "name", "timezone", "locale", "origins", "lateness", "consent"),
            *("session_pause", "trusts_claims", "created_at"),
        )
        read_only_fields = ("created_at",)

    def validate_timezone(self, zone: str) -> str:
        """Accept only zones this machine knows."""
        if zone not in available_timezones():
            raise serializers.ValidationError("expected a zone like Europe/Vienna")
        return zone


class SiteViews(Creatable, Changeable, Readable):
    """Sites: made by superusers, changed by their owners, never deleted here."""

    queryset = Site.objects.all()
    serializer_class = SiteSerializer
    site_path = "pk"
    needs = {**READ, "create": "owner", "partial_update": "owner", "signing_secret": "owner"}
    filters = {"slug": "slug"}

    def perform_create(self, serializer: serializers.BaseSerializer[Any]) -> None:
        """Make a site with its first generation; only a superuser may."""
        if caller(self.request).roles is not None:
            raise PermissionDenied
        super().perform_create(serializer)
        founding.complete(Site.objects.get(pk=serializer.data["id"]))

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["post"], url_path="signing-secret")
    def signing_secret(self, request: Request, pk: str) -> Response:
        """Renew the secret that signs subject tokens, and show it this once."""
        site = self.get_object()
        secret = founding.renew_secret(site)
        self.remember("renewed secret", site)
        return Response({"secret": secret})


class KeySerializer(OfSite):
    """A key; its ``secret`` is there only in the answer that makes it."""

    role = serializers.ChoiceField(choices=Role.Name.choices, default=Role.Name.PUBLISHER.value)
    secret = serializers.SerializerMethodField()

    class Meta:
        model = Key
        fields = (
            *("id", "site", "kind", "label", "role", "prefix", "created_at", "revoked_at"),
            "secret",
        )
        read_only_fields = ("prefix", "created_at", "revoked_at")

    def get_secret(self, row: Key) -> str | None:
        """Return the secret of a key that was made by this very call."""
        return vars(row).get("secret")

    def create(self, validated_data: dict[str, Any]) -> Key:
        key, secret = keys.mint(**validated_data)
        vars(key)["secret"] = secret
        return key

    def update(self, instance: Key, validated_data: dict[str, Any]) -> Key:
        """Change the label; kind and role stay as they were minted."""
        instance.label = validated_data.get("label", instance.label)
        instance.save(update_fields=["label"])
        return instance


class KeyViews(Writable):
    """Keys, for owners: made, labelled, revoked."""

    queryset = Key.objects.select_related("site")
    serializer_class = KeySerializer
    needs = dict.fromkeys(WRITE, "owner")
    filters = {"site": "site__slug", "kind": "kind"}

    def get_queryset(self) -> Any:
        """Return the keys of the sites the caller owns."""
        return caller(self.request).scope(super().get_queryset(), "site_id", "owner")

    def destroy(self, request: Request, *args: Any, **named: Any) -> Response:
        """Revoke the key; every process forgets it within seconds."""
        key = self.current()
        if key.revoked_at is None:
            key.revoked_at = to_datetime(clock.system.now())
            key.save(update_fields=["revoked_at"])
            self.remember("revoked", key, prefix=key.prefix)
        return Response(status=204)
