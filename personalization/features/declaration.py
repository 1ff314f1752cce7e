"""What a site declared and what of it is in force: features, and the sets they are published in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from personalization.features.models import Feature, FeatureSet
from personalization.sites import sessions
from personalization.sites.models import Site

IN_FORCE = "sets_in_force"
"""What a site that was read together with its set calls it."""


def declared(site_id: int) -> dict[str, Any]:
    """Return every declared feature's measure by name, with the site's pause, in force or not."""
    rows = Feature.objects.filter(site_id=site_id).order_by("name")
    told = dict(rows.values_list("name", "measure"))
    return {name: sessions.paused(site_id, measure) for name, measure in told.items()}


def in_force(site_id: int, revision_id: int | None = None) -> dict[str, Any]:
    """Return the measures in force by name, or those of a set that is not."""
    found = _set(site_id, revision_id)
    return dict(found.declared) if found else {}


def hierarchies(site_id: int, revision_id: int | None = None) -> dict[str, Any]:
    """Return the children of attributes' values by path, in force or of a set that is not."""
    found = _set(site_id, revision_id)
    return dict(found.hierarchies) if found else {}


def _set(site_id: int, revision_id: int | None) -> FeatureSet | None:
    sets = FeatureSet.objects.filter(site_id=site_id)
    named = sets.filter(status="live") if revision_id is None else sets.filter(pk=revision_id)
    return named.first()


def is_in_force(feature: Feature) -> bool:
    """Tell whether readers see just this measure under the feature's name."""
    known = vars(feature.site).get(IN_FORCE)
    if known is None:
        said = sessions.paused(feature.site_id, feature.measure)
        return bool(in_force(feature.site_id).get(feature.name) == said)
    said = sessions.paused_by(feature.site.session_pause, feature.measure)
    return bool(known and known[0].declared.get(feature.name) == said)


def with_sets(rows: QuerySet[Feature]) -> QuerySet[Feature]:
    """Return features that know by one query more what of each site is in force."""
    live = FeatureSet.objects.filter(status="live")
    sets: Prefetch[Any] = Prefetch("site__feature_sets", live, to_attr=IN_FORCE)
    return rows.select_related("site").prefetch_related(sets)


def drafted(site_id: int, author: str, trees: Mapping[str, Any]) -> FeatureSet | None:
    """Write what is declared, and hierarchies, as a new set; ``None`` where this is in force."""
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=site_id)
        wanted = declared(site_id)
        if (wanted, trees) == (in_force(site_id), hierarchies(site_id)):
            return None
        newest = FeatureSet.objects.filter(site_id=site_id).first()
        number = newest.number + 1 if newest else 1
        return FeatureSet.objects.create(
            site_id=site_id,
            number=number,
            declared=wanted,
            hierarchies=trees,
            author=author[:150],
        )
