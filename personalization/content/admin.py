"""Slots and variants in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from personalization.content import board, drafts
from personalization.content.models import Slot, Variant, VariantRevision
from personalization.sites.documents import DocumentField, checked, indented
from personalization.sites.revised import RevisedAdmin
from personalization.sites.scoped import ScopedAdmin, caller, preview_link

PREVIEW = preview_link()

BESIDE = (board,)
"""Pages that stand in files of their own."""


def check_chain(chain: object) -> None:
    """Refuse anything but a list of variant slugs."""
    if not isinstance(chain, list) or not all(isinstance(slug, str) and slug for slug in chain):
        raise ValidationError('Expected a list of variant slugs, like ["season", "baseline"].')


class SlotForm(forms.ModelForm):  # type: ignore[type-arg]
    """A slot, with its fallback chain checked."""

    fallback = DocumentField(
        required=False,
        initial=[],
        check=check_chain,
        widget=forms.Textarea(attrs={"rows": 3, "class": "document"}),
        help_text='variants shown where no row of the matrix decides, best first: ["baseline"]',
    )


@admin.register(Slot)
class SlotAdmin(ScopedAdmin):
    """Places on pages."""

    form = SlotForm
    list_display = ("key", "name", "site", "schema", "is_list", "fallback", "swap", "enabled",
                    PREVIEW)  # fmt: skip
    list_filter = (("site", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("site",)
    search_fields = ("key", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ("key", "schema", PREVIEW)
        return (*super().get_readonly_fields(request, obj), *fixed) if obj else ()


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A variant and, as a new revision, its content in one locale."""

    locale = forms.CharField(
        required=False, max_length=20, help_text="like de-AT; empty is every locale"
    )
    content = DocumentField(
        help_text='JSON by the slot\'s schema: {"html": "&lt;p&gt;Hello&lt;/p&gt;"}, '
        '{"text": "Hello"}, '
        '{"url": "https://..."}; json slots take {"json": ...}',
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
        return f"[{revision.locale or 'every locale'}] {text[:160]}"

    @admin.display(description="live in")
    def live_in(self, row: Variant) -> str:
        live = row.revisions.filter(status=VariantRevision.Status.LIVE).order_by("locale")
        return ", ".join(one.locale or "every locale" for one in live[:20]) or "not yet"
