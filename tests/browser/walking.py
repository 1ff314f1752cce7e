"""A walk over every page of the desk: from the menu along the links, one page of each kind."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.urls import Resolver404, resolve, reverse

from personalization.api.desk import urls

AXE = Path(__file__).resolve().parents[1] / "clients/node_modules/axe-core/axe.min.js"
ALL = (
    "axe.run(document, {preload: false})"
    ".then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)
BUT_CONTRAST = (
    "axe.run(document, {preload: false, rules: {'color-contrast': {enabled: false}}})"
    ".then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
)
"""For pages with ten thousand cells that all look the same."""
"""Axe is told to preload nothing: it would write style elements, which our policy refuses."""
LISTEN = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refusals.push(`${event.violatedDirective} ${event.blockedURI}`));
document.addEventListener("DOMContentLoaded", () => {
  const still = new CSSStyleSheet();
  const at = "transition: none !important; animation: none !important";
  still.replaceSync(`*, ::before, ::after { ${at} }`);
  document.adoptedStyleSheets.push(still);
});
"""
"""Colours are judged when they have arrived, not on their way from one scheme to the other."""
UNSEEN = r"""() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const unseen = [];
  const ground = (one) => {
    const colour = one ? getComputedStyle(one).backgroundColor : "rgb(255, 255, 255)";
    return /, 0\)$/.test(colour) ? ground(one.parentElement) : colour;
  };
  while (words.nextNode()) {
    const near = words.currentNode.parentElement;
    if (!words.currentNode.textContent.trim() || !near.checkVisibility()) continue;
    if (near.closest("script, style")) continue;
    if (getComputedStyle(near).color === ground(near)) unseen.push(near.outerHTML.slice(0, 160));
  }
  return unseen;
}"""
"""Text of the colour it stands on; axe reads no forced colours."""
LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map((link) => link.href)"
WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return "";
  const out = [...document.body.querySelectorAll("*")].find((one) =>
    one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest(".desk-scroll"));
  return `${page.scrollWidth} > ${page.clientWidth}: ${out ? out.outerHTML.slice(0, 160) : ""}`;
}"""
TIMES = r"""() => {
  const zone = /UTC|GMT|\bCES?T\b|[A-Z][a-z]+\/[A-Z]|T\d\d:\d\d\S*(Z|[+-]\d\d:\d\d)/;
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const bare = [];
  while (words.nextNode()) {
    const text = words.currentNode.textContent;
    if (!/\b\d{1,2}:\d\d\b|\b\d{1,2} [ap]\.m\./.test(text)) continue;
    const near = words.currentNode.parentElement;
    if (near.closest("script, style, pre, code, textarea, datalist, option, .vTimeField")) continue;
    const whole = near.closest("td, th, li, dd, p, h2, form, section");
    if (!zone.test(whole?.textContent ?? text)) bare.push(text.trim());
  }
  return bare;
}"""
OURS = "Blocked script execution in 'about:srcdoc'"
"""What Chromium says now and then of LISTEN, which is put into frames that may run nothing, too."""
SCRIPTED = r"""() => [...document.querySelectorAll("iframe[srcdoc]")].some((frame) => {
  const held = new DOMParser().parseFromString(frame.srcdoc, "text/html");
  const acts = (one) => [...one.attributes].some(({name, value}) =>
    name.startsWith("on") || /^\s*javascript:/i.test(value));
  return [...held.querySelectorAll("*")].some((one) => one.localName === "script" || acts(one));
})"""
"""Whether a frame has a script of its own to block."""
SAMPLES = {"IntConverter": 0, "SlugConverter": "segment", "UUIDConverter": UUID(int=0)}
"""Something of each sort of part an address may have."""


class Walk:
    """Goes to pages, and remembers all that went wrong on any of them."""

    def __init__(self, page: Any, origin: str) -> None:
        self.page = page
        self.broken = pytest.importorskip("playwright.sync_api").Error
        self.origin = origin
        self.faults: list[tuple[Any, ...]] = []
        self.outside: list[str] = []
        self.visited: dict[tuple[str, ...], str] = {}
        self.axe = AXE.read_text()
        page.add_init_script(LISTEN)
        page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.outside.append(request.url)

    def pages(self) -> Iterator[str]:
        """Yield the address of one page of every kind, opened, from the menu on."""
        places = self.page.evaluate("fetch('/admin/desk/find/').then((told) => told.json())")
        waiting = deque(["/admin/", *(place["url"] for place in places["items"])])
        while waiting:
            path = waiting.popleft()
            kind = kind_of(path)
            if kind is None or kind in self.visited:
                continue
            self.visited[kind] = path
            if not self.open(path):
                continue
            yield path
            links = [urlsplit(link) for link in self.page.evaluate(LINKS)]
            host = urlsplit(self.origin).netloc
            waiting += [f"{u.path}?{u.query}".rstrip("?") for u in links if u.netloc == host]

    def open(self, path: str, wrong: int = 400) -> bool:
        """Open a page; say whether it is one, and not a file or an answer for a script."""
        try:
            answer = self.page.goto(path)
        except self.broken as fault:
            if "Download is starting" in str(fault):
                return False
            raise
        if "html" not in answer.headers.get("content-type", ""):
            return False
        if answer.status >= wrong:
            self.faults.append((path, answer.status))
        self.page.wait_for_load_state("load")
        return True

    def shown(self, path: str) -> None:
        """Look at the page in light, dark and forced colours, wide and narrow, and at its times."""
        self.measure(path, 1280)
        self.look(path)
        self.faults += [(path, "no zone", one) for one in self.page.evaluate(TIMES)]
        self.page.emulate_media(forced_colors="active")
        self.faults += [(path, "unseen", one) for one in self.page.evaluate(UNSEEN)]
        self.page.emulate_media(forced_colors="none", color_scheme="dark")
        self.measure(path, 320)
        self.look(path)
        self.page.emulate_media(color_scheme="light")

    def menu(self) -> str:
        """Return the text of the first page as it is written, whatever case it is shown in."""
        self.open("/admin/")
        return str(self.page.text_content("#content"))

    def is_page(self, name: str) -> bool:
        """Say whether an address of the desk shows a page, and not only takes a form."""
        shape = next(one for one in urls.urlpatterns if f"desk:{one.name}" == name).pattern
        given = {key: SAMPLES[type(kind).__name__] for key, kind in shape.converters.items()}
        path = reverse(name, kwargs=given)
        status = self.page.evaluate("(path) => fetch(path).then((told) => told.status)", path)
        return bool(status != HTTPStatus.METHOD_NOT_ALLOWED)

    def look(self, path: str, rules: str = ALL) -> None:
        """Ask axe about the page as it is now shown."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(self.axe)
        self.faults += [(path, *one) for one in self.page.evaluate(rules)]

    def measure(self, path: str, width: int) -> None:
        """Show the page so wide, and find what sticks out of it."""
        self.page.set_viewport_size({"width": width, "height": 900})
        if wide := self.page.evaluate(WIDE):
            self.faults.append((path, width, wide))

    def ended(self, path: str) -> None:
        """Collect what the page itself complained of."""
        self.faults += [(path, "refused", one) for one in self.page.evaluate("window.refusals")]
        said = [one for one in self.page.faults if not one.startswith(OURS)]
        if said != self.page.faults and self.page.evaluate(SCRIPTED):
            said = self.page.faults
        self.faults += [(path, "console", one) for one in said]
        self.faults += [(path, "outside", one) for one in self.outside]
        self.page.faults.clear()
        self.outside.clear()


def kind_of(path: str) -> tuple[str, ...] | None:
    """Return what sort of page an address leads to; None where it is no page of the desk."""
    parts = urlsplit(path)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    name = found.view_name
    if not parts.path.startswith("/admin/") or "jsi18n" in name or name == "admin:logout":
        return None
    if name.endswith(("_delete", "_history")):
        return (name.rpartition("_")[2],)
    asked = "asked" if parts.query and name.startswith("desk:") else ""
    return (name, str(found.kwargs.get("kind", "")), asked)
