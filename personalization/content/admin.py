"""Slots and variants in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.content import board, drafts, slots
from personalization.content.models import Slot, SlotRevision, Variant, VariantRevision
from personalization.sites import faults
from personalization.sites.documents import DocumentField, checked, indented
from personalization.sites.revised import RevisedAdmin
from personalization.sites.scoped import caller, preview_link
from rules.errors import InvalidError

PREVIEW = preview_link()

BESIDE = (board,)
"""Pages that stand in files of their own."""


def check_chain(chain: object) -> None:
    """Refuse anything but a list of variant slugs."""
    if not isinstance(chain, list) or not all(isinstance(slug, str) and slug for slug in chain):
        said = gettext('Expected a list of variant slugs, like ["season", "baseline"].')
        raise ValidationError(said)


class SlotForm(forms.ModelForm):  # type: ignore[type-arg]
    """A slot and, as its newest revision, what it falls back to."""

    fallback = DocumentField(
        required=False,
        initial=[],
        check=check_chain,
        widget=forms.Textarea(attrs={"rows": 3, "class": "document"}),
        help_text='variants shown where no row of the matrix decides, best first: ["baseline"]',
    )
    note = forms.CharField(required=False, max_length=300, help_text="what this revision changes")

    class Meta:
        model = Slot
        fields = ("site", "key", "name", "schema", "is_list", "fallback", "swap", "ttl", "enabled")
        labels: ClassVar = {"is_list": _("shows several"), "ttl": _("valid for")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = self.instance.revisions.first() if self.instance.pk else None
        if newest:
            self.initial.update(newest.document)

    def clean(self) -> dict[str, Any]:
        """Check what a revision holds as it will be when it is drafted."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if set(slots.REVISED) <= data.keys():
            try:
                slots.check(data)
            except InvalidError as fault:
                raise ValidationError({fault.at.split("/")[1]: faults.said(fault)}) from fault
        return data


@admin.register(Slot)
class SlotAdmin(RevisedAdmin):
    """Places on pages: a new slot is as it was made; a change is a draft, published by a button."""

    kind = "slot"
    form = SlotForm
    revision_fields = frozenset(slots.REVISED)
    list_display = ("key", "name", "site", "schema", "is_list", "tried", "swap", "enabled",
                    PREVIEW)  # fmt: skip
    list_filter = (("site", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("site",)
    search_fields = ("key", "name")
    fields = ("site", "key", "name", "schema", "is_list", *slots.REVISED, "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ("key", "schema", PREVIEW)
        return (*super().get_readonly_fields(request, obj), *fixed) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.fields, PREVIEW) if obj else self.fields

    def save_model(self, request: HttpRequest, obj: Slot, form: Any, change: bool) -> None:
        if not change:
            super(RevisedAdmin, self).save_model(request, obj, form, change)
            return
        for name, value in slots.present(Slot.objects.get(pk=obj.pk)).items():
            setattr(obj, name, value)  # what is in force stays so until it is published
        super().save_model(request, obj, form, change)

    @admin.display(description="fallback")
    def tried(self, row: Slot) -> str:
        return " → ".join(row.fallback) or "-"

    def draft(self, request: HttpRequest, row: Slot, form: Any) -> SlotRevision:
        data = form.cleaned_data
        wanted = {name: data[name] for name in slots.REVISED}
        return slots.draft(row, wanted, caller(request).actor, data["note"])

    def words(self, revision: SlotRevision) -> str:
        said = revision.document
        chain = " → ".join(said["fallback"]) or gettext("nothing")
        told = gettext("falls back to %(chain)s; swaps %(swap)s; kept %(seconds)s s")
        told %= {"chain": chain, "swap": said["swap"], "seconds": said["ttl"]}
        return told if said["enabled"] else told + "; " + gettext("off")


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A variant and, as a new revision, its content in one locale."""

    locale = forms.CharField(
        required=False, max_length=20, help_text="like de-AT; empty is every locale"
    )
    content = DocumentField(
        help_text='JSON by the slot\'s schema: <code>{"html": "&lt;p&gt;Hello&lt;/p&gt;"}</code>, '
        '<code>{"text": "Hello"}</code>, <code>{"url": "https://..."}</code>; '
        'JSON slots take <code>{"json": ...}</code>',
    )

    class Meta:
        model = Variant
        fields = ("slot", "slug", "name", "enabled")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = self.instance.revisions.order_by("-pk").first() if self.instance.pk else None
        if newest:
            self.initial.update({"locale": newest.locale, "content": newest.content})

    def clean(self) -> dict[str, Any]:
        """Check the content by the slot's content type."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        slot = data.get("slot") or (self.instance.slot if self.instance.pk else None)
        if slot and "content" in data:
            try:
                checked(lambda content: drafts.check(slot.schema, content), data["content"])
            except ValidationError as fault:
                self.add_error("content", fault)
        return data


@admin.register(Variant)
class VariantAdmin(RevisedAdmin):
    """Variants: saving makes a draft in one locale, publishing has its own button."""

    kind = "variant"
    change_form_template = "admin/variant_form.html"
    site_path = "slot__site_id"
    form = VariantForm
    revision_fields = frozenset({"locale", "content"})
    list_display = ("slug", "name", "slot", "live_in", "enabled")
    list_select_related = ("slot",)
    search_fields = ("slug", "name")
    autocomplete_fields = ("slot",)
    fields = ("slot", "slug", "name", "enabled", "locale", "content")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("slot", "slug") if obj else ()

    def draft(self, request: HttpRequest, row: Variant, form: Any) -> VariantRevision:
        data = form.cleaned_data
        return drafts.draft(row, data["content"], caller(request).actor, data["locale"])

    def words(self, revision: VariantRevision) -> str:
        text = " ".join(indented(revision.content).split())
        return f"[{revision.locale or gettext('every locale')}] {text[:160]}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the variants, each with its revisions in force."""
        live = VariantRevision.objects.filter(status=VariantRevision.Status.LIVE)
        kept = live.defer("content").order_by("locale")
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("revisions", kept, to_attr="live_ones"))

    @admin.display(description="live in")
    def live_in(self, row: Variant) -> str:
        return ", ".join(
            one.locale or gettext("every locale") for one in vars(row)["live_ones"][:20]
        ) or gettext("not yet")
