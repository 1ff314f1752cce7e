"""The events that say something, as the windows of values hear them."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis

from personalization.features.pointintime.matched import Matched
from personalization.features.pointintime.registry import SAID
from rules.feeds import LONGEST_TEXT


def told_values(matched: Matched) -> Any:
    """Return the events with a string, a boolean or a number, numbered by instant and tie.

    They have ``profile``, ``at``, ``tie``, ``turn`` and the columns of the value. A text that is
    too long to be carried in a state is no value.
    """
    heard = matched.heard(*SAID)
    there = [heard[part].notnull() for part in SAID]
    short = heard.text.length() <= LONGEST_TEXT
    found = heard.filter(reduce(lambda one, other: one | other, there), heard.text.isnull() | short)
    order = ibis.window(group_by=found.profile, order_by=[found["at"], found.tie])
    return found.mutate(turn=ibis.row_number().over(order))
