"""The workflow once more, as docs/reviews.md tells it: plain dictionaries, every rule by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rules import appointments
from tests import estate
from tests.flows.desk import MINUTE

NEEDS = {
    **dict.fromkeys(("submit", "withdraw"), "editor"),
    **dict.fromkeys(("approve", "request_changes"), "reviewer"),
    **dict.fromkeys(("schedule", "publish", "cancel", "rollback", "retire", "undo"), "publisher"),
    "comment": "analyst",
}
FROM = {
    "submit": ("draft", "changes_requested"),
    "withdraw": ("in_review", "changes_requested", "approved"),
    "approve": ("in_review", "approved"),
    "request_changes": ("in_review", "approved", "scheduled"),
    "schedule": ("draft", "in_review", "approved", "scheduled"),
    "publish": ("draft", "in_review", "approved", "scheduled", "live"),
    "cancel": ("scheduled",),
    "rollback": ("retired", "live"),
    "retire": ("live",),
}
HELD = {
    "ann": ("editor", "publisher"),
    "bob": ("reviewer",),
    "cem": ("reviewer", "publisher"),
    "dora": ("owner",),
    "eve": ("analyst",),
    "fay": ("viewer",),
    "gus": ("publisher", "override"),
}
WRITERS = ("ann", "cem", "dora", "gus")
THINGS = ("matrix", "segment", "slot", "variant")
BEGIN = appointments.instant("2027-03-27T20:00", "Europe/Berlin")
WHEN = (
    ("2027-03-28T09:00", "Europe/Berlin", ""),
    ("2027-03-28T02:30", "Europe/Berlin", ""),
    ("2027-03-27T09:00", "Europe/Berlin", ""),
    ("2027-03-28T01:45", "Europe/Berlin", "later"),
    ("2027-10-31T02:30", "Europe/Berlin", ""),
    ("2027-10-31T02:30", "Europe/Berlin", "earlier"),
    ("2027-10-31T02:30", "Europe/Berlin", "later"),
    ("2027-03-28T09:00", "America/New_York", ""),
    ("2027-04-04T02:15", "Australia/Lord_Howe", "later"),
    ("2027-03-28T00:30", "UTC", ""),
)
RETIRED_BY_HAND = ("matrix", "segment", "variant")
HALF_AN_HOUR = 30 * MINUTE


class Refused(Exception):  # noqa: N818 -- an answer, no fault
    """What the answer is instead."""


@dataclass
class Paper:
    """One revision."""

    number: int
    state: str
    authors: set[str]
    approvals: set[str] = field(default_factory=set)
    remarks: int = 0


@dataclass
class Appointment:
    """A time at which one revision is to go live."""

    kind: str
    number: int
    at: int
    by: str
    overrides: bool
    state: str = "waiting"


@dataclass
class Published:
    """One step of what is in force: what it was about, what stood before, how and when."""

    number: int
    before: int | None
    retires: bool
    at: int


class Office:
    """Everything that is reviewed on one site, and its rules."""

    def __init__(self, roles: dict[str, tuple[str, ...]], now: int) -> None:
        self.may = {who: {p for r in held for p in estate.MAY[r].split()}
                    for who, held in roles.items()}  # fmt: skip
        self.papers: dict[str, list[Paper]] = {}
        self.log: dict[str, list[Published]] = {}
        self.appointments: list[Appointment] = []
        self.freezes: list[tuple[int, int]] = []
        self.needed, self.own, self.reset, self.now = 0, False, True, now

    def live(self, kind: str) -> int | None:
        return next((p.number for p in self.papers[kind] if p.state == "live"), None)

    def draft(self, kind: str, who: str) -> None:
        """Write a new draft on top; a review goes over to it."""
        papers = self.papers[kind]
        last = papers[-1]
        fresh = Paper(last.number + 1, "draft", {who})
        if last.state not in {"live", "retired"}:
            fresh.authors |= last.authors
        if last.state in {"in_review", "approved"}:
            fresh.state = "in_review"
            if not self.reset:
                fresh.approvals = set(last.approvals)
                self._judge(fresh)
        if last.state in {"in_review", "approved", "changes_requested"}:
            last.state, last.approvals = "draft", set()
        papers.append(fresh)

    def act(self, verb: str, kind: str, number: int, who: str, **said: object) -> None:
        """Do what somebody asks, else ``Refused`` with the code."""
        overrides = bool(said.get("overrides"))
        if NEEDS[verb] not in self.may[who] or (overrides and "override" not in self.may[who]):
            raise Refused("denied")
        paper = self.papers[kind][number - 1]
        if verb == "retire" and kind not in RETIRED_BY_HAND:
            raise Refused("state")
        if verb != "comment" and paper.state not in FROM[verb]:
            raise Refused("state")
        getattr(self, f"_{verb}")(kind, paper, who, overrides, said)

    def undo(self, kind: str, who: str) -> None:
        """Go one step back."""
        if "publisher" not in self.may[who]:
            raise Refused("denied")
        last = self.undoable(kind)
        if last is None:
            raise Refused("state")
        if last.before is None:
            self._gone(kind, last.number)
        else:
            self._in_force(kind, last.before)

    def undoable(self, kind: str) -> Published | None:
        last = self.log[kind][-1] if self.log[kind] else None
        if last is None or last.at + HALF_AN_HOUR <= self.now:
            return None
        if last.before == last.number and not last.retires:
            return None
        return None if last.before is None and kind not in RETIRED_BY_HAND else last

    def pass_time(self, now: int) -> None:
        """Let what is due happen, in the order of its times."""
        self.now = now
        due = [one for one in self.appointments if one.state == "waiting" and one.at <= now]
        for one in sorted(due, key=lambda each: each.at):
            self._fire(one)

    def _fire(self, one: Appointment) -> None:
        paper = self.papers[one.kind][one.number - 1]
        live = self.live(one.kind)
        newer = live is not None and live > one.number
        frozen = self._frozen(self.now) and not one.overrides
        self._back(paper)
        if newer or frozen or self._counting(paper) < self.needed:
            one.state = "failed"
        else:
            one.state = "fired"
            self._in_force(one.kind, one.number)

    def _comment(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        paper.remarks += 1

    def _submit(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        paper.state, paper.approvals = "in_review", set()

    def _withdraw(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        paper.state, paper.approvals = "draft", set()

    def _approve(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        if who in paper.authors and not self.own:
            raise Refused("self_approval")
        if who in paper.approvals:
            raise Refused("again")
        paper.approvals.add(who)
        self._judge(paper)

    def _request_changes(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        paper.state, paper.approvals = "changes_requested", set()
        self._drop(kind, paper.number, "cancelled")

    def _schedule(self, kind: str, paper: Paper, who: str, over: bool, said: dict) -> None:
        self._enough(paper)
        found = list(instants(str(said["at"]), str(said["zone"])))
        if not found:
            raise Refused("gap")
        if len(found) > 1 and said["which"] not in {"earlier", "later"}:
            raise Refused("twice")
        at = found[0] if said["which"] == "earlier" else found[-1]
        if at <= self.now:
            raise Refused("past")
        if self._frozen(at) and not over:
            raise Refused("frozen")
        self._drop(kind, paper.number, "replaced")
        paper.state = "scheduled"
        self.appointments.append(Appointment(kind, paper.number, at, who, over))

    def _cancel(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        self._drop(kind, paper.number, "cancelled")
        self._back(paper)

    def _publish(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        if paper.state != "live":
            self._enough(paper)
        if self._frozen(self.now) and not over:
            raise Refused("frozen")
        self._in_force(kind, paper.number)

    def _rollback(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        self._in_force(kind, paper.number)

    def _retire(self, kind: str, paper: Paper, who: str, over: bool, said: object) -> None:
        if self._frozen(self.now) and not over:
            raise Refused("frozen")
        self._gone(kind, paper.number)

    def _in_force(self, kind: str, number: int) -> None:
        self.log[kind].append(Published(number, self.live(kind), False, self.now))
        for paper in self.papers[kind]:
            if paper.state == "live":
                paper.state = "retired"
        self.papers[kind][number - 1].state = "live"
        self._drop(kind, number, "cancelled")

    def _gone(self, kind: str, number: int) -> None:
        self.log[kind].append(Published(number, self.live(kind), True, self.now))
        self.papers[kind][number - 1].state = "retired"

    def _drop(self, kind: str, number: int, state: str) -> None:
        for one in self.appointments:
            if (one.kind, one.number, one.state) == (kind, number, "waiting"):
                one.state = state

    def _back(self, paper: Paper) -> None:
        """Let a revision stand where it stood before it was scheduled."""
        paper.state = "draft"
        if paper.approvals:
            self._judge(paper)

    def _judge(self, paper: Paper) -> None:
        enough = self._counting(paper) >= max(1, self.needed)
        paper.state = "approved" if enough else "in_review"

    def _counting(self, paper: Paper) -> int:
        return len(paper.approvals if self.own else paper.approvals - paper.authors)

    def _enough(self, paper: Paper) -> None:
        if self._counting(paper) < self.needed:
            raise Refused("approvals")

    def _frozen(self, at: int) -> bool:
        return any(start <= at < until for start, until in self.freezes)


def instants(wall: str, zone: str) -> Iterator[int]:
    """Yield every instant at which the clocks of a zone show a time, found by looking at each."""
    wanted = datetime.fromisoformat(wall)
    first = wanted.replace(tzinfo=UTC) - timedelta(hours=26)
    for minute in range(0, 52 * 60, 15):
        moment = first + timedelta(minutes=minute)
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wanted:
            yield int(moment.timestamp()) * 1_000_000
