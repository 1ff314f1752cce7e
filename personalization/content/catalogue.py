"""What a site can show, in memory: a decision becomes content, or the next link of the chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from personalization.content.registry import ContentType, Get, shelf
from rules.errors import InvalidError

EVERYWHERE = ""
"""The locale of contents that hold for every locale."""


class Choice(Protocol):
    """What was chosen for a slot, and why: the decision's verdict."""

    @property
    def variants(self) -> Sequence[str]:
        """The variants, best first."""

    @property
    def row(self) -> str | None:
        """The row of the matrix that fired."""

    @property
    def revision(self) -> int | None:
        """The matrix's revision."""

    @property
    def reason(self) -> str:
        """The reason's word."""

    @property
    def experiment(self) -> str | None:
        """The experiment that would choose, were experiments run."""


class Content(NamedTuple):
    """One variant in one locale, prepared once; ``fixed`` is all of it where nothing varies."""

    prepared: object
    fixed: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place and all that can stand there."""

    key: str
    kind: ContentType
    is_list: bool
    fallback: tuple[str, ...]
    swap: str
    ttl: int
    enabled: bool
    variants: Mapping[str, Mapping[str, Content]]

    def answer(self, choice: Choice, locales: Sequence[str], get: Get) -> dict[str, Any]:
        """Return what is shown for a choice: its content, else the next link of the chain."""
        wanted = choice.variants if self.enabled else ()
        shown, link = self._filled(wanted, locales, get)
        reason = choice.reason
        if link and reason != "ERROR":
            reason = "DEFAULT" if self.enabled else "DISABLED"
        fired = link == 0 and bool(shown)
        first = shown[0] if shown else {"variant": None, "content": None}
        return {
            "slot": self.key,
            "variant": first["variant"],
            **({"items": shown} if self.is_list else {"content": first["content"]}),
            "reason": reason,
            "row": choice.row if fired else None,
            "revision": choice.revision,
            "fallback": link,
            "experiment": choice.experiment if self.enabled else None,
            "ttl": self.ttl,
            "swap": self.swap,
        }

    def paths(self) -> frozenset[str]:
        """Return the attributes that placeholders of its contents ask for."""
        every = (one for contents in self.variants.values() for one in contents.values())
        return frozenset().union(*(self.kind.paths(content.prepared) for content in every))

    def _filled(
        self, wanted: Sequence[str], locales: Sequence[str], get: Get
    ) -> tuple[list[dict[str, Any]], int]:
        """Return what can be shown, and the number of the link that holds (0: as chosen)."""
        found = self._shown(wanted, locales, get)
        if found:
            return found, 0
        for link, slug in enumerate(self.fallback, 1):
            found = self._shown((slug,), locales, get)
            if found:
                return found, link
        return [], len(self.fallback) + 1

    def _shown(
        self, slugs: Sequence[str], locales: Sequence[str], get: Get
    ) -> list[dict[str, Any]]:
        found = []
        for slug in slugs:
            content = self.content(slug, locales, get)
            if content is not None:
                found.append({"variant": slug, "content": content})
        return found

    def content(self, slug: str, locales: Sequence[str], get: Get) -> dict[str, object] | None:
        """Return what the variant shows in the first locale it has, ``None`` for nothing."""
        contents = self.variants.get(slug)
        if contents is None:
            return None
        for locale in locales:
            found = contents.get(locale)
            if found is not None:
                return found.fixed or self.kind.render(found.prepared, get)
        return None


def chain(locale: str, site: str) -> tuple[str, ...]:
    """Return the locales to look for, best first.

    >>> chain("de-AT", "en")
    ('de-AT', 'de', 'en', '')
    """
    return tuple(dict.fromkeys([*_widening(locale), *_widening(site), EVERYWHERE]))


def assemble(rows: Sequence[Mapping[str, object]]) -> dict[str, Slot]:
    """Return the site's slots from plain rows; content that is no longer valid is left out."""
    return {str(row["key"]): _slot(row) for row in rows}


def _slot(row: Mapping[str, object]) -> Slot:
    kind = shelf[str(row["schema"])]
    variants: dict[str, dict[str, Content]] = {}
    for variant, locale, content in _contents(row, kind):
        variants.setdefault(variant, {})[locale] = content
    fallback = row["fallback"]
    return Slot(
        key=str(row["key"]),
        kind=kind,
        is_list=bool(row["is_list"]),
        fallback=tuple(map(str, fallback)) if isinstance(fallback, list) else (),
        swap=str(row["swap"]),
        ttl=int(str(row["ttl"])),
        enabled=bool(row["enabled"]),
        variants=variants,
    )


def _contents(row: Mapping[str, object], kind: ContentType) -> Iterator[tuple[str, str, Content]]:
    rows = row["variants"]
    for slug, locale, content in rows if isinstance(rows, list) else ():
        try:
            prepared = kind.prepare(content)
        except InvalidError:
            continue
        fixed = None if kind.paths(prepared) else kind.render(prepared, _nothing)
        yield slug, locale, Content(prepared, fixed)


def _widening(locale: str) -> Iterator[str]:
    while locale:
        yield locale
        locale = locale.rpartition("-")[0]


def _nothing(path: str) -> object:  # noqa: ARG001 - no path is known
    return None
