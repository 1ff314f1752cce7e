"""Where revisions stand: their reviews opened, moved on, and brought in line with what is live."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from personalization.plant import clock
from personalization.sites.models import Publication
from personalization.sites.reviews import Review, ReviewTerms, Schedule, Step
from rules.reviewing import DRAFT, LIVE, RETIRED, Case, Terms, carried


class Subject(NamedTuple):
    """What a revision is of: the kind's word, the site, the row, and its locale if any."""

    kind: str
    site_id: int
    object_id: int
    locale: str = ""


class Word(NamedTuple):
    """What was done, by whom, when, and what they said about it."""

    verb: str
    actor: str
    at: int
    note: str = ""


def terms(site_id: int) -> Terms:
    """Return the site's rules of approval."""
    row = ReviewTerms.objects.filter(site_id=site_id).first()
    return row.terms() if row else Terms()


def drafted(subject: Subject, revision: Any) -> Review:
    """Open the review of a new draft, whose object is locked; an open review goes over to it."""
    now, author = clock.system.now(), revision.author
    rows = Review.objects.select_for_update().filter(
        kind=subject.kind, object_id=subject.object_id, locale=subject.locale
    )
    before = rows.filter(number=revision.number - 1).first()
    case = Case(authors=frozenset({author} if author else ()))
    if before is not None:
        left, case = carried(before.case(), author, terms(subject.site_id))
        if left != before.case():
            moved(before, left, Word("replaced", author, now, f"r{revision.number}"))
    review = _row(subject, revision, now)
    review.put(case, now)
    if case.state != DRAFT:
        _step(review, DRAFT, Word("carried", author, now))
    return review


def of(subject: Subject, revision: Any) -> Review:
    """Return the review of a revision; one that was written before there were reviews gets one."""
    found = Review.objects.filter(kind=subject.kind, revision_id=revision.pk).first()
    if found is not None:
        return found
    made = _row(subject, revision, clock.system.now())
    made.state = revision.status if revision.status in {LIVE, RETIRED} else DRAFT
    made.authors = [revision.author] if revision.author else []
    named = {"kind": subject.kind, "revision_id": revision.pk}
    fields = ("site_id", "object_id", "number", "locale", "state", "authors", "changed_at")
    given = {name: getattr(made, name) for name in fields}
    return Review.objects.get_or_create(**named, defaults=given)[0]


def locked(subject: Subject, revision: Any) -> Review:
    """Return the review of a revision, locked until the transaction ends."""
    return Review.objects.select_for_update().get(pk=of(subject, revision).pk)


def moved(review: Review, case: Case, word: Word) -> None:
    """Write where a review stands now, and the step that brought it there."""
    before = review.state
    review.put(case, word.at)
    _step(review, before, word)


def settled(publication: Publication, subject: Subject, revision: Any, now: int) -> None:
    """Bring the reviews of an object in line with a publication that flips, in its transaction."""
    actor, retires = publication.asked_by, publication.kind.endswith("_retired")
    others = Review.objects.select_for_update().filter(
        kind=subject.kind, object_id=subject.object_id, locale=subject.locale, state=LIVE
    )
    for other in others.exclude(revision_id=revision.pk):
        _to(other, RETIRED, Word("replaced", actor, now, f"r{revision.number}"))
    word = Word("retired" if retires else "went_live", actor, now)
    review = locked(subject, revision)
    _to(review, RETIRED if retires else LIVE, word)
    waiting = Schedule.objects.filter(review=review, state=Schedule.State.WAITING)
    waiting.update(state=Schedule.State.CANCELLED, ended_at=now)


def _to(review: Review, state: str, word: Word) -> None:
    moved(review, replace(review.case(), state=state), word)


def _row(subject: Subject, revision: Any, now: int) -> Review:
    return Review(
        site_id=subject.site_id,
        kind=subject.kind,
        object_id=subject.object_id,
        locale=subject.locale,
        revision_id=revision.pk,
        number=revision.number,
        changed_at=now,
    )


def _step(review: Review, before: str, word: Word) -> None:
    stood = {"before": before, "after": review.state}
    Step.objects.create(review=review, **stood, **word._asdict())
