"""The admin's menu in the product's words: audience, experience, changes, data, operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Audience": (
        *("segments.segment", "segments.segmentset", "segments.stagerules", "segments.trigger"),
        *("segments.segmentlist", "segments.listversion", "features.feature"),
        *("profiles.attribute", "profiles.profile"),
        *("profiles.identity", "learning.trainedmodel"),
    ),
    "Experience": (
        *("content.slot", "content.variant", "decisions.matrix", "content.source"),
        *("content.entry", "content.binding"),
    ),
    "Changes": (
        *(
            "sites.publication",
            "sites.freeze",
            "segments.move",
            "decisions.loggeddecision",
            "sites.auditentry",
        ),
    ),
    "Data": (
        *("events.quarantined", "events.importrun", "profiles.consententry", "profiles.link"),
    ),
    "Operations": (
        *("push.endpoint", "push.delivery", "push.outbox"),
        *("events.shard", "segments.timer", "segments.firing"),
    ),
    "Settings": (
        "sites.site",
        "sites.key",
        "sites.role",
        "sites.reviewterms",
        "auth.user",
        "auth.group",
    ),
}
"""What stands in which part of the menu, and in which order."""
PAGES: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "Changes": {"desk:changes": ("Reviews and schedules", False)},
    "Audience": {"desk:explain": ("Explain", False)},
    "Operations": {
        "desk:runs": ("Recurring work", False),
        "desk:columns": ("Columns", False),
        "desk:lag": ("Lag and balance", True),
    },
}
"""Pages of the desk by their part of the menu: their name, and whether only superusers may."""


class Menu(AdminSite):
    """The admin, with its pages in the order people work in."""

    site_header = "Personalization"
    index_title = "Desk"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the menu; the page of one application stays as it is."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {
            f"{app['app_label']}.{model['object_name'].lower()}": model
            for app in apps
            for model in app["models"]
        }
        groups = [self._group(request, name, models) for name in (*GROUPS, "Other")]
        return [group for group in groups if group["models"]]

    def _group(self, request: HttpRequest, name: str, models: dict[str, Any]) -> dict[str, Any]:
        wanted = GROUPS.get(name, tuple(models))
        found = [models.pop(label) for label in wanted if label in models]
        pages = list(_pages(request, PAGES.get(name, {})))
        slug = name.lower()
        entry = {"name": name, "app_label": slug, "app_url": reverse("admin:index") + f"#{slug}"}
        return {**entry, "has_module_perms": True, "models": [*pages, *found]}


def _pages(request: HttpRequest, pages: Mapping[str, tuple[str, bool]]) -> Iterator[dict[str, Any]]:
    for page, (name, for_operators) in pages.items():
        if for_operators and not getattr(request.user, "is_superuser", False):
            continue
        url = reverse(page)
        yield {
            "name": name,
            "object_name": page.removeprefix("desk:"),
            "admin_url": url,
            "add_url": None,
            "view_only": True,
            "perms": {"view": True},
        }
