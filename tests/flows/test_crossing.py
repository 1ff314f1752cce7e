"""Who gets which row and who would see something else: counted at once, and one by one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from personalization.content.models import Slot
from personalization.features.columns import manifest
from personalization.flows import (
    census,
    compaction,
    contest,
    crossing,
    unprompted,
    valued,
    voting,
    whom,
)
from personalization.plant.models import Run
from personalization.profiles.models import Profile
from rules.matrix.document import parse
from tests.flows.past import SPICE, Past
from tests.rules import naive_matrix

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

SIMPLE = [one for one in SPICE if "event" not in one]
"""What the naive evaluator can answer, too."""
MORE: list[dict[str, Any]] = [
    {"segment": "shoes-fan"},
    {"segment": "camper"},
    {"attribute": "features.views_24h", "operator": "at_least", "value": 1},
    {"attribute": "traits.seats", "operator": "is_known"},
    {"attribute": "time.weekday", "operator": "at_least", "value": 1},
    {"attribute": "consent.personalization", "operator": "equals", "value": True},
    {"everyone": True},
]
TRY = {"experiment": "hero, tried"}
VARIANTS = ["welcome", "evening", "thank-you", "no-such-content"]


@pytest.fixture
def past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Past:
    """The demo's site with some of its crowd, some of whom said no."""
    monkeypatch.setattr(manifest.places, "var", lambda: tmp_path)
    monkeypatch.setenv("VAR", str(tmp_path))
    made = Past(24, 5)
    made.site.consent = "opt_out"
    made.site.save()
    made.clock.instant += 31 * 86_400_000_000
    made.admit(made.messages, "import")
    names = sorted({str(m["anonymousId"]) for m in made.messages if m.get("anonymousId")})
    no = {"type": "track", "event": "Consent Changed", "properties": {}}
    made.admit([
        {**no, "anonymousId": name, "context": {"consent": {"personalization": False}}}
        for name in names[:5]
    ], "import")  # fmt: skip
    made.drain("import")
    made.fire()
    return made


def document(dice: Random, policy: str) -> dict[str, Any]:
    rows = [
        {
            "id": f"r{i}",
            "when": {dice.choice(["all", "any"]): dice.sample([*SIMPLE, *MORE], 2)},
            "then": dice.choice([*({"variant": name} for name in VARIANTS), TRY]),
            "rollout": dice.choice([100, 100, 40]),
            "enabled": dice.random() < 0.9,
            "priority": dice.randrange(4),
        }
        for i in range(dice.randrange(1, 9))
    ]
    return {"hit_policy": policy, "rows": rows, "fallback": dice.sample(VARIANTS, 2)}


def one_by_one(past: Past, asked: contest.Contest) -> dict[str, tuple[int, str, str, list[bool]]]:
    """Ask each person alone: the row, what was and would be seen, and which rows are true."""
    found = {}
    there = {*VARIANTS[:3], "baseline", "ten-percent"}

    def seen(side: contest.Side, facts: Any, unit: str) -> str:
        matrix = side.matrix.matrix
        index, _ = naive_matrix.decision(matrix, facts, unit)
        row = None if index is None else matrix.rows[index]
        if row and row.experiment:
            return f"experiment {row.experiment}"
        chosen = [row.variant] if row else []
        return next(v for v in [*chosen, *matrix.fallback, "baseline"] if v in there)

    for part in census.slices(past.site.pk):
        facts = unprompted.facts(part, asked.asked, past.clock.now())
        for person, known in zip(part, facts, strict=True):
            unit = whom.unit(Profile.objects.get(pk=person.profile).pk)
            new = asked.new.matrix.matrix
            index, reason = naive_matrix.decision(new, known, unit)
            row = index if index is not None else (-2 if reason == "conflict" else -1)
            true = [naive_matrix.holds(one, known, unit) for one in new.rows]
            pair = (seen(asked.old, known, unit), seen(asked.new, known, unit))
            found[person.profile] = (row, *pair, true)
    return found


