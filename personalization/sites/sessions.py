"""Sessions: a definition that names no pause is written with that of its site."""

from __future__ import annotations

from typing import Any

from personalization.plant.instants import SECOND
from personalization.sites.models import Site
from rules import spans


def paused(site_id: int, document: Any) -> Any:
    """Return a document as it is stored: what was written keeps its pause when the site's changes.

    The usual pause stays unsaid.
    """
    said = Site.objects.filter(pk=site_id).values_list("session_pause", flat=True).first()
    return document if said is None else paused_by(said, document)


def paused_by(seconds: int, document: Any) -> Any:
    """Return a document as it is stored on a site whose sessions end after so many seconds."""
    gap = seconds * SECOND
    return document if gap == spans.SESSION else spans.paused(document, gap)
