"""The board: triggers and what they did, in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _

from personalization.plant import clock
from personalization.push import deliveries, secrets
from personalization.push.models import Delivery
from personalization.segments import triggers
from personalization.segments.actions.registry import shelf
from personalization.segments.models import Firing, Trigger, TriggerRevision
from personalization.sites import faults
from personalization.sites.documents import DocumentField
from personalization.sites.revised import RevisedAdmin
from personalization.sites.scoped import (
    ReadOnlyAdmin,
    by_profile,
    caller,
    document,
    instant,
    profile_link,
    sentence,
)
from rules.errors import InvalidError

WAYS = {
    "entered": _("entering a segment"),
    "exited": _("leaving a segment"),
    "event": _("an event"),
}
TEXT = forms.Textarea(attrs={"rows": 4, "class": "document"})


class TriggerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A trigger and, as its newest revision: on what, if what, for which purpose, then what."""

    way = forms.ChoiceField(label=_("on"), choices=list(WAYS.items()))
    what = forms.CharField(max_length=200, help_text=_("the segment's slug, or the event's name"))
    where = DocumentField(
        required=False,
        widget=TEXT,
        help_text=_('only events like this: <code>{"attribute": "properties.price", ...}</code>'),
    )
    when = DocumentField(
        required=False,
        widget=TEXT,
        help_text=_("only persons of whom this holds: traits, derived, features and segments"),
    )
    purpose = forms.ChoiceField(
        choices=[(name, name) for name in triggers.PURPOSES],
        initial=triggers.MARKETING,
        help_text=_("what the person must permit"),
    )
    times = forms.IntegerField(
        required=False, min_value=1, max_value=10_000, help_text=_("at most so often a person")
    )
    per = forms.CharField(required=False, help_text=_("in so long, like 7d"))
    hops = forms.IntegerField(
        min_value=1,
        max_value=triggers.MOST_HOPS,
        initial=triggers.HOPS,
        help_text=_("so many triggers may set each other off in a row"),
    )
    action = forms.ChoiceField(
        choices=lambda: [(name, _(one.label)) for name, one in shelf.items()]
    )
    settings = DocumentField(widget=forms.Textarea(attrs={"rows": 10, "class": "document"}))
    note = forms.CharField(
        required=False, max_length=300, help_text=_("what this revision changes")
    )

    class Meta:
        model = Trigger
        fields = ("site", "slug", "name", "enabled")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["settings"].help_text = _settings_help()
        newest = self.instance.revisions.first() if self.instance.pk else None
        if newest:
            self.initial.update(_parts(newest.document))

    def document(self) -> dict[str, Any]:
        """Return the form's parts as one document."""
        told = self.cleaned_data
        on = {told["way"]: told["what"]}
        if told.get("where"):
            on["where"] = told["where"]
        settings = told.get("settings")
        do = settings if isinstance(settings, dict) else {}
        found = {"on": on, "do": {"action": told["action"], **do}, "purpose": told["purpose"]}
        if told.get("when"):
            found["when"] = told["when"]
        if told.get("times") or told.get("per"):
            found["cap"] = {"times": told.get("times"), "per": told.get("per")}
        return {**found, "hops": told["hops"]}

    def clean(self) -> dict[str, Any]:
        """Check the document the parts make."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                triggers.check(self.document())
            except InvalidError as fault:
                raise ValidationError(faults.placed(fault)) from fault
        return data


def _parts(told: dict[str, Any]) -> dict[str, Any]:
    """Return a document as the form's fields."""
    on, do = dict(told["on"]), dict(told["do"])
    way = next((name for name in WAYS if name in on), "event")
    cap = told.get("cap", {})
    return {
        "way": way,
        "what": on.get(way, ""),
        "where": on.get("where"),
        "when": told.get("when"),
        "purpose": told.get("purpose", triggers.MARKETING),
        "times": cap.get("times"),
        "per": cap.get("per"),
        "hops": told.get("hops", triggers.HOPS),
        "action": do.pop("action", ""),
        "settings": do,
    }


def _settings_help() -> str:
    lines = [
        f"{_(one.label)}: "
        + "; ".join(f"<code>{name}</code>: {_(said)}" for name, said in one.settings.items())
        for one in shelf.values()
    ]
    return " — ".join(lines)