def agrees(past: Past, said: dict[str, Any], method: str) -> None:
    slot = Slot.objects.get(site=past.site, key="home.aside")
    wish = {"site": past.site.pk, "slot": slot.key, "document": said}
    asked = contest.of(past.site.pk, slot.key, said)
    naive = one_by_one(past, asked)
    told = crossing.count(wish, past.clock.now(), lambda: True)
    assert (told["method"], told["people"]) == (method, len(naive))
    rows = Counter(row for row, *_ in naive.values())
    ids = [row.id for row in parse(said).rows]
    for i, name in enumerate(ids):
        true = sum(flags[i] for *_, flags in naive.values())
        assert told["rows"][name] == [rows[i], true]
    assert (told["nothing"], told["conflict"]) == (rows[-1], rows[-2])
    ways = Counter((was, sees) for _, was, sees, _ in naive.values() if was != sees)
    assert {(w["from"], w["to"]): w["people"] for w in told["ways"]} == dict(ways)
    assert told["changed"] == ways.total()
    for way in told["ways"]:
        pair = (way["from"], way["to"])
        which = {"from": pair[0], "to": pair[1]}
        listed = every(wish, told["stamp"], which, past)
        assert sorted(listed) == sorted(p for p, v in naive.items() if v[1:3] == pair)
        assert len(listed) == way["people"]
        assert set(way["sample"]) <= set(listed)
    for i, name in enumerate([*ids, None]):
        listed = every(wish, told["stamp"], {"row": name}, past)
        wanted = i if name else -1
        assert sorted(listed) == sorted(p for p, v in naive.items() if v[0] == wanted)


def every(wish: dict[str, Any], stamp: str, which: dict[str, Any], past: Past) -> list[str]:
    found: list[str] = []
    for number in range(1, 99):
        more = {"stamp": stamp, "which": which, "page": number}
        told = crossing.page({**wish, **more}, past.clock.now(), lambda: True)
        found += told["list"]
        if number >= told["pages"]:
            assert told["count"] == len(found)
            return found
    raise AssertionError


def compacted(past: Past) -> None:
    run = compaction.compact(past.site.pk, past.clock)
    assert (run.state, run.error) == (Run.State.DONE, "")


def searched(past: Past, rounds: int) -> None:
    dice = Random(11)
    policies = ["first", "priority", "unique", "any"]
    drafts = [document(dice, policies[i % 4]) for i in range(rounds)]
    for said in drafts:
        agrees(past, said, "states")
    compacted(past)
    for said in drafts:
        agrees(past, said, "columns")


def test_counts_and_lists_are_those_of_a_naive_evaluator_on_the_demo_s_people(past: Past) -> None:
    searched(past, 6)


@pytest.mark.nightly
def test_counts_are_those_of_a_naive_evaluator_in_a_long_search(past: Past) -> None:
    searched(past, 200)


def test_what_no_column_holds_is_asked_of_states_and_values_have_counts(past: Past) -> None:
    when = {"attribute": "scores.purchase_likelihood", "operator": "more_than", "value": 0.1}
    said = {"rows": [{"id": "a", "when": when, "then": {"variant": "vip"}}]}
    asked = {"site": past.site.pk, "slot": "home.hero", "document": said}
    with pytest.raises(voting.OvertakenError):
        voting.of(contest.of(past.site.pk, "home.hero", {"rows": []}), 1, lambda: False)
    wish = {"site": past.site.pk, "path": "traits.plan"}
    slow = valued.values(wish, past.clock.now(), lambda: True)
    naive: Counter[Any] = Counter()
    for part in census.slices(past.site.pk):
        said = (person.state.get("traits", {}).get("plan") for person in part)
        naive.update(one[0] if isinstance(one, list) else one for one in said)
    assert slow["known"] == sum(count for _, count in slow["values"]) > 0
    compacted(past)
    assert crossing.count(asked, past.clock.now(), lambda: True)["method"] == "states"
    fast = valued.values(wish, past.clock.now(), lambda: True)
    assert fast == {**slow, "method": "columns"}
    seats = valued.values({**wish, "path": "traits.seats"}, past.clock.now(), lambda: True)
    assert seats["ends"] == [min(v for v, _ in seats["values"]), max(v for v, _ in seats["values"])]
