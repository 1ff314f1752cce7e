"""What is known of a profile now: traits, features, and when something changes by itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from personalization.features.models import ProfileState
from personalization.plant.instants import to_text
from rules import state_json
from rules.definitions import Definitions
from rules.fold import feature

NOTHING: dict[str, Any] = {
    "version": None,
    "generation": None,
    "next_change": None,
    "traits": {},
    "features": {},
    "derived": {},
}


def of(site_id: int, profile: UUID, definitions: Definitions, now: int) -> dict[str, Any]:
    """Return a profile's version, next change, traits and features as JSON."""
    row = ProfileState.objects.filter(pk=profile, site_id=site_id).first()
    if row is None or not row.body:
        return dict(NOTHING)
    state = state_json.load(orjson.loads(bytes(row.body)), definitions)
    names = sorted(definitions.features)
    due = state.next_change
    return {
        "version": row.version,
        "generation": row.generation,
        "next_change": to_text(due) if due is not None else None,
        "traits": {name: state.traits[name].value for name in sorted(state.traits)},
        "features": {name: feature(state, definitions, name, now) for name in names},
        "derived": {name: state.derived[name] for name in sorted(state.derived)},
    }
