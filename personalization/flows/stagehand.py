"""Stage rules and triggers put in force as an editor would, where a site has none yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.flows import arming, publication
from personalization.segments import stages, triggers
from personalization.segments.models import StageRules, Trigger
from personalization.sites.models import Site


def furnish(site: Site, told: Mapping[str, Any], actor: str) -> None:
    """Publish rules and triggers; what is there, edited or not, stays as it is."""
    _rules(site, told["stages"], actor)
    for slug, trigger in told["triggers"].items():
        row, _ = Trigger.objects.get_or_create(
            site=site, slug=slug, defaults={"name": trigger["name"]}
        )
        if row.live is None:
            arming.publish_trigger(triggers.draft(row, trigger["document"], actor).pk, actor)


def _rules(site: Site, document: object, actor: str) -> None:
    rules, _ = StageRules.objects.get_or_create(site=site)
    if rules.live is None:
        publication.publish_stages(stages.draft(rules, document, actor).pk, actor)
