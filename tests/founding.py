"""Founds a site from a JSON document on standard input, through the real publishing flow."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from personalization.content import drafts as contents  # noqa: E402
from personalization.content.models import Slot, Variant  # noqa: E402
from personalization.decisions import drafts as matrices  # noqa: E402
from personalization.decisions.models import Matrix  # noqa: E402
from personalization.features.models import Feature  # noqa: E402
from personalization.flows import declaring, publication  # noqa: E402
from personalization.segments import drafts as segments  # noqa: E402
from personalization.segments.models import Segment  # noqa: E402
from personalization.sites import keys  # noqa: E402
from personalization.sites.models import Generation, Site  # noqa: E402


def found(document: dict[str, Any]) -> dict[str, Any]:
    """Create what the document names and publish it; return the site's id and keys."""
    site = Site.objects.create(
        slug=document.get("slug", "lantern"), name="Lantern", **document.get("site", {})
    )
    Generation.objects.get_or_create(site=site)
    secrets = {kind: keys.mint(site, kind, "test")[1] for kind in ("pk", "sk", "mk")}
    for name, measure in document.get("features", {}).items():
        Feature.objects.create(site=site, name=name, measure=measure)
    for slug, condition in document.get("segments", {}).items():
        segment = Segment.objects.create(site=site, slug=slug, name=slug, visible=True)
        publication.publish_segment(segments.draft(segment, condition, {}, "test").pk, "test")
    for key, slot in document.get("slots", {}).items():
        _slot(site, key, slot)
    declaring.publish(site.pk, "test")
    return {"site": site.pk, "slug": site.slug, **secrets}


def _slot(site: Site, key: str, document: dict[str, Any]) -> None:
    """Create a slot with its variants and its matrix."""
    slot = Slot.objects.create(site=site, key=key, fallback=document["fallback"])
    for slug, html in document["variants"].items():
        variant = Variant.objects.create(slot=slot, slug=slug)
        draft = contents.draft(variant, {"html": html}, "test")
        publication.publish_variant(draft.pk, "test")
    matrix = Matrix.objects.create(slot=slot)
    rows = {"hit_policy": "first", "slot": key, "fallback": document["fallback"]}
    draft = matrices.draft(matrix, {**rows, "rows": document["rows"]}, "test")
    publication.publish_matrix(draft.pk, "test")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(found(json.load(sys.stdin))) + "\n")
