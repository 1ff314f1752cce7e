"""``/api/v1/segment-shadows/``: drafts of segments that run beside what is live."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view

from personalization.api.management.trials import ReportSerializer, TrialViews, begun
from personalization.flows import casting
from personalization.segments import watching
from personalization.segments.models import SegmentRevision
from personalization.segments.shadows import SegmentShadow

ANSWERED = {201: OpenApiTypes.OBJECT}
BEGUN = begun("segment", maximum=watching.MOST_PEOPLE)


class SegmentShadowSerializer(ReportSerializer):
    """A segment's shadow and its report."""

    report = watching.report

    class Meta:
        model = SegmentShadow
        fields = ("id",)


@extend_schema_view(
    create=extend_schema(
        request={"application/json": BEGUN},
        responses=ANSWERED,
    )
)
class SegmentShadowViews(TrialViews):
    """Shadows of segments, newest first, each with its report."""

    queryset = SegmentShadow.objects.select_related("revision__segment__site")
    serializer_class = SegmentShadowSerializer
    filters = {"site": "site__slug", "segment": "revision__segment__slug"}
    drafts = SegmentRevision.objects.select_related("segment__site")
    scope = "segment__site_id"
    begin, end = casting.begin, casting.end
