"""What stands in a page where a slot is: the author's own content, or a decision for everybody's.

Asks the database nothing. By default the page is the same for everybody, and the browser fills in.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from personalization_client import connection, decisions
from personalization_client.calls import Away

PUBLIC = "public-permutation"
STATE = '<script type="application/json" data-pz-state>%s</script>'


@dataclass(frozen=True)
class Look:
    """How an editor looks at a page: as somebody in ``segments``, or (None) at what was written."""

    segments: Sequence[str] | None = None


_plain: ContextVar[bool] = ContextVar("plain", default=False)


@contextmanager
def plain() -> Iterator[None]:
    """Have slots be what was written, without an element: for content that goes elsewhere."""
    token = _plain.set(True)
    try:
        yield
    finally:
        _plain.reset(token)


Looks = Callable[[HttpRequest], Look | None]
looks: list[Looks] = []
"""Asked in turn whether a request is an editor's; each CMS's plugin puts its own here."""


def look(request: HttpRequest | None) -> Look | None:
    """Return how an editor looks, None for a visitor's request."""
    if request is None:
        return None
    given: Look | None = getattr(request, "personalization_look", None)
    return given or next((found for ask in looks if (found := ask(request))), None)


def preview(request: HttpRequest, segments: Sequence[str]) -> None:
    """Have a request's slots show what somebody in exactly these segments sees."""
    request.personalization_look = Look(tuple(segments))  # type: ignore[attr-defined]


def slot(request: HttpRequest | None, key: str, fallback: SafeString) -> SafeString:
    """Return a slot's element. Without a key it is the fallback alone."""
    if not key or _plain.get():
        return fallback
    if seen := look(request):
        return (
            _written(key, fallback) if seen.segments is None else _previewed(request, key, fallback)
        )
    if request is not None and (shown := kept(request, key)):
        _note(request, shown)
        html = mark_safe(shown.html)  # noqa: S308 - cleaned by the server when it was published
        return format_html(
            '<div data-personalize-slot="{}" data-pz-variant="{}">{}</div>{}',
            key,
            shown.variant,
            html,
            mark_safe(STATE % shown.state),  # noqa: S308 - JSON in which no tag can begin
        )
    return format_html('<div data-personalize-slot="{}" data-pz-pending>{}</div>', key, fallback)


def kept(request: HttpRequest, key: str) -> decisions.Shown | None:
    """Return what everybody with the same segments sees, where pages are filled in by the CMS."""
    to = connection.of_request(request)
    if to.render != "server":
        return None
    named = request.headers.get(to.segments_header, "") if to.segments_header else ""
    segments = [name.strip() for name in named.split(",") if name.strip()]
    shown = decisions.kept(to, key, segments, get_language() or "")
    return None if shown and shown.scope == PUBLIC and not to.segments_header else shown


def _note(request: HttpRequest, shown: decisions.Shown) -> None:
    """Remember what is in the page, for what its headers must say."""
    noted = getattr(request, "personalization_kept", ())
    request.personalization_kept = (*noted, shown)  # type: ignore[attr-defined]


def _written(key: str, fallback: SafeString) -> SafeString:
    """Return what the author wrote, where nothing may replace it while it is edited."""
    return format_html('<div class="pz-written" data-pz-written="{}">{}</div>', key, fallback)


def _previewed(request: HttpRequest | None, key: str, fallback: SafeString) -> SafeString:
    """Return the slot as a preview: nothing is tracked, and nothing changes by itself."""
    seen = look(request)
    segments = (seen and seen.segments) or ()
    decision, note, shown = {}, "", fallback
    try:
        to = connection.of_request(request)
        decision = decisions.preview(to, key, segments, get_language() or "")
        content = decision.get("content") or {}
        if decision.get("variant") is None:
            note = _("The server has no slot of this name, or nothing to show in it.")
        elif content.get("type") == "html":
            shown = mark_safe(str(content.get("html", "")))  # noqa: S308 - cleaned when published
    except Away as fault:
        note = _("Visitors see this while the server is away: %(fault)s.") % {"fault": fault}
    told = {"slot": key, "shown": shown, "note": note, "segments": ", ".join(segments)}
    told["variant"] = decision.get("variant")
    return mark_safe(render_to_string("personalization/preview.html", told))  # noqa: S308 - a template's
