"""Triggers: event, condition, action as one document, checked when it is drafted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from personalization.plant.instants import from_datetime
from personalization.segments import factual
from personalization.segments.actions.registry import Action, shelf
from personalization.segments.factual import Question
from personalization.segments.models import Trigger, TriggerRevision
from personalization.sites import progress, sessions
from personalization.sites.phrasebook import spoken
from personalization.sites.progress import Subject
from rules import compiler, durations, expect
from rules.errors import InvalidError
from rules.parser import parse as parse_condition
from rules.scopes import Scope
from rules.spelling import duration

PURPOSES = ("necessary", "analytics", "personalization", "marketing")
MARKETING = "marketing"
MOVES = ("entered", "exited")
ON = {
    "entered": gettext_noop("on entering %(name)s"),
    "exited": gettext_noop("on leaving %(name)s"),
    "event": gettext_noop("on the event %(name)s"),
}
HOPS = 3
"""So many triggers may set each other off in a row, unless one says otherwise."""
MOST_HOPS = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """A trigger's document, compiled: on what, when, for what purpose, how often, and what."""

    way: str
    name: str
    where: compiler.Answer | None
    when: Question | None
    purpose: str
    times: int | None
    per: int
    hops: int
    kind: str
    settings: Any

    @property
    def segments(self) -> frozenset[str]:
        """The segments it waits for and asks about."""
        named = frozenset[str]() if self.when is None else self.when.segments
        return named | {self.name} if self.way in MOVES else named

    @property
    def action(self) -> Action:
        """What it does."""
        return shelf[self.kind]


@dataclass(frozen=True, slots=True)
class Armed:
    """A trigger in force: it fires for what happens from ``since`` on."""

    trigger: int
    revision: int
    number: int
    slug: str
    since: int
    plan: Plan

    @property
    def lane(self) -> str:
        """Whose deliveries, and whose signing secret, they are."""
        return lane(self.trigger)


def lane(trigger: int) -> str:
    """Return the lane of a trigger's deliveries."""
    return f"trigger:{trigger}"


def parse(document: object, at: str = "") -> Plan:
    """Return the plan a document says, or raise ``InvalidError`` with a JSON pointer."""
    optional = ("when", "purpose", "cap", "hops")
    told = expect.record(document, at, ("on", "do"), optional)
    way, name, where = _on(told["on"], f"{at}/on")
    kind, settings = _do(told["do"], f"{at}/do")
    when = factual.question(told["when"], f"{at}/when") if "when" in told else None
    times, per = _cap(told["cap"], f"{at}/cap") if "cap" in told else (None, 0)
    return Plan(
        way,
        name,
        where,
        when,
        _purpose(told.get("purpose", MARKETING), kind, f"{at}/purpose"),
        times,
        per,
        expect.whole(told.get("hops", HOPS), f"{at}/hops", 1, MOST_HOPS),
        kind,
        settings,
    )


def _on(raw: object, at: str) -> tuple[str, str, compiler.Answer | None]:
    told = expect.record(raw, at, (), (*MOVES, "event", "where"))
    way = next((key for key in (*MOVES, "event") if key in told), "")
    if not way or len(told.keys() - {"where"}) > 1 or ("where" in told and way != "event"):
        raise InvalidError(at, "shape", "expected entered, exited, or event with where")
    name = expect.text(told[way], f"{at}/{way}", 200)
    if "where" not in told:
        return way, name, None
    where = parse_condition(told["where"], scope=Scope.WHERE, at=f"{at}/where")
    return way, name, compiler.compile(where, {})


def _cap(raw: object, at: str) -> tuple[int, int]:
    told = expect.record(raw, at, ("times", "per"))
    return expect.whole(told["times"], f"{at}/times", 1, 10_000), durations.parse(
        told["per"], f"{at}/per"
    )


def _purpose(raw: object, kind: str, at: str) -> str:
    purpose = expect.one_of(raw, at, PURPOSES)
    if kind == "mail" and purpose != MARKETING:
        raise InvalidError(at, "value", f"expected {MARKETING}: a mail serves no other purpose")
    return purpose


