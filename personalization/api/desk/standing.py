"""Where a revision stands, and what whoever looks may do about it: the top of every such page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.flows import comparing, putting, undoing
from personalization.flows.kinds import KINDS, Kind
from personalization.plant import clock
from personalization.sites import freezes, inuse, progress, revised, scoped
from personalization.sites.phrasebook import spoken
from personalization.sites.reviews import Review, Schedule
from personalization.sites.scoped import caller
from rules.appointments import said
from rules.reviewing import DRAFT, OPEN, VERBS, Case, Terms, counting, possible

STATES: Mapping[str, object] = {
    "draft": _("Draft"),
    "in_review": _("In review"),
    "changes_requested": _("Changes requested"),
    "approved": _("Approved"),
    "scheduled": _("Scheduled"),
    "live": _("Live"),
    "retired": _("Retired"),
}
LABELS: Mapping[str, object] = {
    "publish": _("Publish now"),
    "approve": _("Approve"),
    "submit": _("Submit for review"),
    "withdraw": _("Withdraw from review"),
    "cancel": _("Cancel the schedule"),
    "rollback": _("Roll back to this"),
    "retire": _("Retire"),
}
"""The verbs that are one button, in the order the buttons stand in."""
ROUTES = {"cancel": "unschedule"}
"""Verbs whose address has another name."""
STEPS: Mapping[str, object] = {
    "comment": _("commented"),
    "submit": _("submitted it for review"),
    "withdraw": _("withdrew it from review"),
    "approve": _("approved it"),
    "request_changes": _("requested changes"),
    "schedule": _("scheduled it"),
    "cancel": _("cancelled the schedule"),
    "fired": _("had scheduled it for now"),
    "not_published": _("could not be published"),
    "carried": _("changed it while it was in review"),
    "replaced": _("put another revision in its place"),
    "went_live": _("put it in force"),
    "retired": _("put it out of force"),
}


def of(request: HttpRequest, kind: Kind, revision: Any) -> dict[str, Any]:
    """Return what the page of a revision shows on top."""
    review = progress.of(kind.subject(revision), revision)
    terms, case, site = progress.terms(review.site_id), _case(review, revision), review.site_id
    waiting = review.schedules.filter(state=Schedule.State.WAITING).first()
    frozen = freezes.at(site, clock.system.now())
    may = {verb for verb, known in VERBS.items() if caller(request).may(known.needs, site)}
    open_to = [verb for verb in possible(case, caller(request).actor, terms) if verb in may]
    own = case.state in {"in_review", "approved"} and "approve" in may and "approve" not in open_to
    return {
        "revision": revision,
        "review": review,
        "state": case.state,
        "label": STATES[case.state],
        "approved_by": sorted(counting(case, terms)),
        "needed": terms.approvals if case.state in OPEN else 0,
        "own": own and caller(request).actor in case.authors,
        "waits": said(waiting.at, waiting.zone) if waiting else "",
        "waits_by": waiting.asked_by if waiting else "",
        "failed": review.schedules.filter(state="failed").last() if case.state in OPEN else None,
        "frozen": frozen and (frozen.name, said(frozen.until_at, frozen.zone)),
        "overrides": bool(frozen) and caller(request).may("override", site),
        "buttons": _buttons(kind, revision, case, open_to),
        "forms": {verb: _url(verb, kind, revision) for verb in open_to if verb not in LABELS},
        "zone": waiting.zone if waiting else revision_zone(kind, revision),
        "steps": [_step(step) for step in review.steps.all()],
        "remarks": (remarks := [_remark(one) for one in review.remarks.all()]),
        "open_remarks": sum(not one["row"].settled_by for one in remarks),
        "may_settle": "comment" in may,
    }


def above(request: HttpRequest, word: str, row: Any) -> dict[str, Any]:
    """Return what the page of a thing shows on top: its newest revision, its undo, its history."""
    kind = KINDS[word]
    newest = kind.rows().filter(**{kind.owner: row}).order_by("-pk").first()
    first = kind.rows().filter(**{kind.owner: row}).order_by("pk").first()
    return {
        "standing": of(request, kind, newest) if newest else None,
        "owner": first.author if first else "",
        "live_one": kind.live(newest) if newest else None,
        "undo": undo(request, kind, row),
        "history": reverse("desk:history", args=[word, row.pk]),
        "look": reverse("desk:revision", args=[word, newest.pk]) if newest else "",
        "used": inuse.of(row),
    }


def diff(kind: Kind, revision: Any) -> dict[str, Any]:
    """Return what a revision changes of what is in force; of the one before it where it is."""
    live = kind.live(revision)
    if live is not None and live.pk == revision.pk:
        return {"against": "", "diff": _spoken(comparing.drafted(kind, revision))}
    against = f"r{live.number}" if live else ""
    found = comparing.differences(kind, live, revision)
    return {"against": against, "diff": _spoken(found)}


def _spoken(sentences: Iterable[str]) -> list[str]:
    return [spoken(gettext(one)) for one in sentences]


def undo(request: HttpRequest, kind: Kind, row: Any) -> dict[str, Any] | None:
    """Return the banner that offers one step back, to who may take it."""
    offer = undoing.offered(kind.word, row.pk, clock.system.now())
    if offer is None or not caller(request).may("publisher", offer.publication.site_id):
        return None
    left = (offer.until - clock.system.now()) // 60_000_000
    back = gettext("Undo: back to r%(number)s") if offer.number else gettext("Undo: out of force")
    return {
        "url": reverse("desk:undo", args=[offer.publication.pk]),
        "label": back % {"number": offer.number} if offer.number else back,
        "by": offer.publication.asked_by,
        "at": scoped.said(offer.publication.ended_at or 0),
        "left": max(1, left),
    }


def lines(
    request: HttpRequest, word: str, row: Any, revisions: Iterable[Any]
) -> list[dict[str, Any]]:
    """Return for each revision in a list its state and the one thing to do with it."""
    kind, found = KINDS[word], list(revisions)
    known = {one.revision_id: one for one in Review.objects.filter(kind=word, object_id=row.pk)}
    terms = progress.terms(kind.site_of(found[0])) if found else Terms()
    return [_line(request, kind, one, known.get(one.pk), terms) for one in found]


def _line(
    request: HttpRequest, kind: Kind, revision: Any, review: Review | None, terms: Terms
) -> dict[str, Any]:
    case = _case(review, revision)
    may = caller(request).may("publisher", kind.site_of(revision))
    able = [v for v in ("publish", "rollback", "retire") if may and _fits(v, kind, case, terms)]
    button = _buttons(kind, revision, case, able[:1]) if able else []
    label = STATES[case.state]
    return {"state": case.state, "label": label, "button": button[0] if button else None}


def _fits(verb: str, kind: Kind, case: Case, terms: Terms) -> bool:
    if case.state == "live" and verb != "retire":
        return False
    return verb in possible(case, "", terms) and (verb != "retire" or kind.word in putting.RETIRE)


def _case(review: Review | None, revision: Any) -> Case:
    """Return where a revision stands; what is in force or was is told by the revision itself."""
    case = review.case() if review else Case(authors=frozenset({revision.author}))
    if revision.status != DRAFT:
        return Case(revision.status, case.authors, case.approvals)
    return case


def _buttons(kind: Kind, revision: Any, case: Case, open_to: list[str]) -> list[dict[str, Any]]:
    found = []
    for verb, label in LABELS.items():
        again = case.state == "live" and verb in {"publish", "rollback"}
        unknown = verb == "retire" and kind.word not in putting.RETIRE
        if verb in open_to and not again and not unknown:
            found.append({"verb": verb, "label": label, "url": _url(verb, kind, revision)})
    return found


def _url(verb: str, kind: Kind, revision: Any) -> str:
    return reverse(f"desk:{ROUTES.get(verb, verb)}", args=[kind.word, revision.pk])


def revision_zone(kind: Kind, revision: Any) -> str:
    """Return the zone in which times of a revision are asked for: its site's."""
    owner = kind.owner_of(revision)
    site = getattr(owner, "site", None) or owner.slot.site
    return str(site.timezone)


def _remark(row: Any) -> dict[str, Any]:
    at = scoped.said(row.settled_at) if row.settled_at else ""
    return {"row": row, "at": scoped.said(row.at), "settled_at": at}


def _step(step: Any) -> dict[str, Any]:
    said_of = STEPS.get(step.verb, step.verb)
    return {"step": step, "words": said_of, "at": scoped.said(step.at), "note": step.note}


revised.ABOVE["standing"] = above
revised.LINES["standing"] = lines
revised.DIFFS["standing"] = lambda word, revision: comparing.drafted(KINDS[word], revision)
