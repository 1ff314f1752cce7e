"""What people do to a revision, whoever asks and however: one door for pages, admin and API."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction

from personalization.flows import putting, scheduling
from personalization.flows.kinds import Kind
from personalization.flows.verbs import EFFECTS, PUTS, Ask, nothing
from personalization.plant.clock import Clock
from personalization.sites import audit, progress
from personalization.sites.models import Publication
from personalization.sites.progress import Word
from personalization.sites.reviews import Review
from personalization.sites.roles import Caller
from rules import expect
from rules.errors import InvalidError
from rules.reviewing import VERBS, after

OVERRIDE = "override"
"""The permission to publish in a freeze, which has to be asked for each time."""
LONGEST = 4_000


class Done(NamedTuple):
    """The review after it, and the publication where something is put in force or out of it."""

    review: Review
    publication: Publication | None = None


def act(who: Caller, verb: str, kind: Kind, revision: Any, ask: Ask, clock: Clock) -> Done:
    """Do the verb, else raise: PermissionDenied, or InvalidError that says what was expected."""
    site = kind.site_of(revision)
    expect.text(ask.note, "/note", LONGEST, 1 if verb == "comment" else 0)
    if verb not in VERBS or not who.may(VERBS[verb].needs, site):
        raise PermissionDenied
    if ask.overrides and not who.may(OVERRIDE, site):
        raise PermissionDenied
    if verb == "retire" and kind.word not in putting.RETIRE:
        raise InvalidError("", "state", f"expected something else than a {kind.word} to be retired")
    with transaction.atomic():
        review = progress.locked(kind.subject(revision), revision)
        _free(review, verb)
        case = after(review.case(), verb, who.actor, progress.terms(site))
        word = Word(verb, who.actor, clock.now(), ask.note)
        if verb not in PUTS:
            EFFECTS.get(verb, nothing)(review, ask, word)
            progress.moved(review, case, word)
            _remember(review, word, ask)
    if verb not in PUTS:
        return Done(review)
    put, way = PUTS[verb](kind.word)
    done = put(revision.pk, who.actor, clock, way._replace(overrides=ask.overrides))
    if done.state != Publication.State.FAILED:
        scheduling.passed(review, clock.now())
    review.refresh_from_db()
    return Done(review, done)


def _free(review: Review, verb: str) -> None:
    """Refuse what would pull the floor away from under a publication that is being prepared."""
    same = Publication.objects.filter(kind=review.kind, revision_id=review.revision_id)
    if verb != "comment" and same.filter(state=Publication.State.PREPARING).exists():
        raise InvalidError("", "state", "expected a revision that is not just being published")


def _remember(review: Review, word: Word, ask: Ask) -> None:
    detail = {"number": review.number, "locale": review.locale, "state": review.state}
    said = {name: value for name, value in ask._asdict().items() if value}
    named = (review.kind, review.object_id)
    audit.record(review.site_id, word.actor, word.verb, named, {**detail, **said})
