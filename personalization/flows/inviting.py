"""Inviting: a preview that the site can show becomes a token, and a link with the token in it."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from personalization.decisions.models import MatrixRevision
from personalization.flows import pretence
from personalization.flows.pretence import Part
from personalization.plant.clock import Clock
from personalization.plant.instants import to_text
from personalization.segments.models import Segment
from personalization.sites import audit, passes
from personalization.sites.models import Site
from rules import durations, expect
from rules.errors import InvalidError

PARAMETER = "pz_preview"
"""What a page's address names the token; the page's client reads it."""


class Wish(NamedTuple):
    """What is to be shown, for how long (like ``2h``), and the page to look at it on."""

    told: dict[str, Any]
    lasts: Any = None
    url: Any = None


def invite(site: Site, wish: Wish, actor: str, clock: Clock) -> dict[str, Any]:
    """Return a token, its end and its link; ``InvalidError`` for what could not be shown."""
    _known(site, pretence.check(wish.told))
    lasts = passes.USUAL if wish.lasts is None else durations.parse(wish.lasts, "/lasts")
    if lasts > passes.LONGEST:
        raise InvalidError("/lasts", "value", "expected at most 7d")
    page = None if wish.url is None else _page(wish.url)
    try:
        token, until = passes.mint(site.pk, wish.told, clock.now(), lasts)
    except ValueError as fault:
        raise InvalidError("", "too_large", f"expected a smaller preview: {fault}") from None
    audit.record(site, actor, "made a preview", ("site", site.pk), wish.told)
    link = None if page is None else _link(page, token)
    return {"token": token, "expires_at": to_text(until), "link": link}


def _known(site: Site, part: Part) -> None:
    """Raise ``InvalidError`` for a segment or a revision the site does not have."""
    wanted = part.segments or frozenset()
    held = set(Segment.objects.filter(site=site, slug__in=wanted).values_list("slug", flat=True))
    if missing := sorted(wanted - held):
        raise InvalidError("/segments", "unknown", f"expected segments, not {missing[0]}")
    for slot, number in part.matrices.items():
        rows = MatrixRevision.objects.filter(matrix__slot__site=site, matrix__slot__key=slot)
        if not rows.filter(number=number).exists():
            at = f"/matrices/{expect.pointer(slot)}"
            raise InvalidError(at, "unknown", "expected the number of a revision")


def _page(url: Any) -> str:
    page = expect.text(url, "/url", 2_048)
    try:
        parts = urlsplit(page)
    except ValueError:
        raise InvalidError("/url", "value", "expected an address that can be read") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidError("/url", "value", "expected the address of a page, http or https")
    return page


def _link(page: str, token: str) -> str:
    """Return the page's address with the token in it, in place of one that was there."""
    parts = urlsplit(page)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name != PARAMETER]
    return urlunsplit(parts._replace(query=urlencode([*kept, (PARAMETER, token)])))
