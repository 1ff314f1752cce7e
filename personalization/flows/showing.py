"""A variant's content as somebody would see it, before it is saved: cleaned, filled, explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from personalization.content.models import Variant
from personalization.content.registry import shelf
from personalization.features.known import Request
from personalization.flows import pretence, prospect, standpoint, whom
from personalization.plant.clock import Clock
from personalization.sites.models import Site
from rules.errors import InvalidError

Get = Callable[[str], object]


class Who(NamedTuple):
    """For whom a preview is filled: a visitor known by a name, or a test profile, or nobody."""

    by: str = ""
    name: str = ""
    test: dict[str, Any] | None = None


class Shown(NamedTuple):
    """What is sent, as the content type says it, and each placeholder with the value it got.

    A value is ``None`` where it is unknown: then the default stands there.
    """

    content: dict[str, object]
    values: tuple[tuple[str, object], ...]


def shown(variant: Variant, content: object, who: Who, clock: Clock) -> Shown:
    """Return content filled for somebody; ``InvalidError`` names what cannot be read or found."""
    kind = shelf[variant.slot.schema]
    prepared = kind.prepare(content)
    get = getter(variant.slot.site, who, clock)
    paths = sorted(kind.paths(prepared))
    return Shown(kind.render(prepared, get), tuple((path, get(path)) for path in paths))


def getter(site: Site, who: Who, clock: Clock) -> Get:
    """Return what answers placeholders for somebody; of nobody, nothing is known."""
    if who.test is None and not who.name:
        return _unknown
    built, _ = prospect.whole(site.pk, draft=False)
    source: dict[str, Any] = {}
    now, request = clock.now(), Request({}, {})
    if who.test is not None:
        part = pretence.test(who.test)
        at = part.at if part.at is not None else now
        return standpoint.of_test(built, source, part, at, request).known.get
    if who.by not in (*whom.IDS, "profile"):
        raise InvalidError("/visitor", "value", "expected userId, anonymousId or profile")
    person = whom.visitor(site, {who.by: who.name})
    return standpoint.of_profile(built, source, person.profile, now, request).known.get


def _unknown(_: str) -> object:
    return None
