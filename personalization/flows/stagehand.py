"""Stage rules put in force as an editor would, where a site has none yet."""

from __future__ import annotations

from personalization.flows import publication
from personalization.segments import stages
from personalization.segments.models import StageRules
from personalization.sites.models import Site


def furnish(site: Site, document: object, actor: str) -> None:
    """Publish the rules; what is there, edited or not, stays as it is."""
    rules, _ = StageRules.objects.get_or_create(site=site)
    if rules.live is None:
        publication.publish_stages(stages.draft(rules, document, actor).pk, actor)
