"""Sets of segments: drafts of them, and the segments their members are once they are in force."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from personalization.segments.drafts import stability_of
from personalization.segments.models import (
    Segment,
    SegmentRevision,
    SegmentSet,
    SegmentSetRevision,
)
from personalization.sites import progress, sessions
from personalization.sites.phrasebook import spoken
from personalization.sites.progress import Subject
from rules import canonical, rankings
from rules.errors import InvalidError
from rules.rankings import Ranking
from rules.stability import Stability

Status = SegmentRevision.Status


def draft(
    row: SegmentSet, document: object, stability: object, author: str, note: str = ""
) -> SegmentSetRevision:
    """Write the next revision of a set; ``InvalidError`` when it could not be published."""
    check(document)
    stability_check(stability)
    with transaction.atomic():
        SegmentSet.objects.select_for_update().get(pk=row.pk)
        newest = row.revisions.order_by("-number").first()
        made = row.revisions.create(
            number=newest.number + 1 if newest else 1,
            document=sessions.paused(row.site_id, document),
            stability=stability or {},
            author=author[:150],
            note=note,
        )
        progress.drafted(Subject("set", row.site_id, row.pk), made)
        return made


def check(document: object) -> Ranking:
    """Return the parsed set, or raise the ``InvalidError`` that says where it is wrong."""
    return rankings.parse(document)


def stability_check(document: object) -> Stability:
    """Return the stability settings of a set, where leaving one member is entering another."""
    found = stability_of(document)
    if found.exit_after:
        expected = "expected enter_after: to leave one member of a set is to enter another"
        raise InvalidError("/stability/exit_after", "set", expected)
    return found


def dropped(revision: SegmentSetRevision) -> set[str]:
    """Return the segments that are in force and would be in the set no more."""
    live = Segment.objects.filter(part_of=revision.set_id).exclude(live=None)
    names = {f"{revision.set.slug}.{name}" for name in check(revision.document).names}
    return set(live.values_list("slug", flat=True)) - names


def words(document: object) -> str:
    """Return a stored document in words, or why it cannot be read any more."""
    try:
        return "; ".join(map(spoken, rankings.words(check(document)).split("; ")))
    except InvalidError as fault:
        return gettext("not valid: %(why)s") % {"why": spoken(str(fault))}


def ordered(document: object) -> object:
    """Return a stored document with its keys in the order people write them."""
    try:
        return rankings.document(check(document))
    except InvalidError:
        return document


def furnish(revision: SegmentSetRevision) -> None:
    """Let a set's segments be the members of its revision in force, in the running transaction.

    They are what moves, members, rows of matrices and pages name; a member that is no longer in the
    set keeps its history and is in force no more.
    """
    owner = revision.set
    conditions = rankings.told(check(revision.document), owner.slug)
    for name, condition in conditions.items():
        slug, shown = f"{owner.slug}.{name}", f"{owner.name}: {name}"
        fields = {"name": shown, "visible": owner.visible, "part_of": owner}
        segment, _ = Segment.objects.update_or_create(
            site_id=owner.site_id, slug=slug, defaults=fields
        )
        _enliven(segment, canonical.document(condition), revision)
    slugs = [f"{owner.slug}.{name}" for name in conditions]
    gone = Segment.objects.filter(part_of=owner).exclude(slug__in=slugs)
    SegmentRevision.objects.filter(segment__in=gone, status=Status.LIVE).update(
        status=Status.RETIRED
    )
    gone.update(live=None)


def _enliven(segment: Segment, condition: object, revision: SegmentSetRevision) -> None:
    """Put a member's words in force, unless they are already."""
    live = segment.live
    if live and (live.condition, live.stability) == (condition, revision.stability):
        return
    segment.revisions.filter(status=Status.LIVE).update(status=Status.RETIRED)
    newest = segment.revisions.first()
    segment.live = segment.revisions.create(
        number=newest.number + 1 if newest else 1,
        condition=condition,
        stability=revision.stability,
        status=Status.LIVE,
        author=revision.author,
        note=f"revision {revision.number} of the set",
        published_at=revision.published_at,
    )
    segment.save(update_fields=["live"])
