"""Whatever happens in whichever order: what is stored equals what a naive replay of the log says.

A state machine drives the real walk on the real store: events, late ones, duplicates, merges,
time, publishing, restarts, and a worker that dies between any two statements.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from itertools import count
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from personalization.sites.naming import message_id
from tests.flows import mortal
from tests.flows.audience import Audience
from tests.flows.living import Living
from tests.flows.mortal import Nursery
from tests.flows.naive_world import TICK, Told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

UNIT = TICK // 1_000_000
LATENESS = 20
PHASES = (Phase.generate, Phase.shrink) if os.environ.get("MACHINE_SHRINKS") else (Phase.generate,)
"""Shrinking takes minutes: asked for when something was found."""
STEPS = Counter[str]()
BESIDE: list[tuple[Nursery, Audience]] = []
"""Where workers in other processes come from, and who listens."""
numbers = count()


def within(ticks: int) -> str:
    return f"{ticks * UNIT}s"


def views(least: int, ticks: int, operator: str = "at_least", **more: object) -> dict[str, object]:
    asked = {"event": "A", "within": within(ticks), "operator": operator, "value": least}
    return asked | more


CONDITIONS = [
    views(2, 6),
    views(1, 3, "at_most"),
    views(3, 30, where={"attribute": "properties.k", "operator": "equals", "value": "x"}),
    {"event": "B", "within": within(9), "measure": {"sum": "properties.v"},
     "operator": "at_least", "value": 3},
    {"event": "A", "within": within(12), "measure": {"distinct": "properties.k"},
     "operator": "at_least", "value": 2},
    {"same": "properties.k", "within": within(10), "all": [
        {"event": "A", "operator": "at_least", "value": 2}, {"event": "B"},
        {"not": {"event": "C"}}]},
    {"all": [views(1, 8), {"not": {"event": "C", "within": within(8)}}]},
    {"attribute": "traits.plan", "operator": "equals", "value": "pro"},
    {"all": [{"attribute": "traits.plan", "operator": "equals", "value": "pro"}, views(1, 5)]},
    {"has_been": views(1, 10), "for": within(3)},
    {"sequence": [{"event": "A"}, {"event": "B", "within": within(4)}], "within": within(15)},
    {"sequence": [{"event": "A"}, {"not": {"event": "C"}}, {"event": "B", "within": within(6)}],
     "strict": True},
    {"sequence": [{"event": "A"}, {"not": {"event": "B"}, "within": within(4)}],
     "within": within(12)},
    {"sequence": [{"event": "A", "value": 2}, {"not": {"event": "B"}, "within": within(3)}],
     "same": "properties.k", "within": within(9)},
    {"event": "B", "operator": "stopped", "value": within(5), "within": within(16)},
    views(2, 20, since_last={"event": "B", "where": {
        "attribute": "properties.k", "operator": "equals", "value": "x"}}),
    {"all": [{"segment": "first"}, {"event": "B", "within": within(7)}]},
    {"not": {"segment": "first"}},
]  # fmt: skip
ALONE = len(CONDITIONS) - 2
"""So many of them name no other segment."""
STABILITY = [
    {}, {"enter_after": within(2)}, {"exit_after": within(3)}, {"min_stay": within(5)},
    {"max_moves_per_day": 2},
    {"enter_after": within(1), "exit_after": within(2), "min_stay": within(4)},
]  # fmt: skip
PEOPLE = [None, "ann", "bob", "cid"]
CAREFUL = ["dee", "eve"]
"""They say yes and no to being known; nobody is ever joined with them."""
DEVICES = [None, "phone", "desk", "tab"]
EVERYBODY = [
    *(("user", name) for name in [*PEOPLE[1:], *CAREFUL, "old", "nobody"]),
    *(("anonymous", name) for name in [*DEVICES[1:], "old"]),
]

who = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(DEVICES)).filter(any)
said = st.fixed_dictionaries(
    {}, optional={"k": st.sampled_from(["x", "y"]), "v": st.integers(0, 3)}
)
names = st.sampled_from("AAABBC")


def seldom(kind: str, gap: int) -> Any:
    """Let so many other steps pass before a dear one is drawn again."""
    return precondition(lambda self: self.steps - self.last.get(kind, -gap) >= gap)


class Machine(RuleBasedStateMachine):
    """One site and everything that can happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.living = Living(f"machine-{next(numbers)}", LATENESS, BESIDE[0][1], EVERYBODY)
        self.sent: list[Told] = []
        self.steps = 0
        self.last: dict[str, int] = {}

    def note(self, kind: str) -> None:
        """Count a step."""
        STEPS[kind] += 1
        self.steps += 1
        self.last[kind] = self.steps

    @initialize(first=st.integers(0, ALONE - 1),
                others=st.lists(st.integers(0, len(CONDITIONS) - 1), max_size=2))  # fmt: skip
    def begin(self, first: int, others: list[int]) -> None:
        self.living.publish("first", CONDITIONS[first])
        for number, other in enumerate(others):
            self.living.publish(f"other-{number}", CONDITIONS[other])

    def tell(
        self, kind: str, told: tuple[str | None, str | None], ago: int, **more: object
    ) -> None:
        self.note(kind)
        now, message = self.living.now, more.pop("message", None) or f"m{len(self.sent)}"
        user, device = told
        one = Told(
            message, message_id(message).hex, kind, more.pop("name", ""), min(now, now - ago), now,
            user, device, more.pop("verified", True), **more,
        )  # fmt: skip
        self.sent.append(one)
        self.living.tell(one)

    @rule(told=who, ago=st.integers(0, 6), name=names, properties=said, verified=st.booleans())
    def happen(self, told, ago, name, properties, verified) -> None:
        self.tell("track", told, ago, name=name, properties=properties, verified=verified)

    @rule(told=who, ago=st.integers(0, 40), name=names, properties=said, imported=st.booleans())
    def happen_late(self, told, ago, name, properties, imported) -> None:
        self.tell("track", told, ago, name=name, properties=properties, imported=imported)

    @rule(told=who, ago=st.integers(0, 25), plan=st.sampled_from(["pro", "free"]),
          verified=st.booleans())  # fmt: skip
    def identify(self, told, ago, plan, verified) -> None:
        self.tell("identify", told, ago, traits={"plan": plan}, verified=verified)

    @rule(user=st.sampled_from(CAREFUL), ago=st.integers(0, 8), name=names, properties=said,
          word=st.sampled_from([None, None, True, False]), imported=st.booleans())  # fmt: skip
    def consent(self, user, ago, name, properties, word, imported) -> None:
        self.tell("track", (user, None), ago, name=name, properties=properties, said=word,
                  imported=imported)  # fmt: skip

    @rule(user=st.sampled_from(PEOPLE[1:]), former=st.sampled_from(["old", *PEOPLE[1:3]]),
          ago=st.integers(0, 9), verified=st.booleans())  # fmt: skip
    def alias(self, user, former, ago, verified) -> None:
        self.tell("alias", (user, None), ago, previous=former, verified=verified)

    @rule(index=st.integers(0, 10**6), other=st.booleans())
    def repeat(self, index, other) -> None:
        if self.sent:
            again = self.sent[index % len(self.sent)]
            more = {"properties": {"k": "other"}} if other else {"properties": again.properties}
            ago = self.living.now - again.at
            self.tell(again.kind, (again.user, again.device), ago, message=again.message,
                      name=again.name, traits=again.traits, previous=again.previous,
                      verified=again.verified, said=again.said, **more)  # fmt: skip

    @rule(ticks=st.integers(0, 7))
    def drain(self, ticks) -> None:
        self.note("drain")
        self.living.drain()
        self.living.check()
        self.living.step(ticks)

    @rule(statement=st.integers(0, 40))
    def kill(self, statement) -> None:
        self.note("kill")
        if self.living.killed(statement, self.living.drain):
            self.living.check()

    @seldom("slay", 60)
    @rule(statement=st.integers(0, 60))
    def slay(self, statement) -> None:
        self.note("slay")
        if self.living.slain(statement, BESIDE[0][0]):
            self.living.check()

    @rule(index=st.integers(0, 40), barred=st.booleans())
    def unmerge(self, index, barred) -> None:
        STEPS["unmerge"] += self.living.unmerge(index, barred)

    @seldom("restart", 8)
    @rule()
    def restart(self) -> None:
        self.note("restart")
        self.living.restart()

    @seldom("publish", 25)
    @rule(slug=st.sampled_from(["other-0", "other-1"]),
          number=st.integers(0, len(CONDITIONS) - 1),
          stability=st.sampled_from(STABILITY))  # fmt: skip
    def publish(self, slug, number, stability) -> None:
        self.note("publish")
        self.living.publish(slug, CONDITIONS[number], **stability)

    @seldom("retire", 25)
    @rule(slug=st.sampled_from(["other-0", "other-1"]))
    def retire(self, slug) -> None:
        self.note("retire")
        self.living.retire(slug)

    @seldom("clock", 6)
    @rule(ticks=st.integers(-9, 25))
    def set_clock(self, ticks) -> None:
        self.note("clock")
        self.living.step(max(ticks, -self.living.now))

    def teardown(self) -> None:
        try:
            self.living.drain()
            self.living.world.replays.clear()  # the whole story once more, from its beginning
            self.living.check()
            self.living.end()
        finally:
            self.living.leave()


def search(examples: int, steps: int, env: dict[str, str], *, fixed: bool = False) -> None:
    """Run the machine; ``fixed`` draws the same each time, so that a gate is one for everybody."""
    BESIDE[:] = [(Nursery(env, mortal.drain), Audience(env))]
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    began = time.perf_counter()
    try:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
                derandomize=fixed, suppress_health_check=list(HealthCheck), phases=PHASES,
                report_multiple_bugs=False,
            ),
        )  # fmt: skip
    finally:
        for beside in BESIDE.pop():
            beside.close()
    spent = time.perf_counter() - began
    told = f"{STEPS.total()} steps, {STEPS.total() / spent:.0f} a second: {dict(STEPS)}"
    sys.stderr.write(f"{told}\n")


def test_the_store_equals_a_naive_replay_whatever_happens(
    child_env: dict[str, str],
) -> None:
    search(int(os.environ.get("MACHINE_EXAMPLES", "8")), 40, child_env, fixed=True)


@pytest.mark.nightly
def test_the_store_equals_a_naive_replay_in_a_long_search(
    child_env: dict[str, str],
) -> None:
    search(int(os.environ.get("MACHINE_EXAMPLES", "1000")), 300, child_env)
