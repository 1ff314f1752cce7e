"""The board of content from elsewhere: sources and how they do, their entries, and links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.content import rotation, settling
from personalization.content.entries import EVERY
from personalization.content.sources import Binding, Entry, Source
from personalization.plant import clock
from personalization.sites import faults
from personalization.sites.documents import DocumentField
from personalization.sites.inuse import used_by
from personalization.sites.scoped import (
    ReadOnlyAdmin,
    ScopedAdmin,
    caller,
    document,
    instant,
    sentence,
)
from rules.errors import InvalidError

HIDDEN = forms.PasswordInput(attrs={"autocomplete": "new-password"})
SMALL = forms.Textarea(attrs={"rows": 4, "class": "document"})


def said(fault: InvalidError) -> str:
    """Return a fault as a form shows it."""
    return faults.placed(fault)


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A source; its token and a secret of the CMS's own are taken and never shown."""

    options = DocumentField(
        required=False, initial={}, widget=SMALL,
        help_text=_('words of the adapter, see <code>docs/cms.md</code>: '
                    '<code>{"types": "posts,pages"}</code>'),
    )  # fmt: skip
    access = forms.CharField(
        label=_("Token"),
        required=False, max_length=2_000, widget=HIDDEN,
        help_text=_("what our reads are sent with; kept as it is where this is left empty"),
    )  # fmt: skip
    own = forms.CharField(
        label=_("Secret"),
        required=False, max_length=200, widget=HIDDEN,
        help_text=_("only where the CMS made one itself; otherwise we make one and show it once"),
    )  # fmt: skip

    class Meta:
        model = Source
        fields = ("site", "slug", "adapter", "url", "default_locale", "publishes", "enabled",
                  "sync_every")  # fmt: skip
        help_texts = {
            "url": _("where it is read from; empty: it tells us all itself"),
            "default_locale": _("its entries in this locale are for every locale"),
            "publishes": _("off: what changed becomes a draft that somebody publishes"),
            "sync_every": _("seconds between two syncs, 0 for none"),
        }

    def clean(self) -> dict[str, Any]:
        """Check what a request would be sent with."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            settling.check_source({**data, "token": data.get("access")})
            if data.get("own"):
                rotation.check(data.get("adapter") or self.instance.adapter, data["own"])
        except InvalidError as fault:
            raise ValidationError(said(fault)) from fault
        return data


@admin.register(Source)
class SourceAdmin(ScopedAdmin):
    """Sources: made and changed by owners; secrets are shown once."""

    form = SourceForm
    change_form_template = "admin/source.html"
    add_role = change_role = "owner"
    list_display = (
        *("slug", "site", "adapter", "enabled", "syncing", instant("last_hook_at", "last hook")),
        *(instant("last_read_at", "last read"), "last_fault"),
    )
    list_filter = (("site", admin.RelatedOnlyFieldListFilter), "adapter", "enabled")
    list_select_related = ("site",)
    search_fields = ("slug", "url")
    actions = ("renew_secret",)
    health = (
        *("address", instant("last_hook_at", "last hook"), instant("last_read_at", "last read")),
        *("last_fault", instant("last_fault_at", "last fault at"), "syncing", used_by),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "slug", "adapter", *self.health) if obj else fixed

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        named = ("site", "slug", "adapter", "url", "options", "access", "own")
        kept = ("default_locale", "publishes", "enabled", "sync_every")
        shown = [(None, {"fields": named}), (_("What becomes of it"), {"fields": kept})]
        return [*shown, (_("How it does"), {"fields": self.health})] if obj else shown

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        told = form.cleaned_data
        before = Source.objects.get(pk=obj.pk).terms if change else obj.terms
        super().save_model(request, obj, form, change)
        if told.get("access"):
            rotation.entrust(obj, told["access"])
        if obj.reread(before):
            messages.info(request, gettext("The sync under way begins anew with what was changed."))
        if told.get("own") or not change:
            self._show(request, obj, told.get("own", ""))

    @admin.action(description=_("Renew the secret"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Replace the secret of each selected source the caller owns; the former lives a day."""
        for row in queryset:
            if caller(request).may("owner", row.site_id):
                self._show(request, row, "")

    def _show(self, request: HttpRequest, row: Source, given: str) -> None:
        secret = rotation.renew(row, clock.system.now(), given)
        self.remember(request, "renewed secret", row, {})
        if not given:
            shown = gettext("The secret of {}, shown this once: <code>{}</code>")
            messages.warning(request, format_html(shown, row.slug, secret))

    @admin.display(description=_("its hooks go to"))
    def address(self, row: Source) -> str:
        return f"/hooks/{row.pk}"

    @admin.display(description=_("sync"))
    def syncing(self, row: Source) -> str:
        if row.sync_began_at is not None:
            return gettext("under way: %(rows)d entries") % {"rows": row.sync_rows}
        ended = instant("sync_ended_at")(row)
        return f"{ended}, {row.sync_rows}" if row.sync_ended_at else gettext("never")


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """What the sources have, as it was last seen."""

    site_path = "source__site_id"
    list_display = (
        *("external_id", "source", "kind", "locale", "status", "version", "title"),
        *(instant("changed_at", "changed"), instant("seen_at", "seen")),
    )
    fields = (*list_display, "url", document("fields"), "html")
    list_select_related = ("source",)
    list_filter = ("status",)
    search_fields = ("external_id__exact",)
    search_help_text = _("an entry's id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what only says that an entry was read whole, or that nothing of it is left."""
        return super().get_queryset(request).exclude(locale=EVERY)


class BindingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A link, with its mapping checked by the slot's type."""

    mapping = DocumentField(
        required=False, initial={}, widget=SMALL,
        help_text=_('empty: body, title or address; <code>{"html": "fields.body"}</code>, '
                    '<code>{"json": {"lead": "fields.lead"}}</code>'),
    )  # fmt: skip

    class Meta:
        model = Binding
        fields = ("variant", "source", "external_id", "kind", "mapping")

    def clean(self) -> dict[str, Any]:
        """Check that the slot can be filled so."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        variant = data.get("variant") or getattr(self.instance, "variant", None)
        source = data.get("source") or getattr(self.instance, "source", None)
        if not self.errors and variant and source:
            try:
                settling.check_binding(variant, source, data.get("mapping"))
            except InvalidError as fault:
                raise ValidationError(said(fault)) from fault
        return data


@admin.register(Binding)
class BindingAdmin(ScopedAdmin):
    """Which variant is filled by which entry, and why one is not."""

    form = BindingForm
    site_path = "source__site_id"
    add_role = change_role = delete_role = "publisher"
    list_display = ("variant", "source", "external_id", "kind", "stale", sentence("fault"),
                    instant("settled_at", "settled"))  # fmt: skip
    list_select_related = ("variant__slot", "source")
    search_fields = ("external_id__exact",)
    fields = ("variant", "source", "external_id", "kind", "mapping")
    shown = ("stale", sentence("fault"), instant("settled_at", "settled"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("variant", "source", *self.shown) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.fields, *self.shown) if obj else self.fields

    def save_model(self, request: HttpRequest, obj: Binding, form: Any, change: bool) -> None:
        obj.stale = True
        super().save_model(request, obj, form, change)
