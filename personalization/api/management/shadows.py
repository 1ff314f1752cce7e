"""``/api/v1/shadows/``: drafts that decide beside the live matrix without being shown."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view

from personalization.api.management.trials import ReportSerializer, TrialViews, begun
from personalization.decisions import contrast
from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.flows import shading

ANSWERED = {201: OpenApiTypes.OBJECT}
BEGUN = begun("matrix")


class ShadowSerializer(ReportSerializer):
    """A shadow and its report."""

    report = contrast.report

    class Meta:
        model = Shadow
        fields = ("id",)


@extend_schema_view(create=extend_schema(request={"application/json": BEGUN}, responses=ANSWERED))
class ShadowViews(TrialViews):
    """Shadows, newest first, each with its report."""

    queryset = Shadow.objects.select_related("revision__matrix__slot")
    serializer_class = ShadowSerializer
    filters = {"site": "site__slug", "slot": "revision__matrix__slot__key"}
    drafts = MatrixRevision.objects.select_related("matrix__slot__site")
    scope = "matrix__slot__site_id"
    begin, end = shading.begin, shading.end
