"""Assembly: a site's rows become one document, and the document everything an answer needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from personalization.content import catalogue
from personalization.decisions.current import Compiled, Live
from personalization.features.known import Asked
from personalization.flows import definitions
from personalization.learning.scoring import scorer
from personalization.plant.lookups import Lookups
from rules import parser
from rules.compiler import leaves
from rules.conditions import Test
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.matrix import compiled, document
from rules.operators.registry import operators
from rules.zones import zone

ROWS = """
SELECT jsonb_build_object('format', 1, 'site', jsonb_build_object('id', s.id, 'slug', s.slug,
    'timezone', s.timezone, 'locale', s.locale, 'consent', s.consent, 'signing', s.signing_secret,
    'trusts_claims', s.trusts_claims),
  'generation', coalesce((SELECT number FROM sites_generation g WHERE g.site_id = s.id), 0),
  'attributes', (SELECT coalesce(jsonb_agg(jsonb_build_array(path,
      coalesce(nullif(a.type, ''), learned_type), purpose)), '[]')
    FROM profiles_attribute a WHERE a.site_id = s.id),
  'segments', (SELECT coalesce(jsonb_agg(jsonb_build_array(g.slug, r.condition, r.stability,
      g.visible) ORDER BY g.id), '[]')
    FROM segments_segment g JOIN segments_segmentrevision r ON r.id = g.live_id
    WHERE g.site_id = s.id),
  'features', (SELECT coalesce(jsonb_object_agg(f.name, f.measure), '{}')
    FROM features_feature f WHERE f.site_id = s.id),
  'models', (SELECT coalesce(jsonb_object_agg(m.score, m.parameters), '{}')
    FROM (SELECT DISTINCT ON (score) score, parameters FROM learning_trainedmodel
      WHERE site_id = s.id AND champion ORDER BY score, id DESC) m),
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

TYPED = frozenset(("datetime", "list", "version", "ip", "location"))
"""Types whose canonical form is not what JSON says."""


async def read(lookups: Lookups, site: int) -> dict[str, Any] | None:
    """Return the site's document, ``None`` where there is no such site."""
    rows = await lookups.rows(ROWS, (site,), within=5.0)
    return rows[0][0] if rows else None


def build(source: Mapping[str, Any]) -> tuple[Compiled, list[str]]:
    """Compile a document; what cannot be compiled is left out and named, and harms only itself."""
    site, faults = source["site"], list[str]()
    types = {path: kind for path, kind, _ in source["attributes"] if kind}
    asked = _definitions(source, faults)
    where = zone(site["timezone"]) or ZoneInfo("UTC")
    matrices = _matrices(source["slots"], asked, faults)
    scores = {name: scorer(parameters) for name, parameters in source["models"].items()}
    compiled_site = Compiled(
        site=site["id"],
        slug=site["slug"],
        generation=source["generation"],
        locale=site["locale"],
        trusts_claims=site["trusts_claims"],
        signing=site["signing"],
        asked=Asked(
            definitions=asked,
            types=types | _needed(matrices),
            purposes={path: purpose for path, _, purpose in source["attributes"]},
            scores={name: score for name, score in scores.items() if score},
            policy=site["consent"],
            zone=where,
        ),
        matrices=matrices,
        slots=catalogue.assemble(source["slots"]),
        visible=frozenset(slug for slug, _, _, visible in source["segments"] if visible),
    )
    return compiled_site, faults


def _needed(matrices: Mapping[str, Live]) -> dict[str, str]:
    """Return the types attributes must be brought to, where an operator reads one type only."""
    rows = (row.when for live in matrices.values() for row in live.matrix.matrix.rows)
    tests = (leaf for when in rows for leaf in leaves(when) if isinstance(leaf, Test))
    kinds = {(test.attribute, operators[test.operator].kinds) for test in tests}
    return {path: kind[0] for path, kind in kinds if len(kind) == 1 and kind[0] in TYPED}


def _definitions(source: Mapping[str, Any], faults: list[str]) -> Definitions:
    segments = {}
    for slug, condition, stability, _ in source["segments"]:
        try:
            parsed = parser.parse(condition, scope=parser.Scope.SEGMENT)
            segments[slug] = (parsed, definitions.parse_stability(stability))
        except InvalidError as error:
            faults.append(f"segment {slug}: {error}")
    return definitions.build(segments, source["features"])


def _matrices(
    slots: list[dict[str, Any]], asked: Definitions, faults: list[str]
) -> dict[str, Live]:
    found = {}
    for slot in slots:
        if not slot["matrix"]:
            continue
        try:
            parsed = document.parse(slot["matrix"]["document"])
            found[slot["key"]] = Live.of(
                slot["matrix"]["number"], compiled.compile(parsed, asked.keys)
            )
        except InvalidError as error:
            faults.append(f"matrix of {slot['key']}: {error}")
    return found
