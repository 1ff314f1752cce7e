"""The site's catalogue of attributes: types learned from what comes in, overridden by people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q

from personalization.profiles.models import Attribute
from rules import values
from rules.hierarchies import nested

LONGEST = 200
"""A path longer than this is nobody's attribute."""

_known: dict[int, set[str]] = {}


def types(site_id: int) -> dict[str, str]:
    """Return every attribute's type: overridden, else learned."""
    entries = Attribute.objects.filter(site_id=site_id).values_list("path", "type", "learned_type")
    return {path: type_ or learned for path, type_, learned in entries if type_ or learned}


def purposes(site_id: int) -> dict[str, str]:
    """Return every attribute's purpose."""
    return dict(Attribute.objects.filter(site_id=site_id).values_list("path", "purpose"))


def hierarchies(site_id: int) -> dict[str, Any]:
    """Return what lies below attributes, as edited: children by value, or the paths below."""
    rows = Attribute.objects.filter(site_id=site_id)
    trees = rows.exclude(hierarchy={}).order_by("path").values_list("path", "hierarchy")
    parents = sorted(rows.filter(nested=True).values_list("path", flat=True))
    leaves = set(rows.values_list("path", flat=True)).difference(parents) if parents else ()
    below = {path: list(found) for path in parents if (found := nested(path, leaves))}
    return {**dict(trees), **below}


def overrides(site_id: int) -> dict[str, str]:
    """Return the types people gave to traits, by path below ``traits.``."""
    chosen = Attribute.objects.filter(~Q(type=""), site_id=site_id, path__startswith="traits.")
    return {path[7:]: type_ for path, type_ in chosen.values_list("path", "type")}


def learn(site_id: int, documents: Iterable[Mapping[str, Any]]) -> None:
    """Write attributes never seen before into the catalogue, with the type they came with."""
    known = _known.setdefault(site_id, set())
    fresh = {
        path: kind
        for document in documents
        for path, value in flat(document)
        if path not in known and len(path) <= LONGEST and (kind := values.kind_of(value))
    }
    if not fresh:
        return
    rows = [
        Attribute(site_id=site_id, path=path, learned_type=kind, seen=True)
        for path, kind in sorted(fresh.items())
    ]
    Attribute.objects.bulk_create(rows, ignore_conflicts=True)
    known |= set(fresh)


def flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield a nested document's leaves by dotted path.

    >>> list(flat({"traits": {"address": {"city": "Graz"}}}))
    [('traits.address.city', 'Graz')]
    """
    for name, value in document.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}.")
        else:
            yield path, value


def bring(traits: Mapping[str, Any], chosen: Mapping[str, str], prefix: str = "") -> dict[str, Any]:
    """Return traits with chosen types brought to their type, unknown where they cannot be.

    >>> bring({"plan": {"seats": "x"}, "n": 1}, {"plan.seats": "number"})
    {'plan': {'seats': None}, 'n': 1}
    """
    brought: dict[str, Any] = {}
    for name, value in traits.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            brought[name] = bring(value, chosen, f"{path}.")
        else:
            brought[name] = values.canonical(chosen[path], value) if path in chosen else value
    return brought
