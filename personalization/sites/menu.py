"""The admin's menu in the order people work in: today, audience, experience, changes, insight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personalization.sites import roles

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Today": (),
    "Audience": (
        *("segments.segment", "segments.segmentset", "segments.segmentlist"),
        *("segments.stagerules", "segments.trigger", "profiles.attribute", "features.feature"),
        *("profiles.profile", "profiles.identity", "learning.trainedmodel"),
    ),
    "Experience": ("content.slot", "decisions.matrix", "content.variant"),
    "Changes": ("sites.publication", "sites.freeze", "segments.listversion"),
    "Insight": (
        *("decisions.loggeddecision", "segments.move", "segments.firing"),
        *("events.quarantined", "events.importrun", "profiles.consententry", "profiles.link"),
        "sites.auditentry",
    ),
    "Connections": (
        *("content.source", "content.entry", "content.binding"),
        *("push.endpoint", "push.delivery", "sites.key"),
    ),
    "Operations": ("push.outbox", "events.shard", "segments.timer"),
    "Settings": ("sites.site", "sites.role", "sites.reviewterms", "auth.user", "auth.group"),
}
"""What stands in which part of the menu, and in which order."""
NAMES: Mapping[str, object] = {
    "Today": _("Today"),
    "Audience": _("Audience"),
    "Experience": _("Experience"),
    "Changes": _("Changes"),
    "Insight": _("Insight"),
    "Connections": _("Connections"),
    "Operations": _("Operations"),
    "Settings": _("Settings"),
    "Other": _("Other"),
}
PAGES: Mapping[str, Mapping[str, tuple[object, bool]]] = {
    "Today": {
        "desk:today": (_("Today"), False),
        "desk:calendar": (_("Calendar"), False),
        "live": (_("Live"), False),
    },
    "Changes": {"desk:changes": (_("Reviews and schedules"), False)},
    "Insight": {"desk:explain": (_("Explain"), False), "desk:timeline": (_("Time travel"), False)},
    "Connections": {"docs": (_("API reference"), False)},
    "Operations": {
        "desk:runs": (_("Recurring work"), False),
        "desk:columns": (_("Columns"), False),
        "desk:lag": (_("Lag and balance"), True),
    },
}
"""Pages of the desk by their part of the menu: their name, and whether only superusers may."""


class Menu(AdminSite):
    """The admin, with its pages in the order people work in."""

    site_header = "Personalization"
    index_title = _("Desk")
    site_url = None

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Let people in, to the day's page where they asked for none."""
        answer = super().login(request, extra_context)
        home = answer.status_code == HTTPStatus.FOUND and answer["Location"] == reverse(
            "admin:index"
        )
        if home and roles.of_user(request.user).may_somewhere("viewer"):
            return HttpResponseRedirect(reverse("desk:today"))
        return answer

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
        groups = [self._group(request, name, models) for name in NAMES]
        return [group for group in groups if group["models"]]

    def _group(self, request: HttpRequest, name: str, models: dict[str, Any]) -> dict[str, Any]:
        wanted = GROUPS.get(name, tuple(models))
        found = [models.pop(label) for label in wanted if label in models]
        pages = list(_pages(request, PAGES.get(name, {})))
        slug = name.lower()
        entry = {
            "name": NAMES[name],
            "app_label": slug,
            "app_url": reverse("admin:index") + f"#{slug}",
        }
        return {**entry, "has_module_perms": True, "models": [*pages, *found]}


def _pages(
    request: HttpRequest, pages: Mapping[str, tuple[object, bool]]
) -> Iterator[dict[str, Any]]:
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
