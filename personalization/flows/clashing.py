"""Clashes: why an appointment will not be kept, or not be what somebody thinks it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from personalization.sites.reviews import Freeze, Review, Schedule
from rules import lanes
from rules.appointments import said
from rules.lanes import Window


def of(
    one: Schedule, waiting: Sequence[Schedule], freezes: Iterable[Freeze], now: int
) -> Iterator[str]:
    """Yield what is wrong with a schedule, beside the others that wait and the freezes."""
    if one.state == Schedule.State.FAILED:
        yield _("It was not published: %(why)s") % {"why": one.error or "-"}
        return
    if one.at <= now:
        yield _("Its time is over and it has not gone live.")
    review = one.review
    windows = [
        Window(f.name, f.start_at, f.until_at) for f in freezes if f.site_id == review.site_id
    ]
    held = lanes.holding(one.at, windows)
    if held is not None and not one.overrides:
        told = {"name": held.name, "until": said(held.until, one.zone)}
        yield _("The freeze %(name)s holds it until %(until)s: it will not go live.") % told
    for other in waiting:
        if other.pk != one.pk and _same(other.review, review):
            yield _beside(one, other)


def _same(one: Review, other: Review) -> bool:
    named = ("site_id", "kind", "object_id", "locale")
    return all(getattr(one, name) == getattr(other, name) for name in named)


def _beside(one: Schedule, other: Schedule) -> str:
    """Say what another appointment of the same thing means for this one."""
    told = {"number": other.review.number, "at": said(other.at, one.zone)}
    if (other.at, other.pk) > (one.at, one.pk):
        return _("Two appointments: r%(number)s takes its place at %(at)s.") % told
    if other.review.number > one.review.number:
        return _("Two appointments: r%(number)s is newer and goes live first, at %(at)s; this one "
                 "will not go live.") % told  # fmt: skip
    return _("Two appointments: it takes the place of r%(number)s of %(at)s.") % told
