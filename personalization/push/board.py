"""Endpoints in the admin: made, tested, rotated, and how they fare, with what left for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personalization.plant import clock
from personalization.push import deliveries, endpoints, http, news, secrets
from personalization.push.models import Delivery, Endpoint
from personalization.sites import inuse
from personalization.sites.documents import as_block
from personalization.sites.scoped import ScopedAdmin, caller, instant, said

SHOWN = 20
"""So many of the newest deliveries stand on the page."""


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """An endpoint; its types are chosen, none means all."""

    types = forms.MultipleChoiceField(
        required=False,
        choices=[(kind, format_html("<code>{}</code>", kind)) for kind in news.TYPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("none: every type it may know of"),
    )

    class Meta:
        model = Endpoint
        fields = ("site", "url", "description", "types", "sees_subjects", "enabled")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        held = self.instance.types or []
        self.initial["types"] = [k for k in news.TYPES if any(endpoints.fits(w, k) for w in held)]

    def clean_url(self) -> str:
        """Take only an address that requests can be sent to."""
        url: str = self.cleaned_data["url"]
        if wrong := http.fault(url):
            raise ValidationError(wrong)
        return url

    def clean_types(self) -> list[str]:
        """Keep wildcards as they are where nothing was chosen anew."""
        chosen: list[str] = self.cleaned_data["types"]
        unchanged = sorted(chosen) == sorted(self.initial["types"])
        return list(self.instance.types) if unchanged else chosen


@admin.register(Endpoint)
class EndpointAdmin(ScopedAdmin):
    """Endpoints: who is told of a site's news."""

    form = EndpointForm
    add_role = change_role = delete_role = "publisher"
    change_form_template = "admin/endpoint_form.html"
    list_display = (
        *("__str__", "site", "enabled", "failures", instant("last_success", "last success")),
        *(instant("last_failure", "last failure"), "disabled_because"),
    )
    list_filter = (("site", admin.RelatedOnlyFieldListFilter), "enabled")
    list_select_related = ("site",)
    search_fields = ("url", "description")

    def get_urls(self) -> list[Any]:
        act = self.admin_site.admin_view(require_POST(self.act))
        return [path("<int:pk>/act/", act, name="endpoint-act"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        secret = endpoints.save(obj, clock.system.now())
        action = "changed" if change else "created"
        self.remember(request, action, obj, {"fields": list(form.changed_data)})
        if secret:
            self._show(request, obj, secret)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Show the newest deliveries below the form, and what can be done."""
        row = options.get("obj") or (args[3] if len(args) > 3 else None)  # noqa: PLR2004
        if row is not None:
            newest = Delivery.objects.filter(lane=row.lane).order_by("-pk")[:SHOWN]
            context |= {
                "lines": [_line(one) for one in newest],
                "health": {name: _when(getattr(row, name)) for name in HEALTH},
                "uses": inuse.of(row),
                "acts": caller(request).may(self.change_role, row.site_id),
                "act": reverse("admin:endpoint-act", args=[row.pk]),
            }
        return super().render_change_form(request, context, *args, **options)

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a button of the page says."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        now, wish = clock.system.now(), request.POST.get("wish", "")
        if wish == "rotate":
            self.remember(request, "renewed secret", row, {})
            self._show(request, row, secrets.renew(row.lane, now))
        elif wish == "test":
            self.remember(request, "tested", row, {"key": endpoints.ping(row, now)})
            messages.info(request, _("A ping is on its way; look again in a moment."))
        elif wish.isdecimal():
            mine = Delivery.objects.filter(lane=row.lane, pk=int(wish[:18]))
            count = deliveries.replay(mine.values_list("pk", flat=True), now)
            self.remember(request, "replayed", row, {"delivery": wish[:18]})
            messages.info(request, _("%(count)d deliveries wait again.") % {"count": count})
        return redirect("admin:push_endpoint_change", row.pk)

    def _show(self, request: HttpRequest, row: Endpoint, secret: str) -> None:
        told = _("What requests to {} are signed with, shown this once: <code>{}</code>")
        messages.warning(request, format_html(told, str(row), secret))


HEALTH = ("last_success", "last_failure")


def _when(at: int | None) -> str:
    return said(at) if at else "-"


def _line(row: Delivery) -> dict[str, Any]:
    told = row.payload.get("body")
    return {
        "row": row,
        "type": told.get("type") if isinstance(told, dict) else "",
        "written": _when(row.written_at),
        "due": _when(row.due) if row.state == Delivery.State.WAITING else "",
        "sent": as_block(told),
        "headers": as_block(row.headers),
    }