@admin.register(Trigger)
class TriggerAdmin(RevisedAdmin):
    """Triggers: saving makes a draft, publishing has its own button; off is off at once."""

    kind = "trigger"
    form = TriggerForm
    revision_fields = frozenset(
        {"way", "what", "where", "when", "purpose", "times", "per", "hops", "action", "settings"}
        | {"note"}
    )
    list_display = ("name", "slug", "site", "live_number", "in_words", "enabled")
    list_filter = (("site", admin.RelatedOnlyFieldListFilter), "enabled")
    list_select_related = ("site", "live")
    search_fields = ("slug", "name")
    prepopulated_fields = {"slug": ("name",)}
    actions = ("renew_secret",)
    fieldsets = (
        (None, {"fields": ("site", "name", "slug", "enabled")}),
        (_("On"), {"fields": (("way", "what"), "where")}),
        (_("If"), {"fields": ("when", "purpose", ("times", "per"), "hops")}),
        (_("Then"), {"fields": ("action", "settings")}),
        (None, {"fields": ("note",)}),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "slug") if obj else ()

    def save_model(self, request: HttpRequest, obj: Trigger, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._show(request, obj)

    def draft(self, request: HttpRequest, row: Trigger, form: Any) -> TriggerRevision:
        author = caller(request).actor
        return triggers.draft(row, form.document(), author, form.cleaned_data["note"])

    def words(self, revision: TriggerRevision) -> str:
        return triggers.words(revision.document)

    @admin.display(description="live")
    def live_number(self, row: Trigger) -> str:
        return f"r{row.live.number}" if row.live else _("not yet")

    @admin.display(description="what it does")
    def in_words(self, row: Trigger) -> str:
        return triggers.words(row.live.document) if row.live else "-"

    @admin.action(description=_("Renew the signing secret"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[Trigger]) -> None:
        """Give each selected trigger a new secret; the former one signs beside it for a day."""
        for row in queryset:
            if caller(request).may("owner", row.site_id):
                self._show(request, row)
                self.remember(request, "renewed secret", row, {})

    def _show(self, request: HttpRequest, row: Trigger) -> None:
        secret = secrets.renew(triggers.lane(row.pk), clock.system.now())
        said = _("What requests of {} are signed with, shown this once: <code>{}</code>")
        messages.warning(request, format_html(said, row.name, secret))


@admin.register(Firing)
class FiringAdmin(ReadOnlyAdmin):
    """What triggers did, or did not do and why; what left can be sent once more."""

    list_display = (
        *(
            "id",
            "trigger",
            "action",
            profile_link(),
            instant("at", "happened"),
            "outcome",
            sentence("reason"),
        ),
        *("hops", "delivery"),
    )
    fields = (
        *("site", "trigger", "revision", profile_link(), "occasion", "key", instant("at")),
        *(instant("recorded_at", "recorded"), "action", "hops", "outcome", sentence("reason")),
        *("delivery", document("data", "what was told")),
    )
    list_filter = ("outcome", "action")
    list_select_related = ("trigger", "site")
    search_fields = ("profile",)
    search_help_text = "a profile's id"
    actions = ("replay",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by the indexed column alone."""
        return by_profile(queryset, search_term), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the firings, each with the state of what left for it."""
        states = Delivery.objects.filter(key=OuterRef("key")).values("state")
        rows = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(left=Subquery(states[:1]))
        return found

    @admin.display(description="delivery")
    def delivery(self, row: Firing) -> str:
        return vars(row).get("left") or "-"

    @admin.action(description=_("Send what left once more"), permissions=["view"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Firing]) -> None:
        """Let the selected deliveries wait again, on sites the caller may publish on."""
        mine = caller(request).scope(queryset, "site_id", "publisher")
        rows = Delivery.objects.filter(key__in=mine.values("key"))
        count = deliveries.replay(rows.values_list("pk", flat=True), clock.system.now())
        for row in mine:
            self.remember(request, "replayed", row, {"key": row.key})
        messages.info(request, _("%(count)d deliveries wait again.") % {"count": count})
