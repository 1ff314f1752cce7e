"""The addresses of the desk's pages, below /admin/desk/."""

from __future__ import annotations

from django.urls import path

from personalization.api.desk import (
    backtesting,
    changes,
    explaining,
    lists,
    operations,
    parting,
    previews,
    publishing,
    replays,
    reviews,
    segments,
    shadows,
    sheets,
    sources,
    travelling,
    visitors,
)

app_name = "desk"
urlpatterns = [
    *reviews.urlpatterns,
    path("changes/", changes.changes, name="changes"),
    path("history/<slug:kind>/<int:pk>/", changes.history, name="history"),
    path("publications/<int:pk>/cancel/", publishing.cancel, name="cancel"),
    path("revisions/<slug:kind>/<int:pk>/", publishing.revision, name="revision"),
    path("previews/<slug:kind>/<int:pk>/", publishing.preview, name="preview"),
    path("matrices/<int:pk>/", sheets.page, name="sheet"),
    path("matrices/<int:pk>/check/", sheets.check, name="sheet-check"),
    path("matrices/<int:pk>/people/<int:revision>/", sheets.people, name="sheet-people"),
    path("matrices/<int:pk>/save/", sheets.save, name="sheet-save"),
    path("segments/<int:pk>/", segments.page, name="segment"),
    path("segments/<int:pk>/check/", segments.check, name="segment-check"),
    path("segments/<int:pk>/save/", segments.save, name="segment-save"),
    path("segments/<int:pk>/ask/", segments.ask, name="segment-ask"),
    path("segments/<int:pk>/visible/", segments.visible, name="segment-visible"),
    path("segments/<int:pk>/delete/", segments.delete, name="segment-delete"),
    path("preview-links/<int:pk>/", previews.invite, name="preview-link"),
    path("replays/<slug:kind>/<int:pk>/", replays.replay, name="replay"),
    path("replays/<slug:kind>/<int:pk>/progress/", replays.progress, name="replay-progress"),
    path("shadows/<int:pk>/", shadows.shadow, name="shadow"),
    path("timeline/", travelling.timeline, name="timeline"),
    path("explain/", explaining.explain, name="explain"),
    path("backtests/<int:pk>/", backtesting.backtest, name="backtest"),
    path("features/<int:site_id>/", publishing.features, name="features"),
    path("columns/", operations.columns, name="columns"),
    path("lists/use/<int:pk>/", lists.use, name="use"),
    path("sources/<int:pk>/sync/", sources.sync, name="sync"),
    path("lag/", operations.lag, name="lag"),
    path("runs/", operations.runs, name="runs"),
    path("runs/<slug:task>/<int:site_id>/", operations.run_now, name="run"),
    path("links/<int:pk>/revoke/", parting.link, {"change": "revoke"}, name="revoke"),
    path("links/<int:pk>/restore/", parting.link, {"change": "restore"}, name="restore"),
    path("profiles/<uuid:profile>/", visitors.visitor, name="visitor"),
]
