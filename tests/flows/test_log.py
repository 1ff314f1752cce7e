"""The decision log writes on, whatever one entry holds."""

from __future__ import annotations

import asyncio

import pytest

from personalization.decisions.basis import exact, plain
from personalization.decisions.log import Entry, Log
from personalization.decisions.models import LoggedDecision
from personalization.plant.lookups import Lookups
from tests.flows import shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def entry(number, **more):
    told = Entry(1, f"{number:032x}", "hero", 5, 1, 1, "row", "base", "DEFAULT", {}, False, {})
    return told._replace(**more)


def test_an_entry_that_cannot_be_stored_is_lost_alone(monkeypatch, child_env):
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])
    log = Log(Lookups("nowhere"))
    wrong = {"slot": "x" * 200}, {"seen": {"a": "\0"}}, {"seen": {"a": "\ud800"}}
    for number in range(40):
        log.note(entry(number, **(wrong[number // 10] if number % 10 == 3 and number < 30 else {})))
    asyncio.run(shown.write(log))
    assert (log.lost, log.written, LoggedDecision.objects.count()) == (3, 37, 37)


@pytest.mark.parametrize(
    "value", ["\0", "a\ud800", 2**70, -(2**64), 1e300, (1.5, "x\0"), (52.0, 13.4), None, True, 2.5]
)
def test_every_value_that_was_seen_comes_back_as_it_was(monkeypatch, child_env, value):
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])
    log = Log(Lookups("nowhere"))
    log.note(entry(1, seen={"a": plain(value)}))
    asyncio.run(shown.write(log))
    back = exact(LoggedDecision.objects.get().values["a"])
    assert (back, type(back)) == (value, type(value))
