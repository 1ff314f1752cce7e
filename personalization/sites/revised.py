"""Admin pages of things with revisions: saving makes a draft, and history is only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personalization.sites.scoped import ScopedAdmin, caller

SHOWN = 30
"""So many of the newest revisions stand on the page."""


VERBS = {
    "draft": ("desk:publish", _("Publish")),
    "retired": ("desk:rollback", _("Roll back to this")),
    "live": ("desk:retire", _("Retire")),
}
"""What may be done to a revision, by its status: the address, and what the button says."""


class RevisedAdmin(ScopedAdmin):
    """Base of segments, variants and matrices; ``kind`` is their word in the publishing URLs."""

    kind = ""
    retires = False
    revision_fields: frozenset[str] = frozenset()
    change_form_template = "admin/revised_form.html"

    def draft(self, request: HttpRequest, row: Any, form: ModelForm[Any]) -> Any:
        """Write what the form holds as a new draft revision and return it."""
        raise TypeError(f"{type(self).__name__} does not say how to draft {row} from {form}")

    def words(self, revision: Any) -> str:
        """Return the revision's content in words."""
        return str(revision)

    def save_model(
        self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if change and not self.revision_fields.intersection(form.changed_data):
            return
        revision = self.draft(request, obj, form)
        self.remember(request, "drafted", obj, {"number": revision.number})
        said = f"Saved as draft {revision.number}. Nobody sees it before it is published."
        messages.info(request, said)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Show the revisions below the form, with what the caller may do to each."""
        row = options.get("obj") or (args[3] if len(args) > 3 else None)  # noqa: PLR2004
        context["revisions"] = [self._line(request, row, one) for one in self._newest(row)]
        return super().render_change_form(request, context, *args, **options)

    def _newest(self, row: Any) -> Any:
        return row.revisions.order_by("-pk")[:SHOWN] if row else ()

    def _line(self, request: HttpRequest, row: Any, revision: Any) -> dict[str, Any]:
        may = caller(request).may("publisher", self.site_of(row))
        url, verb = VERBS.get(revision.status, ("", ""))
        action = url if may and (revision.status != "live" or self.retires) else ""
        return {
            "revision": revision,
            "words": self.words(revision),
            "look": reverse("desk:revision", args=[self.kind, revision.pk]),
            "action": reverse(action, args=[self.kind, revision.pk]) if action else None,
            "verb": verb,
        }
