"""What the palette finds: the places and actions of the menu, and things by their names or ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from personalization.api.desk.gate import desk
from personalization.content.models import Slot, Variant
from personalization.decisions.models import Matrix
from personalization.profiles.models import Profile
from personalization.push.models import Endpoint
from personalization.segments.models import Segment, Trigger
from personalization.sites.scoped import ScopedAdmin, caller

KINDS: Mapping[Any, str] = {
    Segment: "desk:segment",
    Slot: "",
    Matrix: "desk:sheet",
    Variant: "",
    Trigger: "",
    Endpoint: "",
    Profile: "desk:visitor",
}
"""What is searched, in this order, and the page it opens where that is not its form."""
MOST = 8
"""So many of a kind are offered; who wants more says more."""
LONGEST = 200


@desk("viewer")
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Return the menu without a question; with one, what is called so: one query a kind."""
    asked = request.GET.get("q", "").strip()[:LONGEST].replace("\0", "")
    items = _things(request, asked) if asked else _places(request)
    answer = JsonResponse({"items": list(items)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _places(request: HttpRequest) -> Iterator[dict[str, str]]:
    """Yield every place of the menu, then what can be made."""
    menu = admin.site.get_app_list(request)
    for group in menu:
        for page in group["models"]:
            yield _item(str(group["name"]), capfirst(str(page["name"])), page["admin_url"])
    for group in menu:
        for page in group["models"]:
            if page["add_url"]:
                thing = page["model"]._meta.verbose_name  # noqa: SLF001 -- Django's documented name
                said = gettext("New: %(thing)s") % {"thing": thing}
                yield _item(gettext("Actions"), said, page["add_url"])
    if getattr(request.user, "has_usable_password", bool)():
        url = reverse("admin:password_change")
        yield _item(gettext("Actions"), gettext("Change password"), url)


def _things(request: HttpRequest, asked: str) -> Iterator[dict[str, str]]:
    """Yield what the lists themselves would find, of the sites one may look at."""
    pages = admin.site._registry  # noqa: SLF001 -- the list of pages has no other name
    sites = dict(caller(request).visible_sites().values_list("pk", "name")[:1_000])
    for model, name in KINDS.items():
        page = pages[model]
        if isinstance(page, ScopedAdmin) and page.has_view_permission(request):
            yield from islice(_of_one_kind(request, page, asked, (name, sites)), MOST)


def _of_one_kind(
    request: HttpRequest, page: ScopedAdmin, asked: str, shown: tuple[str, Mapping[int, str]]
) -> Iterator[dict[str, str]]:
    name, sites = shown
    rows = page.get_queryset(request)
    if isinstance(page.list_select_related, tuple):
        rows = rows.select_related(*page.list_select_related)
    found, _ = page.get_search_results(request, rows, asked)
    meta = page.opts
    for row in found[:MOST]:
        url = reverse(name or f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
        label, *beside = dict.fromkeys((*_names(row), sites.get(page.site_of(row) or 0, "")))
        yield _item(capfirst(str(meta.verbose_name)), label, url, " · ".join(filter(None, beside)))


def _names(row: Any) -> Iterator[str]:
    """Yield what somebody calls a thing, the best name first."""
    told = vars(row)
    if "slot_id" in told:
        yield f"{told['slug']} · {row.slot}" if "slug" in told else str(row.slot)
        return
    yield told.get("name") or told.get("key") or told.get("url") or str(row.pk)
    yield told.get("slug") or told.get("key") or ""


def _item(group: str, label: str, url: str, beside: str = "") -> dict[str, str]:
    return {"group": group, "label": label, "url": url, "beside": beside}
