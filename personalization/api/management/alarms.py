"""``/api/v1/alarms/``: what is wrong, since when, how bad, what to do, and who knows of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import body, caller
from personalization.api.management.fields import InstantField
from personalization.api.management.views import READ, Readable
from personalization.flows import alarms_said, vigil
from personalization.plant import clock
from personalization.sites import audit, sirens
from personalization.sites.alarms import Alarm
from rules import expect

NOTE = {"type": "object", "properties": {"note": {"type": "string", "maxLength": 300}}}


class AlarmSerializer(serializers.ModelSerializer[Alarm]):
    """An alarm; ``site`` is null where it is about the whole installation."""

    site = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    says = serializers.SerializerMethodField()
    remedy = serializers.SerializerMethodField()
    link = serializers.SerializerMethodField()
    since = InstantField()
    seen_at = InstantField()
    raised_at = InstantField()
    ended_at = InstantField()
    acknowledged_at = InstantField()

    class Meta:
        model = Alarm
        fields = (
            *("id", "site", "kind", "subject", "grade", "told", "title", "says", "remedy", "link"),
            *("since", "seen_at", "raised_at", "ended_at"),
            *("acknowledged_by", "acknowledged_at", "note"),
        )

    def get_site(self, row: Alarm) -> str | None:
        """Return the site's slug."""
        return row.site.slug if row.site else None

    def get_title(self, row: Alarm) -> str:
        """Return what kind of thing is wrong."""
        return _said(row).title

    def get_says(self, row: Alarm) -> str:
        """Return what is wrong, with its figures."""
        return _said(row).says

    def get_remedy(self, row: Alarm) -> str:
        """Return what to do about it."""
        return _said(row).remedy

    def get_link(self, row: Alarm) -> str:
        """Return the path of the page one goes to about it."""
        name, args = _said(row).page
        return reverse(name, args=args)


def _said(row: Alarm) -> alarms_said.Said:
    return alarms_said.said(row, row.site.timezone if row.site else "UTC")


class AlarmViews(Readable):
    """Alarms, newest first: those of the caller's sites and of the installation."""

    needs = {**READ, "acknowledge": "operator"}
    queryset = Alarm.objects.all()
    serializer_class = AlarmSerializer
    filters = {"site": "site__slug", "kind": "kind", "open": "open"}

    def get_queryset(self) -> QuerySet[Any]:
        """Return the alarms that may be seen, after a look where nobody has looked for a while."""
        if self.action == "list":
            vigil.step(clock.system, vigil.LATE)
        rows = alarms_said.seen(caller(self.request))
        if self.action != "list":
            return rows
        asked = self.request.query_params
        for name, column in (("site", "site__slug"), ("kind", "kind")):
            if name in asked:
                rows = rows.filter(**{column: asked[name]})
        return rows.filter(ended_at__isnull=asked["open"] == "true") if "open" in asked else rows

    def check_object_permissions(self, request: Request, obj: Any) -> None:
        """What may be seen was filtered; who may acknowledge is asked there."""

    @extend_schema(request={"application/json": NOTE}, responses=AlarmSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say that one knows of it; one that is over, or known, is answered as it is."""
        row = self.get_object()
        who = caller(request)
        if not alarms_said.may_acknowledge(who, row):
            raise PermissionDenied
        note = expect.text(body(request).get("note", ""), "/note", 300, 0)
        if sirens.acknowledge(row, who.actor, note, clock.system.now()):
            named = {"kind": row.kind, "subject": row.subject, "note": note}
            audit.record(row.site_id, who.actor, "acknowledged", row, named)
        return Response(AlarmSerializer(self.get_object()).data)
