"""What stands in a page where a slot is: the author's own content, or a decision for everybody's.

Asks the database nothing. By default the page is the same for everybody, and the browser fills in.
"""

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from personalization_client import connection, decisions
from personalization_client.calls import Away

SCOPES = ("static", "public-permutation")


def slot(request: HttpRequest | None, key: str, fallback: SafeString) -> SafeString:
    """Return a slot's element. Without a key it is the fallback alone."""
    if not key:
        return fallback
    if (segments := previewed(request)) is not None:
        return _previewed(request, key, segments, fallback)
    to = connection.of(request.get_host()) if request else connection.Connection()
    if to.render == "server" and request is not None and (shown := _kept(request, to, key)):
        html = mark_safe(shown.html)  # noqa: S308 - cleaned by the server when it was published
        return _element(key, html, {"data-pz-variant": shown.variant})
    return _element(key, fallback, {"data-pz-pending": ""})


def preview(request: HttpRequest, segments: Sequence[str]) -> None:
    """Have a request's slots show what somebody in exactly these segments sees."""
    request.personalization_preview = tuple(segments)  # type: ignore[attr-defined]


def previewed(request: HttpRequest | None) -> Sequence[str] | None:
    """Return the segments a request is a preview of, None where it is none."""
    return getattr(request, "personalization_preview", None)


def _previewed(
    request: HttpRequest | None, key: str, segments: Sequence[str], fallback: SafeString
) -> SafeString:
    """Return the slot as a preview: nothing is tracked, and nothing changes by itself."""
    to = connection.of(request.get_host() if request else "")
    shown, note = fallback, ""
    try:
        decision = decisions.preview(to, key, segments, get_language() or "")
        content = decision.get("content") or {}
        if decision.get("variant") is None:
            note = _("The server has no slot of this name, or nothing to show in it.")
        elif content.get("type") == "html":
            shown = mark_safe(content["html"])  # noqa: S308 - cleaned when it was published
    except Away as fault:
        decision = {}
        note = _("The server was not asked: %(fault)s. Visitors see this meanwhile.") % {
            "fault": fault
        }
    told = {
        "slot": key,
        "shown": shown,
        "note": note,
        "segments": ", ".join(segments),
        "variant": decision.get("variant"),
        "reason": decision.get("reason"),
    }
    return render_to_string("personalization/preview.html", told)


def _kept(request: HttpRequest, to: connection.Connection, key: str) -> decisions.Shown | None:
    """Return what everybody with the same segments may see, and note how the page may be kept."""
    named = request.headers.get(to.segments_header, "") if to.segments_header else ""
    segments = [name.strip() for name in named.split(",") if name.strip()]
    shown = decisions.kept(to, key, segments, get_language() or "")
    if shown is None or (shown.scope == SCOPES[1] and not to.segments_header):
        return None
    noted = getattr(request, "personalization_kept", [])
    request.personalization_kept = [*noted, shown]  # type: ignore[attr-defined]
    return shown


def _element(key: str, inner: SafeString, more: dict[str, str]) -> SafeString:
    said = [
        format_html(' {}="{}"', name, word) if word else f" {name}" for name, word in more.items()
    ]
    marks = mark_safe("".join(said))  # noqa: S308 - formatted above
    return format_html('<div data-personalize-slot="{}"{}>{}</div>', key, marks, inner)
