"""Freezes: whether something of a site may go live at an instant, and what holds it."""

from __future__ import annotations

from django.db.models import QuerySet

from personalization.sites.models import Publication
from personalization.sites.reviews import Freeze
from rules.appointments import said
from rules.errors import InvalidError

FREE = (Publication.Way.ROLLBACK, Publication.Way.UNDO)
"""Ways to what was live before: a freeze does not hold them."""


def at(site_id: int, instant: int) -> Freeze | None:
    """Return the freeze of a site at an instant, the one that lasts longest."""
    rows = Freeze.objects.filter(site_id=site_id, start_at__lte=instant, until_at__gt=instant)
    return rows.order_by("-until_at").first()


def frozen(instant: int) -> QuerySet[Freeze, int]:
    """Return the sites that are frozen at an instant, by id."""
    rows = Freeze.objects.filter(start_at__lte=instant, until_at__gt=instant)
    return rows.values_list("site_id", flat=True)


def refuse(site_id: int, instant: int, way: str, *, overrides: bool) -> None:
    """Raise ``InvalidError``, which names the freeze, where nothing may go live at an instant."""
    if overrides or way in FREE:
        return
    frozen = at(site_id, instant)
    if frozen is not None:
        until = said(frozen.until_at, frozen.zone)
        expected = f"expected a time outside the freeze {frozen.name}, which lasts until {until}"
        raise InvalidError("", "frozen", expected)
