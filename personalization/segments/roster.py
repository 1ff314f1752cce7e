"""The roster: lists and their versions in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from personalization.plant import clock
from personalization.segments import rolls
from personalization.segments.lists import ListVersion, SegmentList
from personalization.segments.models import Segment
from personalization.sites import faults, freezes
from personalization.sites.documents import DocumentField, as_block
from personalization.sites.inuse import used_by
from personalization.sites.models import Site
from personalization.sites.phrasebook import spoken
from personalization.sites.scoped import ReadOnlyAdmin, ScopedAdmin, caller, document, instant
from rules.appointments import said
from rules.errors import InvalidError

SHOWN = 50
FAULTS = 20
NEW = ("site", "slug", "name", "condition", "every")
"""What is asked of a new list."""
NEXT = ("file", "note")
"""What is asked for its next version."""


class ListForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new list, or a list's next version as a file."""

    site = forms.ModelChoiceField(Site.objects.none())
    slug = forms.SlugField(max_length=80)
    name = forms.CharField(max_length=120)
    condition = DocumentField(
        required=False,
        help_text=_("only for a computed list: traits, derived, features and segments"),
    )
    every = forms.CharField(required=False, help_text=_("how often it is computed, like 1d"))
    file = forms.FileField(
        required=False,
        help_text=_("CSV with a column userId, anonymousId or a trait like traits.email"),
    )
    note = forms.CharField(required=False, max_length=300)

    class Meta:
        model = SegmentList
        fields = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in NEW if self.instance.pk else NEXT:
            self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """Check what makes a new list."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "slug" in self.fields and not self.errors:
            try:
                if data.get("condition"):
                    rolls.check(data["condition"], data.get("every"))
                taken = Segment.objects.filter(site=data["site"], slug=data["slug"]).exists()
            except InvalidError as fault:
                raise ValidationError(faults.placed(fault)) from fault
            if taken:
                raise ValidationError({"slug": _("A segment has this slug already.")})
        return data


@admin.register(SegmentList)
class ListAdmin(ScopedAdmin):
    """Lists: an upload makes a version; putting one in force is a step of its own."""

    form = ListForm
    site_path = "segment__site_id"
    change_role = "publisher"
    list_display = ("segment", "site_name", "kind", "live", "progress", instant("due", "next run"))
    list_select_related = ("segment__site", "live__roll__segment")
    search_fields = ("segment__slug", "segment__name")
    readonly_fields = ("kind", "asked", "live", "progress", "newest", used_by)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return NEW
        return ("kind", "asked", "live", "progress", *NEXT, "newest", used_by)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer only sites on which the caller may make something."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            form.base_fields["site"].queryset = caller(request).visible_sites("editor")
        return form

    def save_model(self, request: HttpRequest, obj: SegmentList, form: Any, change: bool) -> None:
        data = form.cleaned_data
        if not change:
            actor, now = caller(request).actor, clock.system.now()
            made = rolls.found(data["site"].pk, data, data.get("condition") or None, actor, now)
            obj.pk, obj.segment = made.pk, made.segment
            obj._state.adding = False  # noqa: SLF001 -- rolls has written the row
            messages.info(request, _("Publish its segment, and it can be asked for."))
            return
        file = data.get("file")
        if file is None:
            return
        told = (caller(request).actor, data["note"] or file.name)
        version = rolls.upload(obj, file.chunks(), *told, clock.system.now())
        self.remember(request, "uploaded", obj, {"version": version.number})
        if version.state == ListVersion.State.FAILED:
            faulty = (f"line {f['line']}: {f['message']}" for f in version.faults[:FAULTS])
            said = format_html_join("", "<br>{}", ((spoken(one),) for one in faulty))
            head = _("Nothing was taken: %(count)d faults.") % {"count": version.faulty}
            messages.error(request, format_html("{}{}", head, said))
        else:
            said = _("Version %(number)d has %(count)d entries. Put it in force below.")
            messages.success(request, said % {"number": version.number, "count": version.count})

    @admin.display(description="site")
    def site_name(self, row: SegmentList) -> str:
        return str(row.segment.site)

    @admin.display(description="kind")
    def kind(self, row: SegmentList) -> str:
        if row.condition is None:
            return _("uploaded")
        every = f", every {row.every} s" if row.every else ""
        return _("computed") + every

    @admin.display(description="condition")
    def asked(self, row: SegmentList) -> str:
        return as_block(row.condition)

    @admin.display(description="told")
    def progress(self, row: SegmentList) -> str:
        return f"{row.done} of {row.total}" if row.applying else "all"

    @admin.display(description="versions")
    def newest(self, row: SegmentList) -> SafeString:
        """Return the newest versions, each with what it changes and the way to its page."""
        lines = (
            (
                reverse("admin:segments_listversion_change", args=[one.pk]),
                f"v{one.number}",
                one.get_state_display(),
                f"{one.count}: +{one.added} -{one.removed}",
                _("in force") if one.pk == row.live_id else "",
            )
            for one in row.versions.all()[:SHOWN]
        )
        shown = '<a href="{}">{}</a> {} {} <strong>{}</strong><br>'
        return format_html_join("", shown, lines)


@admin.register(ListVersion)
class ListVersionAdmin(ReadOnlyAdmin):
    """Versions of lists; any that was taken in can be put in force."""

    site_path = "roll__segment__site_id"
    list_display = (
        *("id", "roll", "number", "origin", "by", "state", "count", "added", "removed"),
        *("author", instant("created_at", "made")),
    )
    fields = (*list_display[1:], "repeated", "note", "faulty", document("faults"))
    list_select_related = ("roll__segment",)
    change_form_template = "admin/list_version.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Say what a freeze holds, and let whoever may override it."""
        row = options.get("obj") or context.get("original")
        if row is not None:
            site = row.roll.segment.site_id
            frozen = freezes.at(site, clock.system.now())
            context |= {
                "frozen": frozen,
                "until": said(frozen.until_at, frozen.zone) if frozen else "",
                "may": caller(request).may("publisher", site),
                "overrides": bool(frozen) and caller(request).may("override", site),
            }
        return super().render_change_form(request, context, *args, **options)
