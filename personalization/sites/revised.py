"""Admin pages of things with revisions: saving makes a draft, and history is only looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

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
    builder = ""
    """The desk's page on which its content is built, where people need not write JSON."""
    content = ""
    """The form's field with the content; empty on a new thing, the builder comes next."""
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
        if not change and self._to_be_built(form):
            return
        revision = self.draft(request, obj, form)
        diff = [said for tell in DIFFS.values() for said in tell(self.kind, revision)]
        self.remember(request, "drafted", obj, {"number": revision.number, "diff": diff})
        said = gettext("Saved as draft %(number)s. Nobody sees it before it is published.")
        said %= {"number": revision.number}
        messages.info(request, said)

    def _to_be_built(self, form: ModelForm[Any]) -> bool:
        return bool(self.builder) and form.cleaned_data[self.content] is None

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead to where the content is built, unless it came with the form."""
        answer = super().response_add(request, obj, post_url_continue)
        stays = {"_addanother", "_popup"}.intersection(request.POST)
        if not self.builder or stays or obj.revisions.exists():
            return answer
        return HttpResponseRedirect(reverse(self.builder, args=[obj.pk]))

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
        if not object_id.isdecimal():
            raise Http404
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
