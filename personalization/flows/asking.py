"""What a site's blueprint asks of a profile: its segments, sets and features, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.flows import declared
from rules.definitions import Definitions, build
from rules.errors import InvalidError


def definitions(source: Mapping[str, Any], faults: list[str]) -> Definitions:
    """Compile a document's definitions; what cannot be read is left out and named in faults."""
    segments, sets = {}, {}
    for slug, condition, stability, _ in source["segments"]:
        try:
            segments[slug] = declared.segment(condition, stability)
        except InvalidError as error:
            faults.append(f"segment {slug}: {error}")
    for slug, document, stability, _ in source.get("sets", ()):
        try:
            sets[slug] = declared.ranking(document, stability)
        except InvalidError as error:
            faults.append(f"set {slug}: {error}")
    trees = declared.below(source.get("hierarchies", {}))
    features = declared.measured(source["features"])
    return build(segments, features, rankings=sets, hierarchies=trees)


def visible(source: Mapping[str, Any]) -> frozenset[str]:
    """Return the segments whose names may reach browsers, those of sets too.

    >>> sorted(visible({"segments": [["vip", {}, {}, True]], "sets": [["m", {}, {}, ["m.a"]]]}))
    ['m.a', 'vip']
    """
    own = [slug for slug, _, _, shown in source["segments"] if shown]
    members = [slug for *_, shown in source.get("sets", ()) for slug in shown]
    return frozenset((*own, *members))
