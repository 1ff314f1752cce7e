"""A site's blueprint: all that answers are made of, read from PostgreSQL in one statement."""

from __future__ import annotations

from typing import Any

from personalization.plant.lookups import Lookups

ROWS = """
SELECT jsonb_build_object('format', 1, 'site', jsonb_build_object('id', s.id, 'slug', s.slug,
    'timezone', s.timezone, 'locale', s.locale, 'consent', s.consent, 'signing', s.signing_secret,
    'trusts_claims', s.trusts_claims),
  'generation', coalesce((SELECT number FROM sites_generation g WHERE g.site_id = s.id), 0),
  'attributes', (SELECT coalesce(jsonb_agg(jsonb_build_array(path,
      coalesce(nullif(a.type, ''), learned_type), purpose)), '[]')
    FROM (SELECT path, type, learned_type, purpose FROM profiles_attribute WHERE site_id = s.id
      UNION ALL SELECT 'features.' || name, '', '', purpose FROM features_feature
      WHERE site_id = s.id) a),
  'segments', (SELECT coalesce(jsonb_agg(jsonb_build_array(g.slug, r.condition, r.stability,
      g.visible) ORDER BY g.id), '[]')
    FROM segments_segment g JOIN segments_segmentrevision r ON r.id = g.live_id
    WHERE g.site_id = s.id AND g.part_of_id IS NULL),
  'sets', (SELECT coalesce(jsonb_agg(jsonb_build_array(t.slug, r.document, r.stability,
      (SELECT coalesce(jsonb_agg(m.slug), '[]') FROM segments_segment m
        WHERE m.part_of_id = t.id AND m.visible)) ORDER BY t.id), '[]')
    FROM segments_segmentset t JOIN segments_segmentsetrevision r ON r.id = t.live_id
    WHERE t.site_id = s.id),
  'features', coalesce((SELECT f.declared FROM features_featureset f
    WHERE f.site_id = s.id AND f.status = 'live' ORDER BY f.number DESC LIMIT 1), '{}'),
  'hierarchies', coalesce((SELECT f.hierarchies FROM features_featureset f
    WHERE f.site_id = s.id AND f.status = 'live' ORDER BY f.number DESC LIMIT 1), '{}'),
  'models', (SELECT coalesce(jsonb_object_agg(m.score, m.parameters), '{}')
    FROM (SELECT DISTINCT ON (score) score, parameters FROM learning_trainedmodel
      WHERE site_id = s.id AND champion ORDER BY score, id DESC) m),
  'sources', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'slug', c.slug,
      'adapter', c.adapter, 'url', c.url, 'options', c.options, 'enabled', c.enabled,
      'secret', c.secret, 'former', c.former, 'renewed_at', c.renewed_at) ORDER BY c.id), '[]')
    FROM content_source c WHERE c.site_id = s.id),
  'slots', (SELECT coalesce(jsonb_agg(jsonb_build_object('key', l.key, 'schema', l.schema,
      'is_list', l.is_list, 'fallback', l.fallback, 'swap', l.swap, 'ttl', l.ttl,
      'enabled', l.enabled,
      'matrix', (SELECT jsonb_build_object('number', r.number, 'document', r.document)
        FROM decisions_matrix m JOIN decisions_matrixrevision r ON r.id = m.live_id
        WHERE m.slot_id = l.id),
      'variants', (SELECT coalesce(jsonb_agg(jsonb_build_array(v.slug, r.locale, r.content)
          ORDER BY r.number), '[]')
        FROM content_variant v JOIN content_variantrevision r ON r.variant_id = v.id
        WHERE v.slot_id = l.id AND v.enabled AND r.status = 'live')) ORDER BY l.id), '[]')
    FROM content_slot l WHERE l.site_id = s.id))
FROM sites_site s WHERE s.id = %s
"""


async def read(lookups: Lookups, site: int) -> dict[str, Any] | None:
    """Return the site's document, ``None`` where there is no such site."""
    rows = await lookups.rows(ROWS, (site,), within=5.0)
    return rows[0][0] if rows else None
