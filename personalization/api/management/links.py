"""Links in the management API: what joins identities, taken back and let count again."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import caller
from personalization.api.management.fields import InstantField
from personalization.api.management.views import READ, Readable
from personalization.flows import parting
from personalization.flows.parting import Word
from personalization.plant import clock
from personalization.profiles.models import Link


class LinkSerializer(serializers.ModelSerializer[Link]):
    """What joins two identities: who said so, with which trust, and who took it back, and why."""

    at = InstantField()
    recorded_at = InstantField()
    revoked_at = serializers.SerializerMethodField()

    class Meta:
        model = Link
        fields = (
            *("id", "one", "other", "trust", "said_by", "at", "recorded_at"),
            *("revoked_at", "revoked_by", "reason", "barred"),
        )

    def get_revoked_at(self, row: Link) -> str | None:
        """Return when it was taken back, if it was."""
        return None if row.revoked_at is None else InstantField().to_representation(row.revoked_at)


class WordSerializer(serializers.Serializer[Any]):
    """Why a link is taken back, and whether it may be said again."""

    reason = serializers.CharField(max_length=300)
    barred = serializers.BooleanField(default=False)


class LinkViews(Readable):
    """Links; of one identity by ``?one=`` or ``?other=``."""

    queryset = Link.objects.all()
    serializer_class = LinkSerializer
    needs = {**READ, "revoke": "privacy", "restore": "privacy"}
    filters = {"one": "one", "other": "other"}

    @extend_schema(request=WordSerializer, responses=LinkSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """Take the link back: whoever only it joined comes apart, each with their own history."""
        row, word = self._said(request)
        parting.part(row.site_id, [row.pk], word, clock.system)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=WordSerializer, responses=LinkSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Let a revoked link count again: whoever it joins comes together."""
        row, word = self._said(request)
        parting.rejoin(row.site_id, [row.pk], word, clock.system)
        return Response(self.get_serializer(self.get_object()).data)

    def _said(self, request: Request) -> tuple[Link, Word]:
        row, word = self.get_object(), WordSerializer(data=request.data)
        word.is_valid(raise_exception=True)
        told = word.validated_data
        return row, Word(caller(request).actor, told["reason"], told["barred"])
