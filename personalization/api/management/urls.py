"""The addresses of the management API below /api/v1/, of its OpenAPI document and its reader."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from personalization.api.management import (
    alarms,
    audience,
    calendar,
    decide,
    endpoints,
    experience,
    explain,
    governance,
    links,
    lists,
    live,
    operations,
    plane,
    sets,
    shadows,
    sources,
    stages,
    tenancy,
    timeline,
    triggers,
    understudies,
)

router = SimpleRouter()
router.register("sites", tenancy.SiteViews, "site")
router.register("keys", tenancy.KeyViews, "key")
router.register("attributes", audience.AttributeViews, "attribute")
router.register("features", audience.FeatureViews, "feature")
router.register("segments", audience.SegmentViews, "segment")
router.register("segment-sets", sets.SegmentSetViews, "segment-set")
router.register("stage-rules", stages.StageRulesViews, "stage-rules")
router.register("lists", lists.ListViews, "list")
router.register("triggers", triggers.TriggerViews, "trigger")
router.register("firings", triggers.FiringViews, "firing")
router.register("profiles", audience.ProfileViews, "profile")
router.register("links", links.LinkViews, "link")
router.register("slots", experience.SlotViews, "slot")
router.register("variants", experience.VariantViews, "variant")
router.register("matrices", experience.MatrixViews, "matrix")
router.register("shadows", shadows.ShadowViews, "shadow")
router.register("segment-shadows", understudies.SegmentShadowViews, "segment-shadow")
router.register("reviews", governance.ReviewViews, "review")
router.register("approval-rules", governance.TermsViews, "approval-rules")
router.register("freezes", governance.FreezeViews, "freeze")
router.register("sources", sources.SourceViews, "source")
router.register("entries", sources.EntryViews, "entry")
router.register("bindings", sources.BindingViews, "binding")
router.register("publications", operations.PublicationViews, "publication")
router.register("quarantine", operations.QuarantineViews, "quarantine")
router.register("moves", operations.MoveViews, "move")
router.register("endpoints", endpoints.EndpointViews, "endpoint")
router.register("deliveries", endpoints.DeliveryViews, "delivery")
router.register("alarms", alarms.AlarmViews, "alarm")
router.register("runs", operations.RunViews, "run")
router.register("audit", operations.AuditViews, "audit")

SWAGGER = SpectacularSwaggerSplitView.as_view(
    url_name="schema", template_name="admin/desk/swagger.html"
)
urlpatterns = [
    path("api/v1/decide", decide.DecideView.as_view(), name="decide"),
    path("api/v1/explain", explain.ExplainView.as_view(), name="explain"),
    path("api/v1/calendar", calendar.CalendarView.as_view(), name="calendar"),
    path("api/v1/live", live.LiveView.as_view(), name="live-stream"),
    path("api/v1/timeline", timeline.TimelineView.as_view(), name="timeline"),
    path("api/v1/", include(router.urls)),
    path("", include(plane)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SWAGGER, name="docs"),
]
