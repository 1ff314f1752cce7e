"""Newborn: what segments answer of a profile nothing is known of, worked out once, not each time.

Most profiles begin with one event that a few segments hear. The others all say what they say of
nobody: asking them again for every visitor would cost more than the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules.facts import Facts, Truth
from rules.plans import SegmentPlan
from rules.state import Membership
from rules.views import Members, Traits

BEGINNING = 1


def quiet(plans: Iterable[SegmentPlan], types: Mapping[str, str]) -> dict[str, Truth]:
    """Return, by key, the answers of segments that a newborn is not in and will not be by waiting.

    ``plans`` stand in the order in which they depend on each other.

    >>> quiet((), {})
    {}
    """
    places: dict[str, Membership] = {}
    facts = Facts(Traits({}, types), Members(places), {}, BEGINNING)
    found: dict[str, Truth] = {}
    for plan in plans:
        if plan.ranked is not None:
            places.update((key, Membership()) for key in plan.places)
            continue
        place = places[plan.key] = Membership()
        truth = plan.answer(facts)
        moved, due = plan.settle(place, truth, BEGINNING, plan.stability)
        still = moved is None and due is None and truth is not True and plan.turn(facts) is None
        if still and plan.members <= found.keys():  # what depends on an answer waits for it
            found[plan.key] = truth
    return found
