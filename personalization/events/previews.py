"""Events of previews: counted by day, apart from all others, and kept nowhere."""

from __future__ import annotations

from django.db.models import Sum

from personalization.events.models import Counter
from personalization.plant.instants import to_text

WORD = "preview "


def name(at: int) -> str:
    """Return the counter's name of the day of an instant.

    >>> name(0)
    'preview 1970-01-01'
    """
    return WORD + to_text(at)[:10]


def days(site: int, most: int = 14) -> list[tuple[str, int]]:
    """Return how many events of previews each day brought, the newest day first."""
    rows = Counter.objects.filter(site_id=site, name__startswith=WORD).values("name")
    sums = rows.annotate(sum=Sum("count")).order_by("-name")[:most]
    return [(row["name"].removeprefix(WORD), int(row["sum"])) for row in sums]
