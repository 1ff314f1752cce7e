"""Rebuild: what is stored is what the log says; whatever was damaged is found, named, repaired."""

from __future__ import annotations

import io
from collections.abc import Callable

import orjson
import pytest
from django.core.management import call_command

from personalization.events.models import Logged
from personalization.features import held
from personalization.features.models import ProfileState
from personalization.flows import rebuild
from personalization.flows.agreement import Difference
from personalization.plant.models import Run
from personalization.segments.models import Member, Move, Timer
from tests.flows.ground import DAY, HOUR, SECOND, START, Ground, track

pytestmark = pytest.mark.django_db(transaction=True)
KEEN = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 3}
QUIET = {"not": {"event": "Bought"}}
CARTS = {
    "same": "properties.id", "within": "24h",
    "all": [{"event": "Viewed", "operator": "at_least", "value": 2}, {"event": "Added"}],
}  # fmt: skip
PEOPLE = 12


@pytest.fixture
def ground() -> Ground:
    made = Ground()
    made.segment("keen", KEEN, exit_after="30m")
    made.segment("quiet", QUIET)
    made.segment("carts", CARTS)
    made.clock.instant += HOUR
    for number in range(PEOPLE):
        user = f"u{number}"
        told = [track("Viewed", user, at * 60 + number, id=at % 2) for at in range(number % 6)]
        told += [track("Added", user, 500, id=0)] if number % 2 else []
        told += [{"type": "identify", "userId": user, "traits": {"plan": "pro"}}]
        told[0] |= {"anonymousId": f"d{number // 2}"}
        made.admit(told)
        made.drain()
    made.clock.instant += HOUR
    made.fire()
    held._held.clear()
    return made


def differences(ground: Ground, *, swap: bool = False) -> list[Difference]:
    found: list[Difference] = []
    run = rebuild.rebuild(ground.site.pk, ground.clock, found.append, swap=swap)
    assert (run.state, run.result["differences"]) == (Run.State.DONE, len(found))
    return found


def test_there_is_no_difference_and_comparing_changes_nothing(ground: Ground) -> None:
    tables = (ProfileState, Member, Move, Timer)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert differences(ground) == []
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert Run.objects.get(task="rebuild").rows == Run.objects.get(task="rebuild").total >= PEOPLE


def damaged_state(ground: Ground) -> str:
    row = ProfileState.objects.get(pk=ground.profile("u5"))
    state = orjson.loads(bytes(row.body))
    name = next(iter(state["w"]))
    state["w"].pop(name)
    ProfileState.objects.filter(pk=row.pk).update(body=orjson.dumps(state))
    return "state, windows"


def unreadable_state(ground: Ground) -> str:
    ProfileState.objects.filter(pk=ground.profile("u5")).update(body=b"{")
    return "state"


def no_state(ground: Ground) -> str:
    ProfileState.objects.filter(pk=ground.profile("u5")).delete()
    return "state"


def lost_member(ground: Ground) -> str:
    assert Member.objects.filter(profile=ground.profile("u5")).delete()[0]
    return "member of"


def false_member(ground: Ground) -> str:
    row = Member.objects.filter(profile=ground.profile("u5")).first()
    taken = Member.objects.filter(profile=ground.profile("u0")).values_list("key", flat=True)
    keys = set(Member.objects.values_list("key", flat=True)) - set(taken)
    assert row is not None
    Member.objects.create(
        key=keys.pop(), profile=ground.profile("u0"), site_id=row.site_id, since=row.since
    )
    return "member of"


def wrong_since(ground: Ground) -> str:
    Member.objects.filter(profile=ground.profile("u5")).update(since=START + 7)
    return "member of"


def lost_move(ground: Ground) -> str:
    assert Move.objects.filter(profile=ground.profile("u5")).delete()[0]
    return "move"


