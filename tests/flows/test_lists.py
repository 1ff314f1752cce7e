"""Lists: whom a version names is in, whoever is seen later too, and stepwise equals recomputed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from personalization.flows import listing, polling, refolding
from personalization.plant.models import Run
from personalization.segments import rolls
from personalization.segments.lists import Listed, ListEntry, ListVersion, SegmentList
from personalization.segments.models import Move
from rules.errors import InvalidError
from tests.flows.ground import SECOND, Ground, track

pytestmark = pytest.mark.django_db


def found(ground: Ground, slug: str = "club", condition: Any = None, **told: Any) -> SegmentList:
    return listing.found(ground.site.pk, {"slug": slug, **told}, "test", ground.clock, condition)


def upload(ground: Ground, roll: SegmentList, *lines: str, use: bool = True) -> ListVersion:
    data = "\n".join(lines).encode()
    pieces = [data[at : at + 7] for at in range(0, len(data), 7)]
    version = rolls.upload(roll, pieces, "test", "club.csv", ground.clock.now())
    if use:
        apply(ground, version)
    return version


def apply(ground: Ground, version: ListVersion) -> None:
    listing.put_in_force(version, "test", ground.clock)
    while listing.step(ground.clock):
        ground.clock.instant += 1
    settle(ground)


def settle(ground: Ground) -> None:
    ground.clock.instant += SECOND
    for lane in ("import", "live", "import", "live"):
        ground.drain(lane)
        ground.clock.instant += SECOND


def members(ground: Ground, *users: str, slug: str = "club") -> list[str]:
    return [user for user in users if (slug, "in") == _last(ground, user, slug)]


def _last(ground: Ground, user: str, slug: str) -> tuple[str, str] | None:
    moves = [move[:2] for move in ground.moves(user) if move[0] == slug]
    return moves[-1] if moves else None


@pytest.fixture
def ground() -> Ground:
    ground = Ground()
    ground.clock.instant += SECOND
    ground.admit([track("Viewed", user, 1) for user in ("ann", "bob", "cid")])
    settle(ground)
    return ground


def test_who_is_uploaded_is_in_and_who_is_left_out_of_the_next_is_out(ground: Ground) -> None:
    roll = found(ground)
    upload(ground, roll, "userId", "ann", "bob", "nobody", "ann")
    assert members(ground, "ann", "bob", "cid") == ["ann", "bob"]
    version = upload(ground, roll, "userId,plan", "bob,pro", "cid,free")
    assert members(ground, "ann", "bob", "cid") == ["bob", "cid"]
    assert (version.count, version.added, version.removed) == (2, 1, 2)
    assert ground.moves("bob") == [m for m in ground.moves("bob") if m[1] == "in"]
    first = roll.versions.get(number=1)
    assert (first.count, first.repeated) == (3, 1)
    assert rolls.compare(first, version) == (1, 2, 1)


def test_an_older_version_is_put_in_force_again(ground: Ground) -> None:
    roll = found(ground)
    first = upload(ground, roll, "userId", "ann")
    upload(ground, roll, "userId", "bob")
    apply(ground, first)
    assert members(ground, "ann", "bob") == ["ann"]
    assert [move[1] for move in ground.moves("ann")] == ["in", "out", "in"]


def test_who_is_first_seen_later_is_in_then(ground: Ground) -> None:
    roll = found(ground)
    upload(ground, roll, "userId", "dan")
    assert Listed.objects.count() == 0
    ground.admit([track("Viewed", "dan", 20)])
    settle(ground)
    assert members(ground, "dan") == ["dan"]
    assert Listed.objects.count() == 1
    upload(ground, roll, "userId", "ann")
    assert members(ground, "ann", "dan") == ["ann"]
    ground.admit([track("Viewed", "dan", 30)])
    settle(ground)
    assert members(ground, "ann", "dan") == ["ann"]


def test_a_list_may_be_asked_for_in_other_segments(ground: Ground) -> None:
    roll = found(ground)
    ground.segment("rest", {"not": {"segment": "club"}})
    upload(ground, roll, "userId", "ann")
    assert members(ground, "ann", "bob", slug="rest") == ["bob"]


def test_a_device_is_listed_and_joins_its_owner_later(ground: Ground) -> None:
    roll = found(ground)
    ground.admit([{**track("Viewed", None, 5), "anonymousId": "phone"}])
    upload(ground, roll, "anonymousId", "phone")
    ground.admit([{**track("Viewed", "ann", 20), "anonymousId": "phone"}])
    settle(ground)
    assert members(ground, "ann", "bob") == ["ann"]


def test_a_trait_names_whoever_has_it_now_or_later(ground: Ground) -> None:
    say = {"type": "identify", "traits": {"mail": {"private": " Ann@Shop.example"}}}
    ground.admit([{**say, "userId": "ann"}])
    settle(ground)
    roll = found(ground)
    version = upload(ground, roll, "traits.mail.private", "ann@shop.example", "new@shop.example")
    assert version.by == "traits.mail.private"
    assert members(ground, "ann", "bob") == ["ann"]
    ground.admit([{**say, "userId": "bob", "traits": {"mail": {"private": "NEW@shop.example"}}}])
    settle(ground)
    assert members(ground, "ann", "bob") == ["ann", "bob"]
    upload(ground, roll, "traits.mail.private", "new@shop.example")
    assert members(ground, "ann", "bob") == ["bob"]
    upload(ground, roll, "userId", "ann")
    assert members(ground, "ann", "bob") == ["ann"]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ((), [(1, "expected one column")]),
        (("name",), [(1, "expected one column")]),
        (("userId,anonymousId", "a,b"), [(1, "expected one column")]),
        (("userId", "ann", "", "b,c", "x" * 256, " x"), [(4, "expected 1"), (5, "at most 255")]),
        (("userId,n", ",1", "a", '"a"b,1'), [(2, "a value"), (3, "2 columns"), (4, "CSV")]),
        (("userId", "a\0b", "y" * 9_000), [(2, "NUL"), (3, "bytes in a line")]),
    ],
)  # fmt: skip
def test_with_a_fault_nothing_is_taken_and_every_fault_is_named(
    ground: Ground, lines: tuple[str, ...], faults: list[tuple[int, str]]
) -> None:
    roll = found(ground)
    version = upload(ground, roll, *lines, use=False)
    assert (version.state, version.count, ListEntry.objects.count()) == ("failed", 0, 0)
    told = [(fault["line"], fault["message"]) for fault in version.faults]
    assert [line for line, _ in told] == [line for line, _ in faults]
    for (_, message), (_, expected) in zip(told, faults, strict=True):
        assert expected in message
    with pytest.raises(InvalidError):
        listing.put_in_force(version, "test", ground.clock)


def test_a_file_that_is_no_utf8_names_the_line(ground: Ground) -> None:
    roll = found(ground)
    version = rolls.upload(roll, [b"\xef\xbb\xbfuserId\nann\n\xff\xfe\n"], "t", "", 1)
    assert version.faults == [{"line": 3, "message": "expected UTF-8"}]
    assert rolls.upload(roll, [b"\xef\xbb\xbfuserId\r\nann\r", b"\nbob"], "t", "", 1).count == 2


def test_nobody_outside_can_put_themselves_on_a_list(ground: Ground) -> None:
    found(ground)
    ground.admit([{**track("$list:club", "ann", 5), "properties": {"in": True}}])
    settle(ground)
    assert members(ground, "ann") == []


def test_a_computed_list_is_frozen_until_the_next_run(ground: Ground) -> None:
    pro = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
    ground.segment("viewers", {"event": "Viewed"})
    roll = found(ground, "pros", {"all": [pro, {"segment": "viewers"}]}, every="1d")
    ground.admit([{"type": "identify", "userId": "ann", "traits": {"plan": "pro"}}])
    settle(ground)
    assert listing.due(ground.clock) == [roll.pk]
    assert listing.due(ground.clock) == []
    run = polling.compute(roll.pk, "test", ground.clock)
    assert (run.state, run.result["count"]) == (Run.State.DONE, 1)
    listing.apply(ground.clock)
    settle(ground)
    ground.admit([{"type": "identify", "userId": "bob", "traits": {"plan": "pro"}}])
    settle(ground)
    assert members(ground, "ann", "bob", slug="pros") == ["ann"]
    polling.compute(roll.pk, "test", ground.clock)
    listing.apply(ground.clock)
    settle(ground)
    assert members(ground, "ann", "bob", slug="pros") == ["ann", "bob"]


def test_a_computed_list_says_what_it_cannot_ask(ground: Ground) -> None:
    with pytest.raises(InvalidError, match="/condition"):
        found(ground, "x", {"event": "Viewed"})
    with pytest.raises(InvalidError, match="/every"):
        found(ground, "x", {"everyone": True}, every="1m")
    found(ground, "x", {"everyone": True})
    with pytest.raises(InvalidError, match="/slug"):
        found(ground, "x")


def test_who_said_no_is_told_nothing_until_they_say_yes_and_are_seen(ground: Ground) -> None:
    def say(granted: bool, at: int) -> None:
        said = {"consent": {"categoryPreferences": {"personalization": granted}}}
        ground.admit([{**track("Viewed", "ann", at), "context": said}])
        settle(ground)

    roll = found(ground)
    upload(ground, roll, "userId", "ann", "bob")
    assert members(ground, "ann", "bob") == ["ann", "bob"]
    say(False, 30)
    assert members(ground, "ann", "bob") == ["bob"]
    assert Listed.objects.count() == 1
    upload(ground, roll, "userId", "ann")
    assert members(ground, "ann", "bob") == []
    say(True, 60)
    assert members(ground, "ann", "bob") == ["ann"]


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_versions_sightings_and_joins_equals_the_recomputed(seed: int) -> None:
    dice, ground = random.Random(seed), Ground(f"s{seed}")
    roll, people = found(ground), [f"u{n}" for n in range(8)]
    on: set[str] = set()
    seen: set[str] = set()
    for _ in range(12):
        act = dice.choice(["upload", "use", "see", "see"])
        if act == "upload" or (act == "use" and not roll.versions.exists()):
            named = dice.sample(people, dice.randrange(1, 8))
            upload(ground, roll, "userId", *named)
            on = set(named)
            roll.versions.filter(number=roll.versions.count()).update(note=",".join(named))
        elif act == "use":
            version = dice.choice(list(roll.versions.all()))
            apply(ground, version)
            on = set(version.note.split(","))
        else:
            user = dice.choice(people)
            seen.add(user)
            ground.admit([{"type": "track", "event": "Viewed", "userId": user}])
            settle(ground)
        assert set(members(ground, *seen)) == on & seen
    before = list(Move.objects.filter(superseded_at=None).order_by("id").values_list("pk"))
    profiles = [ground.profile(user) for user in seen]
    refolding.refold(ground.site.pk, profiles, "rebuild", ground.clock)
    after = list(Move.objects.filter(superseded_at=None).order_by("id").values_list("pk"))
    assert after == before
