"""Admin pages of things with revisions: saving makes a draft, and history is only looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from personalization.sites.scoped import ScopedAdmin

SHOWN = 30
"""So many of the newest revisions stand on the page."""


ABOVE: dict[str, Callable[[HttpRequest, str, Any], dict[str, Any]]] = {}
"""What is put on top of a thing's page, by those who know more than this layer: the context."""
LINES: dict[str, Callable[[HttpRequest, str, Any, Iterable[Any]], list[dict[str, Any]]]] = {}
"""What they say of each of its revisions."""
DIFFS: dict[str, Callable[[str, Any], list[str]]] = {}
"""What they say a draft changes."""


class RevisedAdmin(ScopedAdmin):
    """Base of segments, variants and matrices; ``kind`` is their word in the publishing URLs."""

    kind = ""
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
        diff = [said for tell in DIFFS.values() for said in tell(self.kind, revision)]
        self.remember(request, "drafted", obj, {"number": revision.number, "diff": diff})
        said = f"Saved as draft {revision.number}. Nobody sees it before it is published."
        messages.info(request, said)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Show the revisions below the form, with what the caller may do to each."""
        row = options.get("obj") or (args[3] if len(args) > 3 else None)  # noqa: PLR2004
        context["revisions"] = self._lines(request, row) if row else []
        for put in ABOVE.values() if row else ():
            context.update(put(request, self.kind, row))
        return super().render_change_form(request, context, *args, **options)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the history that reads the audit."""
        return HttpResponseRedirect(reverse("desk:history", args=[self.kind, object_id]))

    def _lines(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        newest = list(row.revisions.order_by("-pk")[:SHOWN])
        found = [self._line(one) for one in newest]
        for say in LINES.values():
            told = say(request, self.kind, row, newest)
            found = [line | more for line, more in zip(found, told, strict=True)]
        return found

    def _line(self, revision: Any) -> dict[str, Any]:
        return {
            "revision": revision,
            "words": self.words(revision),
            "look": reverse("desk:revision", args=[self.kind, revision.pk]),
        }