def _do(raw: object, at: str) -> tuple[str, Any]:
    if not isinstance(raw, Mapping):
        raise InvalidError(at, "type", "expected an object")
    kind = expect.one_of(raw.get("action"), f"{at}/action", tuple(shelf))
    return kind, shelf[kind].check({k: v for k, v in raw.items() if k != "action"}, at)


def check(document: object) -> Plan:
    """Return the parsed trigger, or raise the ``InvalidError`` that says where it is wrong."""
    return parse(document)


def draft(trigger: Trigger, document: object, author: str, note: str = "") -> TriggerRevision:
    """Write the next revision of a trigger; ``InvalidError`` when it could not be published."""
    check(document)
    with transaction.atomic():
        Trigger.objects.select_for_update().get(pk=trigger.pk)
        newest = trigger.revisions.order_by("-number").first()
        made = trigger.revisions.create(
            number=newest.number + 1 if newest else 1,
            document=sessions.paused(trigger.site_id, document),
            author=author[:150],
            note=note,
        )
        progress.drafted(Subject("trigger", trigger.site_id, trigger.pk), made)
        return made


_plans: dict[int, Plan | None] = {}
MOST_PLANS = 10_000


def armed(site_id: int) -> list[Armed]:
    """Return the triggers in force; one that cannot be read any more fires for nobody."""
    rows = Trigger.objects.filter(site_id=site_id, enabled=True, live__isnull=False)
    columns = ("pk", "slug", "live_id", "live__number", "live__published_at", "live__document")
    found = []
    for pk, slug, revision, number, published, document in rows.values_list(*columns).order_by(
        "pk"
    ):
        plan = _plan(revision, document)
        if plan is not None and published is not None:
            found.append(Armed(pk, revision, number, slug, from_datetime(published), plan))
    return found


def _plan(revision: int, document: object) -> Plan | None:
    if len(_plans) > MOST_PLANS:
        _plans.clear()
    if revision not in _plans:
        try:
            _plans[revision] = parse(document)
        except InvalidError:
            _plans[revision] = None
    return _plans[revision]


def purpose_of(revision: int, document: object) -> str | None:
    """Return the purpose a revision serves, or ``None`` where it cannot be read any more."""
    plan = _plan(revision, document)
    return None if plan is None else plan.purpose


def remembering(least: int) -> dict[int, int]:
    """Return for how long earlier firings count for a trigger's cap, where that is longer."""
    rows = Trigger.objects.filter(live__isnull=False).values_list("pk", "live_id", "live__document")
    plans = {pk: _plan(revision, document) for pk, revision, document in rows}
    return {pk: plan.per for pk, plan in plans.items() if plan is not None and plan.per > least}


def switch_off(lane_: str) -> Trigger | None:
    """Switch off the trigger whose lane this is; return it, or ``None`` where there is none on."""
    _, _, number = lane_.partition(":")
    row = Trigger.objects.filter(pk=int(number), enabled=True).first() if number.isdigit() else None
    if row is not None:
        row.enabled = False
        row.save(update_fields=["enabled"])
    return row


def words(stored: object) -> str:
    """Return a stored trigger as a sentence, or why it cannot be read any more."""
    try:
        plan = parse(stored)
    except InvalidError as fault:
        return gettext("not valid: %(why)s") % {"why": spoken(str(fault))}
    said = [
        gettext(ON[plan.way]) % {"name": plan.name},
        gettext("if a condition holds") if plan.when or plan.where else "",
        gettext(plan.action.label),
        gettext("purpose: %(purpose)s") % {"purpose": plan.purpose},
        _often(plan) if plan.times else "",
    ]
    return "; ".join(filter(None, said))


def _often(plan: Plan) -> str:
    told = gettext("at most %(times)s times in %(span)s")
    return told % {"times": plan.times, "span": duration(plan.per)}