def false_move(ground: Ground) -> str:
    row = Move.objects.filter(profile=ground.profile("u5")).first()
    assert row is not None
    row.pk, row.entered, row.effective_at = None, not row.entered, row.effective_at + SECOND
    row.save()
    return "move"


def lost_timer(ground: Ground) -> str:
    assert Timer.objects.filter(profile=ground.profile("u5")).delete()[0]
    return "timer"


def late_timer(ground: Ground) -> str:
    assert Timer.objects.filter(profile=ground.profile("u5")).update(due=START + 9 * DAY)
    return "timer"


def damaged_checkpoint(ground: Ground) -> str:
    row = ProfileState.objects.get(pk=ground.profile("u5"))
    row.checkpoint, row.checkpoint_at = bytes(row.body), START - SECOND
    row.save()
    return "checkpoint"


@pytest.mark.parametrize(
    "damage",
    [damaged_state, unreadable_state, no_state, lost_member, false_member, wrong_since, lost_move,
     false_move, lost_timer, late_timer, damaged_checkpoint],
)  # fmt: skip
def test_what_is_damaged_is_named_and_repaired(
    ground: Ground, damage: Callable[[Ground], str]
) -> None:
    where = damage(ground)
    found = differences(ground)
    whom = {one.profile for one in found}
    assert whom in ({ground.profile("u5")}, {ground.profile("u0")})
    assert any(one.where.startswith(where) for one in found)
    assert differences(ground, swap=True) == found
    assert differences(ground) == []


def test_rows_of_nobody_are_found_and_deleted(ground: Ground) -> None:
    nobody = "0" * 31 + "1"
    Timer.objects.create(profile=nobody, site_id=ground.site.pk, due=START)
    assert [one[:2] for one in differences(ground)] == [(nobody, "timer")]
    differences(ground, swap=True)
    assert differences(ground) == []


def test_a_late_event_is_marked_and_left_out_until_a_rebuild_takes_it_in(ground: Ground) -> None:
    ground.clock.instant += 9 * DAY
    ground.admit([track("Viewed", "late", at) for at in (1, 2, 3)])
    ground.drain()
    ground.fire()
    assert ground.moves("late") == []
    assert set(Logged.objects.filter(counted=False).values_list("marks", flat=True)) == {"late"}
    assert differences(ground) == []
    differences(ground, swap=True)
    assert ("keen", "in", 3) in ground.moves("late")
    assert differences(ground) == []
    ground.admit([track("Viewed", "late", 9 * 86_400)])  # a refold keeps what was taken in
    ground.drain()
    assert ("keen", "in", 3) in ground.moves("late")


def test_what_consent_took_out_no_rebuild_brings_back(ground: Ground) -> None:
    ground.clock.instant += 9 * DAY
    ground.admit([track("Viewed", "u5", 1), track("Viewed", "u5", 9 * 86_400)])
    ground.drain()
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    ground.clock.instant += HOUR
    ground.admit([track("Viewed", "u5", 9 * 86_400) | {"context": no}])
    ground.drain()
    marks = Logged.objects.filter(owner=ground.profile("u5")).values_list("marks", "counted")
    assert set(marks) == {("withdrawn", False)}
    assert differences(ground) == []
    differences(ground, swap=True)
    assert not Member.objects.filter(profile=ground.profile("u5")).exists()
    assert differences(ground) == []


def test_the_command_says_what_differs_by_its_exit_code(ground: Ground) -> None:
    said = io.StringIO()
    call_command("rebuild", site="lantern", stdout=said)
    assert said.getvalue().endswith("profiles compared, 0 differences\n")
    lost_member(ground)
    with pytest.raises(SystemExit) as ended:
        call_command("rebuild", site="lantern", profile=["u5"], stdout=said)
    assert ended.value.code == 1
    assert ground.profile("u5") in said.getvalue()
    call_command("rebuild", site="lantern", swap=True, stdout=said)
    call_command("rebuild", site="lantern", stdout=said)
