"""The embedded services this installation needs: those whose URL is not given."""

from __future__ import annotations

from personalization.plant import places, postgres, valkey
from personalization.plant.program import Program


def services() -> list[Program]:
    """Return the services that are ours to run, in the order they start."""
    chosen = []
    if places.embeds_database():
        chosen.append(postgres.program())
    if places.embeds_broker():
        chosen.append(valkey.broker())
    if places.embeds_cache():
        chosen.append(valkey.cache())
    return chosen
