"""The attribute catalogue, identities, links and the consent ledger in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from personalization.profiles.models import Attribute, ConsentEntry, Identity, Link, Profile
from personalization.sites import codewords
from personalization.sites.inuse import used_by
from personalization.sites.naming import identity_id
from personalization.sites.phrasebook import spoken
from personalization.sites.scoped import (
    ReadOnlyAdmin,
    ScopedAdmin,
    SearchedAdmin,
    caller,
    coded,
    instant,
    profile_link,
    uuid_of,
)
from rules import hierarchies
from rules.errors import InvalidError

TYPES = ("string", "number", "boolean", "datetime", "list", "version", "ip", "location")
PURPOSES = ("necessary", "analytics", "personalization", "marketing")
LEARNED = coded("learned_type")
"""One function: Django compares what is shown with what is read-only."""


class TreeField(forms.CharField):
    """Lines of values, each below the one before it."""

    widget = forms.Textarea(attrs={"rows": 8, "class": "document"})

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=True, max_length=2_000_000, **options)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else hierarchies.text(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(hierarchies.text(initial or {}) != data)

    def clean(self, value: Any) -> Any:
        try:
            return hierarchies.parse(super().clean(value))
        except InvalidError as fault:
            where = fault.at.removeprefix("/")
            said = gettext("Line %(number)s: %(why)s") if where.isdecimal() else "%(why)s"
            number = int(where) + 1 if where.isdecimal() else 0
            told = said % {"number": number, "why": spoken(fault.message)}
            raise ValidationError(told, fault.code) from fault


class AttributeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A catalogue entry: the type that overrides what was learned, and the purpose."""

    type = forms.ChoiceField(
        required=False,
        choices=[("", "as learned"), *((name, codewords.NAMED.get(name, name)) for name in TYPES)],
        help_text="overrides what was learned",
    )
    purpose = forms.ChoiceField(choices=[(name, name) for name in PURPOSES], initial=PURPOSES[2])
    hierarchy = TreeField(
        required=False,
        help_text="lines of values from the top down: outdoor &gt; tents &gt; family tents. To be "
        "outdoor is then to be any of them. It comes in force when features are published.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse values and attributes below one attribute."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            hierarchies.either(found.get("hierarchy", {}), found.get("nested", False))
        except InvalidError as fault:
            self.add_error("nested", ValidationError(spoken(fault.message), fault.code))
        return found


@admin.register(Attribute)
class AttributeAdmin(ScopedAdmin):
    """Attributes: learned from what comes in, overridable."""

    form = AttributeForm
    fields = (
        "site",
        "path",
        "label",
        "type",
        "purpose",
        "hierarchy",
        "nested",
        LEARNED,
        "seen",
        used_by,
    )
    readonly_fields = (LEARNED, "seen", used_by)
    list_display = ("path", "label", "site", LEARNED, coded("type"), "purpose", "seen")
    list_filter = (("site", admin.RelatedOnlyFieldListFilter), "purpose")
    list_select_related = ("site",)
    search_fields = ("path", "label")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "path") if obj else fixed


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    """Profiles, by id; search by anonymousId, userId or profile id."""

    ordering = ("pk",)
    list_display = (profile_link("pk"), "of_site", "device_view", instant("first_seen"))
    list_display_links = None
    fields = ("id", "of_site", "device_view", "merged_into", instant("first_seen"))
    search_fields = ("id",)
    search_help_text = "an anonymousId, a userId, or a profile's id"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the profile whose identity has this value."""
        if not search_term:
            return queryset, False
        ids = _identities(request, search_term)
        named = Identity.objects.filter(pk__in=ids).values_list("person", "view")
        found = {profile for pair in named for profile in pair} | set(ids)
        return queryset.filter(pk__in=found), False


@admin.register(Identity)
class IdentityAdmin(SearchedAdmin):
    """Names people came with; search by the name."""

    ordering = ("pk",)
    list_display = ("value", coded("kind"), profile_link("person"), instant("first_seen"))
    fields = ("id", "site_id", coded("kind"), "value", "person", "view", instant("first_seen"))
    search_fields = ("id",)
    search_help_text = "an anonymousId, a userId, or the id of an identity or profile"

    def found(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        ids = _identities(request, term)
        return queryset.filter(Q(pk__in=ids) | Q(person__in=ids))


@admin.register(Link)
class LinkAdmin(SearchedAdmin):
    """What joined identities: verified or claimed; search by an identity."""

    list_display = (
        *("id", "one", "other", "trust", coded("said_by"), instant("at", "said")),
        instant("revoked_at", "revoked"),
    )
    taken = ("revoked_by", "reason", "barred")
    fields = (*list_display[1:], instant("recorded_at", "recorded"), *taken)
    search_fields = ("one",)
    search_help_text = "an anonymousId, a userId, or an identity's id"

    def found(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        ids = _identities(request, term)
        return queryset.filter(Q(one__in=ids) | Q(other__in=ids))


@admin.register(ConsentEntry)
class ConsentAdmin(SearchedAdmin):
    """The consent ledger: who said yes or no to what, and when; search by an identity."""

    list_display = ("id", "identity", "purpose", "granted", instant("at", "said"), "source")
    fields = list_display[1:]
    search_fields = ("identity",)
    search_help_text = "an anonymousId, a userId, or an identity's id"

    def found(self, request: HttpRequest, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        return queryset.filter(identity__in=_identities(request, term))


def _identities(request: HttpRequest, term: str) -> list[Any]:
    """Return the ids a search term may mean: itself, or the hash of a name on a visible site."""
    sites = caller(request).visible_sites().values_list("pk", flat=True)[:1_000]
    kinds = ("user", "anonymous")
    named = [identity_id(site, kind, term.strip()) for site in sites for kind in kinds]
    given = uuid_of(term)
    return [*named, given] if given else named
