"""How many people are in each segment that is live, counted by its definition's key."""

from __future__ import annotations

from personalization.plant import sql

SIZES = """
SELECT s.site_id, s.slug, coalesce(c.many, 0) FROM segments_segment s
JOIN LATERAL (SELECT d.key FROM segments_definition d WHERE d.revision_id = s.live_id
    ORDER BY d.generation DESC LIMIT 1) d ON true
LEFT JOIN (SELECT key, count(*) AS many FROM segments_member GROUP BY key) c ON c.key = d.key
WHERE s.live_id IS NOT NULL ORDER BY 1, 2
"""
"""One pass over the members' index."""
GAUGE = "segment.size"


def now() -> list[tuple[int, str, int]]:
    """Return the site, the slug and the size of every live segment."""
    return [(site, slug, int(many)) for site, slug, many in sql.rows(SIZES)]
