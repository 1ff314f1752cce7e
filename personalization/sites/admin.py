"""Sites, keys, roles, publications and the audit in the admin."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext

from personalization.plant import clock
from personalization.plant.instants import to_datetime
from personalization.sites import board, founding, keys, people
from personalization.sites.documents import DocumentField
from personalization.sites.models import AuditEntry, Key, Publication, Role, Site
from personalization.sites.scoped import (
    CodedFilter,
    ReadOnlyAdmin,
    ScopedAdmin,
    caller,
    coded,
    document,
    instant,
    sentence,
)

BESIDE = (board, people)
"""Pages that stand in files of their own."""


def check_origins(origins: object) -> None:
    """Refuse anything but a list of origins like ``https://shop.example``."""
    if not isinstance(origins, list):
        said = gettext('Expected a list of origins, like ["https://shop.example"].')
        raise ValidationError(said)
    for origin in origins:
        scheme, _, host = str(origin).partition("://")
        if scheme not in {"http", "https"} or not host or "/" in host:
            said = gettext("Expected an origin like https://shop.example, not %(origin)s.")
            raise ValidationError(said % {"origin": repr(origin)})


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """A site, with its origins and its zone checked."""

    origins = DocumentField(
        required=False,
        initial=[],
        widget=forms.Textarea(attrs={"rows": 3, "class": "document"}),
        help_text='where browsers may call from: ["https://shop.example"]',
        check=check_origins,
    )

    def clean_timezone(self) -> str:
        """Accept only zones this machine knows."""
        zone: str = self.cleaned_data["timezone"]
        if zone not in available_timezones():
            raise ValidationError(gettext("Expected a zone like Europe/Vienna."))
        return zone


@admin.register(Site)
class SiteAdmin(ScopedAdmin):
    """Sites: made by superusers, changed by their owners."""

    form = SiteForm
    site_path = "pk"
    change_role = "owner"
    list_display = ("name", "slug", "timezone", "locale", "consent", "created_at")
    actions = ("renew_secret",)
    search_fields = ("slug", "name")

    def has_add_permission(self, request: HttpRequest, *_: object) -> bool:
        return caller(request).roles is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._show(request, obj, founding.complete(obj))

    @admin.action(description="Renew the signing secret", permissions=["change"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[Site]) -> None:
        """Replace the secret of each selected site that the caller owns."""
        for site in queryset:
            if caller(request).may("owner", site.pk):
                self._show(request, site, founding.renew_secret(site))
                self.remember(request, "renewed secret", site, {})

    def _show(self, request: HttpRequest, site: Site, secret: str) -> None:
        said = gettext("The signing secret of {}, shown this once: <code>{}</code>")
        messages.warning(request, format_html(said, site.name, secret))


@admin.register(Key)
class KeyAdmin(ScopedAdmin):
    """API keys: the secret is shown once, a key is revoked and never deleted."""

    view_role = add_role = change_role = "owner"
    list_display = ("prefix", "site", "kind", "label", "role", "created_at", "revoked_at")
    list_filter = (("site", admin.RelatedOnlyFieldListFilter), "kind")
    list_select_related = ("site",)
    fields = ("site", "kind", "label", "role")
    actions = ("revoke",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the roles by name."""
        if db_field.name == "role":
            return forms.ChoiceField(
                choices=Role.Name.choices,
                initial=Role.Name.PUBLISHER,
                label=gettext("role"),
                help_text=gettext("what a management key may do; other kinds ignore it"),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("site", "kind", "role", "prefix", "created_at", "revoked_at") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ("site", "kind", "label", "role")
        return (*shown, "prefix", "created_at", "revoked_at") if obj else shown

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Key, form: Any, change: bool) -> None:
        if not change:
            minted, secret = keys.mint(obj.site, obj.kind, obj.label, obj.role)
            obj.pk, obj.prefix, obj.digest = minted.pk, minted.prefix, minted.digest
            obj.created_at = minted.created_at
            obj._state.adding = False  # noqa: SLF001 -- mint has written the row
            shown = format_html(gettext("The key, shown this once: <code>{}</code>"), secret)
            messages.warning(request, shown)
        super().save_model(request, obj, form, change)

    @admin.action(description="Revoke the selected keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Key]) -> None:
        """Revoke; every process forgets the keys within seconds."""
        owned = [key for key in queryset if caller(request).may("owner", key.site_id)]
        for key in filter(lambda key: key.revoked_at is None, owned):
            key.revoked_at = to_datetime(clock.system.now())
            key.save(update_fields=["revoked_at"])
            self.remember(request, "revoked", key, {"prefix": key.prefix})
        messages.info(request, gettext("Revoked."))


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role is given to somebody by their user name."""

    username = forms.CharField(max_length=150)

    class Meta:
        model = Role
        fields = ("site", "name")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["username"].initial = self.instance.user.get_username()
            self.fields["username"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Find the person, who must be staff, and refuse the same role twice."""
        data: dict[str, Any] = super().clean() or {}
        people = get_user_model().objects.filter(is_active=True, is_staff=True)
        person = people.filter(username=data.get("username", "")).first()
        if person is None:
            raise ValidationError({"username": gettext("No active member of staff has this name.")})
        site = data.get("site") or getattr(self.instance, "site", None)
        same = Role.objects.filter(user=person, site=site, name=data.get("name"))
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                {"username": gettext("They have this role on this site already.")}
            )
        self.instance.user = person
        return data


@admin.register(Role)
class RoleAdmin(ScopedAdmin):
    """Who belongs to which group of a site: what each may stands in docs/reviews.md."""

    form = RoleForm
    view_role = add_role = change_role = "owner"
    list_display = ("user", "site", "name")
    list_select_related = ("user", "site")
    fields = ("site", "username", "name")


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    """Every publish: prepared, then live, or not; one that prepares can be cancelled."""

    change_form_template = "admin/publication.html"
    fields = (
        *("site", coded("kind"), "object_id", "revision_id", "state"),
        *("done", "total", "generation", "asked_by"),
        *(instant("started_at", "started"), instant("ended_at", "ended"), sentence("error")),
    )
    list_display = ("id", *fields[:3], "state", *fields[7:])
    list_select_related = ("site",)
    list_filter = ("state", ("kind", CodedFilter))


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Who changed what, when."""

    said_at = instant("at", "when")
    done = ("actor", coded("action"), coded("object_type"), "object_id")
    list_display = ("id", said_at, *done, "site")
    fields = ("site", said_at, *done, document("detail"))
    list_select_related = ("site",)
