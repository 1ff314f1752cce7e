"""What the page of a variant says: tabs, chain, links, uses and the preview, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import orjson
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.content import coverage
from personalization.content.coverage import Step, Tongue
from personalization.content.linked import Linked
from personalization.content.types.html import inside
from personalization.content.words import PREFIXES
from personalization.flows.placings import Placing
from personalization.sites import scoped

SHOWABLE = PREFIXES
STATES: Mapping[str, object] = {
    "in_sync": _("in sync"),
    "stale": _("stale: it changed, and is not shown yet"),
    "unusable": _("cannot be shown"),
    "unpublished": _("not published in the CMS"),
    "deleted": _("deleted in the CMS"),
    "unread": _("not read yet"),
}
WORDS: Mapping[str, object] = {
    "kept": _("Your text from {when} was not saved."),
    "restore": _("Bring it back"),
    "forget": _("Forget it"),
    "unsaved": _("Not saved yet; kept in this browser"),
    "offered": _("{count} attributes; arrow keys choose, Enter takes"),
    "none": _("No attribute has such a name"),
    "inserted": _("Inserted: {path}"),
    "away": _("The preview cannot be reached"),
    "unknown": _("unknown: the default is shown"),
}


def all_of() -> dict[str, str]:
    """Return the words of the page's script."""
    return {name: str(word) for name, word in WORDS.items()}


def named(locale: str) -> str:
    """Return a locale's name; the one for all has a word."""
    return locale or gettext("every locale")


def tabs(found: list[Tongue], locale: str, pk: int) -> list[dict[str, Any]]:
    """Return a tab for each locale, also for one that is only asked for."""
    known = {one.locale for one in found}
    more = [] if locale in known else [Tongue(locale, 0, 0, "", None)]
    return [_tab(one, locale, pk) for one in (*found, *more)]


def _tab(one: Tongue, locale: str, pk: int) -> dict[str, Any]:
    if one.live:
        said = gettext("live")
        if one.newest > one.live:
            said = gettext("live, and a draft")
    elif one.newest:
        said = gettext("draft") if one.status == "draft" else gettext("not in force")
    else:
        said = gettext("nothing")
    url = f"{reverse('desk:variant', args=[pk])}?{urlencode({'locale': one.locale})}"
    live = "live" if one.live else "draft" if one.newest else "past"
    here = one.locale == locale
    return {"name": named(one.locale), "said": said, "url": url, "live": live, "here": here}


def covered(found: list[Tongue]) -> str:
    """Return in how many locales a variant is live, and where the others fall back to."""
    have, most = coverage.covered(found)
    if not have and any(one.live and not one.locale for one in found):
        return gettext("One content for every locale.")
    said = [gettext("Live in %(have)s of %(most)s locales.") % {"have": have, "most": most}]
    for one in found:
        if one.locale and not one.live and one.falls is not None:
            told = {"locale": one.locale, "falls": named(one.falls)}
            said.append(gettext("%(locale)s falls back to %(falls)s.") % told)
        elif one.locale and not one.live:
            said.append(gettext("%(locale)s shows nothing of it.") % {"locale": one.locale})
    return " ".join(said)


def steps(found: list[Step]) -> list[dict[str, Any]]:
    """Return the chain; the first link that has something is the one that is shown."""
    shown = next(i for i, one in enumerate(found) if one.live)
    return [
        {"words": _step(one), "live": one.live, "shown": i == shown, "url": _variant(one.pk)}
        for i, one in enumerate(found)
    ]


def _step(one: Step) -> str:
    if one.kind == "locale":
        return gettext("this variant in %(locale)s") % {"locale": named(one.name)}
    if one.kind == "variant":
        return gettext("the slot's fallback %(name)s") % {"name": one.name}
    return gettext("what stands in the page itself")


def _variant(pk: int) -> str:
    return reverse("desk:variant", args=[pk]) if pk else ""


def linked(found: Linked | None) -> dict[str, Any] | None:
    """Return the entry of a CMS that fills the variant."""
    if found is None:
        return None
    row = found.binding
    settled = scoped.said(row.settled_at) if row.settled_at else ""
    return {
        "state": found.state, "words": STATES[found.state], "url": found.url,
        "title": found.title or row.external_id, "source": row.source.slug, "fault": row.fault,
        "source_url": reverse("admin:content_source_change", args=[row.source_id]),
        "link_url": reverse("admin:content_binding_change", args=[row.pk]), "settled": settled,
        "lines": [{"locale": named(one.locale), "status": one.status} for one in found.lines],
    }  # fmt: skip


def uses(found: Iterable[Placing]) -> list[dict[str, Any]]:
    """Return each use with the address of its page."""
    pages = {"matrix": "desk:sheet", "slot": "admin:content_slot_change"}
    return [
        {"url": reverse(pages[one.kind], args=[one.pk]), "words": _use(one), "live": one.live}
        for one in found
    ]


def _use(one: Placing) -> str:
    told = {"name": one.name, "row": one.row, "number": one.number}
    if one.kind == "slot":
        return gettext("slot %(name)s: fallback") % told
    if one.row:
        return gettext("matrix of %(name)s, r%(number)s: row %(row)s") % told
    if one.number:
        return gettext("matrix of %(name)s, r%(number)s: everyone else") % told
    return gettext("matrix of %(name)s") % told


def shown(
    kind: str, body: object, values: Iterable[tuple[str, object]], given: QueryDict
) -> dict[str, Any]:
    """Return the preview: a whole document for HTML, text for everything else."""
    told = [
        {"path": path, "value": _text(value), "known": value not in (None, "")}
        for path, value in values
    ]
    if kind == "html":
        return {"document": _document(str(body), given.get("locale", "")), "values": told}
    return {"text": _text(body), "values": told}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if value is not None else ""


def _document(html: str, locale: str) -> str:
    """Return a document for a frame without scripts; nothing in it is fetched from elsewhere."""
    body = inside(html)
    lang = f' lang="{escape(locale)}"' if locale else ""
    style = f'<link rel="stylesheet" href="{escape(static("desk/shown.css"))}">'
    title = f"<title>{escape(gettext('Preview'))}</title>"
    head = f"<meta charset='utf-8'><base target='_blank'>{title}{style}"
    return f"<!doctype html><html{lang}><head>{head}</head><body>{body}</body></html>"
