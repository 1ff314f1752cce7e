"""A piece of HTML: capped, cleaned of everything that could run, placeholders escaped."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import nh3
from django.utils.translation import gettext_lazy as _

from personalization.content.registry import Editor, Get, shelf
from personalization.content.words import filled, text_of
from rules.errors import InvalidError
from rules.placeholders import Template, render

DEEPEST = 100
"""How deep elements may nest: cleaning takes time with the square of the depth."""
VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905 - reads best
)
TAGS = nh3.ALLOWED_TAGS | {"section", "main", "button", "picture", "source", "video"}
EVERYWHERE = {"class", "id", "title", "lang", "dir", "role", "aria-label", "aria-hidden"}
ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
ATTRIBUTES["*"] = ATTRIBUTES.get("*", set()) | EVERYWHERE
ATTRIBUTES["img"] = ATTRIBUTES.get("img", set()) | {"srcset", "sizes", "loading"}
ATTRIBUTES["source"] = {"src", "srcset", "type", "media", "sizes"}
ATTRIBUTES["video"] = {"src", "poster", "controls", "muted", "loop", "playsinline"}
LOADED = frozenset({"src", "srcset", "poster"})
"""Attributes by which a browser fetches something."""
SCHEMES = {"http", "https", "mailto", "tel"}


class Depth(HTMLParser):
    """Counts how deep the elements of a text nest."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the contract
        """Go down one."""
        if tag not in VOID:
            self.now += 1
            self.most = max(self.most, self.now)

    def handle_endtag(self, tag: str) -> None:
        """Come up one."""
        if tag not in VOID and self.now:
            self.now -= 1


class Html:
    """``{"html": "<p>Hello {{ traits.name | default: "you" }}</p>"}``."""

    label = "HTML"
    editor = Editor("html", "markup", _("HTML; what runs, frames, styles or posts is taken out."))

    def check(self, content: object) -> None:
        """Raise ``InvalidError`` when it is too large, too deep or not readable."""
        self.prepare(content)

    def prepare(self, content: object) -> Template:
        """Return the cleaned HTML with its placeholders parsed."""
        return filled(cleaned(content), "html", "/html")

    def paths(self, prepared: Template) -> frozenset[str]:
        """Return the attributes its placeholders ask for."""
        return prepared.paths

    def render(self, prepared: Template, get: Get) -> dict[str, object]:
        """Return the HTML with every placeholder filled in, escaped."""
        return {"type": "html", "html": render(prepared, get)}


def cleaned(content: object) -> str:
    """Return the clean HTML under ``html``; ``InvalidError`` when it is too large or too deep."""
    raw = text_of(content, "html")
    depth = Depth()
    depth.feed(raw)
    if depth.most > DEEPEST:
        raise InvalidError("/html", "too_deep", f"expected at most {DEEPEST} nested elements")
    return clean(raw)


def clean(raw: str) -> str:
    """Return the HTML without anything that runs, frames, styles or posts."""
    return _cleaned(raw, None)


def inside(raw: str) -> str:
    """Return clean HTML that loads nothing from other hosts, for a page that asks nobody outside.

    >>> inside('<img src="//x.example/a.png" alt="a">')
    '<img alt="a">'
    """
    return _cleaned(raw, _own)


def _cleaned(raw: str, kept: Callable[[str, str, str], str | None] | None) -> str:
    return nh3.clean(
        raw,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=kept,
        url_schemes=SCHEMES,
        generic_attribute_prefixes={"data-"},
        link_rel="noopener noreferrer",
    )


def _own(_tag: str, name: str, value: str) -> str | None:
    outside = name in LOADED and not (value.startswith("/") and value[1:2] not in ("/", "\\"))
    return None if outside else value


shelf.put("html", Html())
