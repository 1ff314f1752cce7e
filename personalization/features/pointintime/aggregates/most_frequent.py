"""What it was most often, over a whole log: the live window's choice between equals."""

from __future__ import annotations

from typing import Any

import ibis

from personalization.features.pointintime.limits import bounded, capped
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import SAID, aggregate
from personalization.features.pointintime.said import told_values
from rules.windows.most_frequent import VALUES


@aggregate("most_frequent", columns=SAID)
def most_frequent(matched: Matched) -> Any:
    """Return the value of most events that count at each point; unknown for none.

    Of equals the one seen last; of those of one instant numbers before texts before booleans, and
    the lowest first.
    """
    span = matched.measure.span
    rows = matched.around(told_values(matched))
    groups = rows.group_by(*POINT, *SAID).agg(
        often=rows.count(where=rows.counts),
        latest=rows["at"].max(where=rows.counts),
        all=rows.count(),
    )
    point = [groups[name] for name in POINT]
    kept, values = ibis.window(group_by=point), _order(groups)
    turns = ibis.window(group_by=point, order_by=values)
    ranked = groups.mutate(
        place=ibis.row_number().over(turns),
        kept=groups["all"].sum().over(kept),
        different=groups.count().over(kept),
    )
    first = ranked.filter(ranked.place == 0, ranked.often > 0)
    answers = {
        part: capped(bounded(first[part], first.kept, span), first.different, span, VALUES)
        for part in SAID
    }
    return first.select(*POINT, **answers)


def _order(groups: Any) -> list[Any]:
    """Return what decides between values, never NULL: engines do not agree where that stands.

    A whole number beyond 2^53 may share its double with another whole number, or be a hair below a
    real one: then the whole ones come first, by their own order.
    """
    number = ibis.coalesce(groups.real, groups.whole.cast("float64"), 0.0)
    kind = groups.text.notnull().cast("int64") + groups.flag.notnull().cast("int64") * 2
    return [
        ibis.desc(groups.often),
        ibis.desc(groups.latest.fill_null(0)),
        kind,
        number,
        groups.real.notnull().cast("int64"),
        groups.whole.fill_null(0),
        groups.text.fill_null(""),
        groups.flag.fill_null(False).cast("int64"),
    ]
