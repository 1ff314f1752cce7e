"""What a site asks of its profiles now: the live definitions, and those being prepared."""

from __future__ import annotations

from contextlib import suppress

from personalization.flows import declared
from personalization.segments.models import StageRules, StageRulesRevision
from personalization.sites.models import Generation, Publication
from rules import definitions
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.inference import document
from rules.inference.document import Program

PROSPECTS = {
    "segment": "replacing",
    "set": "set_as",
    "stages": "stages_as",
    "features": "features_as",
    "segment_retired": "without",
}
"""The kinds of publication that change what profiles are asked, and how ``live`` is told."""

_loaded: dict[int, tuple[tuple[object, ...], Definitions]] = {}


def load(site_id: int, number: int | None = None) -> Definitions:
    """Return the definitions a batch folds with: live (``number``), and all that is preparing."""
    preparing = tuple(
        Publication.objects.filter(site_id=site_id, state=Publication.State.PREPARING)
        .order_by("id")
        .values_list("kind", "revision_id")
    )
    if number is None:
        number = Generation.objects.values_list("number", flat=True).get(site_id=site_id)
    stamp = (number, preparing)
    held = _loaded.get(site_id)
    if held is None or held[0] != stamp:
        held = _loaded[site_id] = (stamp, _compose(site_id, preparing))
    return held[1]


def _compose(site_id: int, preparing: tuple[tuple[str, int], ...]) -> Definitions:
    found = live(site_id)
    for kind, revision_id in preparing:
        with suppress(InvalidError):  # it fits no more: its flip will say so
            found = definitions.union(found, after(site_id, kind, revision_id))
    return found


def after(site_id: int, kind: str, revision_id: int) -> Definitions:
    """Return what would be live after a publication; raises InvalidError where it does not fit."""
    return live(site_id, **{PROSPECTS[kind]: revision_id} if asks(kind, revision_id) else {})


def asks(kind: str, revision_id: int) -> bool:
    """Return whether a publication changes what profiles are asked."""
    return kind in PROSPECTS and revision_id != 0


def live(
    site_id: int,
    replacing: int | None = None,
    stages_as: int | None = None,
    features_as: int | None = None,
    without: int | None = None,
    set_as: int | None = None,
) -> Definitions:
    """Return the live definitions, or what they would be with one more revision in force.

    ``replacing`` is a segment's revision, ``stages_as`` one of the stage rules, ``features_as`` a
    set of features, ``without`` a segment's revision that is in force, ``set_as`` a revision of a
    set of segments.
    """
    asked = document.conditions(stages(site_id, stages_as)[1])
    segments = declared.segments(site_id, replacing, without=without)
    features, sets = declared.features(site_id, features_as), declared.rankings(site_id, set_as)
    trees = declared.hierarchies(site_id, features_as)
    return definitions.build(segments, features, asked, sets, trees)


def stages(site_id: int, revision_id: int | None = None) -> tuple[int, Program]:
    """Return the stage rules in force, or a revision of them; without any, none and revision 0."""
    revisions = StageRulesRevision.objects.filter(rules__site_id=site_id)
    if revision_id is None:
        revision = revisions.filter(pk__in=StageRules.objects.values("live")).first()
    else:
        revision = revisions.get(pk=revision_id)
    return (revision.pk, document.parse(revision.document)) if revision else (0, Program())
