"""How much it comes to when what is past fades, over a whole log: exact, and rounded once."""

from __future__ import annotations

from typing import Any, cast

import ibis

from personalization.features.pointintime.digits import BASE, carried, divided, quotient
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.powers import fading, power
from personalization.features.pointintime.registry import aggregate
from rules.values import SCALE
from rules.windows.decayed import HALVINGS

DIGITS = ("d0", "d1", "d2", "d3", "d4")
"""A value times two powers and 2^32 has up to 123 bits; sums of a hundred million have more."""
UNIT = 1 << HALVINGS
WEIGHTS = [UNIT >> age for age in range(HALVINGS + 1)]


@aggregate("decayed", nothing=0)
def decayed(matched: Matched) -> Any:
    """Return the score at each point, in millionths, half away from zero; 0 for none.

    The live window's own sum: of every half-life its values times the power of their place, halved
    by its age, times the power of the place of now.
    """
    half = cast("int", matched.measure.setting)
    rows = matched.around(_worth(matched, half))
    present, place = quotient(rows.now, half)
    rows = rows.mutate(age=present - rows.number, fade=fading(place, half))
    rows = rows.filter(rows.age <= HALVINGS)
    found = rows.group_by(*POINT, "age", "fade").agg(
        **{digit: rows[digit].sum().cast("int64") for digit in DIGITS[:3]}
    )
    return _score(_summed(found))


def _worth(matched: Matched, half: int) -> Any:
    """Return each event's half-life, and its value times the power of its place, as digits."""
    if matched.measure.path is None:
        heard = matched.heard().mutate(amount=ibis.literal(SCALE, "int64"))
    else:
        heard = matched.heard("amount")
        heard = heard.filter(heard.amount.notnull())
    number, place = quotient(heard["at"], half)
    high, low = quotient(heard.amount, BASE)
    told = heard.mutate(number=number, power=power(place, half), high=high, low=low)
    second, first = quotient(told.high * told.power, BASE)
    more, least = quotient(told.low * told.power, BASE)
    return told.select("profile", "at", "number", d0=least, d1=first + more, d2=second)


def _summed(found: Any) -> Any:
    """Return the sum of a point's half-lives, each worth half of the one after it."""
    found = carried(found.mutate(d3=ibis.literal(0, "int64")), DIGITS[:4])
    weight = ibis.array(WEIGHTS)[found.age.cast("int32")]
    sums = {digit: (found[digit] * weight).sum().cast("int64") for digit in DIGITS[:4]}
    summed = found.group_by(*POINT, "fade").agg(**sums)
    return carried(summed.mutate(d4=ibis.literal(0, "int64")), DIGITS)


def _score(summed: Any) -> Any:
    """Return the sum times the power of now, in millionths: by 10^18 and by 2^32, rounded."""
    faded = summed.mutate(**{digit: summed[digit] * summed.fade for digit in DIGITS})
    found = carried(faded, DIGITS)
    found = found.mutate(negative=found.d4 < 0, over=(found.d0 + found.d1) > 0)
    found = divided(found, ("d4", "d3", "d2"), UNIT)
    twice = found.rest * 2
    past = (twice > UNIT) | ((twice == UNIT) & (found.over | ~found.negative))
    whole = [found[digit].cast("decimal(38, 0)") for digit in ("d4", "d3", "d2")]
    score = (whole[0] * BASE + whole[1]) * BASE + whole[2] + ibis.ifelse(past, 1, 0)
    return found.select(*POINT, value=score.cast("decimal(38, 0)"))
