"""An editor's counts: the length of their lists, the same by every method, true when published."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.flows import answering, compaction, population, tally
from personalization.flows.retold import OvertakenError
from personalization.segments.models import Member
from rules.errors import InvalidError
from tests.flows.ground import HOUR, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

PEOPLE = 60
PRO = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
AGE = {"attribute": "traits.age", "operator": "at_least", "value": 30}
BOUGHT = {"event": "Order Completed", "within": "30d", "operator": "at_least", "value": 2}
VIEWED = {"event": "Product Viewed", "within": "24h", "operator": "at_least", "value": 3}
SAME = {"same": "properties.sku", "within": "24h", "all": [VIEWED, {"not": {"event": "Order Completed"}}]}  # fmt: skip  # noqa: E501
SEQUENCE = {"sequence": [{"event": "Product Viewed"}, {"event": "Order Completed", "within": "2h"}], "within": "24h"}  # fmt: skip  # noqa: E501
HELD = {"has_been": PRO, "for": "1m"}
KEPT = [PRO, {"not": PRO}, {"all": [PRO, BOUGHT]}, {"any": [{"not": BOUGHT}, AGE]}, {"segment": "pros"}]  # fmt: skip  # noqa: E501
FRESH = [VIEWED, SAME, SEQUENCE, HELD, {"all": [{"not": VIEWED}, PRO]}, {"all": [HELD, {"not": SAME}]}]  # fmt: skip  # noqa: E501


@pytest.fixture
def ground() -> Ground:
    """Sixty people of different plans and ages, who looked and bought more or less often."""
    made = Ground(consent="opt_out")
    made.segment("pros", PRO)
    made.segment("buyers", BOUGHT)
    told: list[dict[str, Any]] = []
    for number in range(PEOPLE):
        user = f"u{number}"
        traits = {} if number % 3 == 0 else {"plan": "pro" if number % 3 == 1 else "free"}
        traits |= {"age": number} if number % 4 else {}
        told.append({"type": "identify", "userId": user, "traits": traits})
        views, orders = range(number % 6), range(number % 5 // 2)
        told += [track("Product Viewed", user, -6_000 - n, sku=f"s{n % 2}") for n in views]
        told += [track("Order Completed", user, -60 - n, sku="s0") for n in orders]
    made.admit([{**each, "messageId": f"m{number}"} for number, each in enumerate(told)])
    made.drain()
    made.clock.instant += HOUR
    made.fire()
    return made


def ask(ground: Ground, kind: str, condition: Any, **more: Any) -> dict[str, Any]:
    said = {"site": ground.site.pk, "slug": "pros", "condition": condition, **more}
    told: dict[str, Any] = answering.KINDS[kind](said, ground.clock.now(), lambda: True)
    return told


def listed(ground: Ground, condition: Any, told: dict[str, Any], which: str) -> list[str]:
    """Leaf through a list as the page does."""
    found: list[str] = []
    page = pages = 1
    while page <= pages:
        asked = {"which": which, "page": page, "stamp": told["stamp"]}
        answer = ask(ground, "list", condition, **asked)
        found += answer["list"]
        assert answer["stamp"] == told["stamp"]
        page, pages = page + 1, answer["pages"]
    return found


@pytest.mark.parametrize("condition", [*KEPT, *FRESH], ids=str)
def test_every_number_is_the_length_of_its_list(ground, condition, monkeypatch):
    monkeypatch.setattr(tally, "PAGE", 7)
    told = ask(ground, "count", condition)
    lists = {which: listed(ground, condition, told, which) for which in tally.LISTS}
    assert {which: told[which] for which in tally.LISTS} == {k: len(v) for k, v in lists.items()}
    assert all(len(set(found)) == len(found) for found in lists.values())
    assert told["in"] + told["out"] + told["unknown"] == told["people"] == PEOPLE
    assert told["method"] == ("states" if condition in KEPT else "log")


@pytest.mark.parametrize("condition", KEPT, ids=str)
def test_columns_states_and_the_log_count_the_same_people(ground, condition, monkeypatch):
    states = ask(ground, "count", condition)
    compaction.compact(ground.site.pk, ground.clock)
    columns = ask(ground, "count", condition)
    monkeypatch.setattr(population, "_stored", lambda _asked: refuse())
    log = ask(ground, "count", condition)
    assert [one["method"] for one in (states, columns, log)] == ["states", "columns", "log"]
    for which in tally.LISTS:
        found = [set(listed(ground, condition, one, which)) for one in (states, columns, log)]
        assert found[0] == found[1] == found[2], which


def refuse() -> None:
    raise InvalidError("", "uncounted", "by the log, this once")


@pytest.mark.parametrize("condition", FRESH, ids=str)
def test_who_is_counted_is_who_is_in_once_it_is_published(ground, condition):
    told = ask(ground, "count", condition)
    wanted = set(listed(ground, condition, told, "in"))
    key = ground.segment("draft", condition)
    rows = Member.objects.filter(key=key).values_list("profile", flat=True)
    assert {row.hex for row in rows} == wanted


def test_parts_thresholds_and_overlap_are_those_of_the_people(ground):
    condition = {"all": [VIEWED, {"not": BOUGHT}]}
    told = ask(ground, "parts", condition)
    parts = {one["at"]: one["in"] for one in told["parts"]}
    assert parts[""] == ask(ground, "count", condition)["in"]
    assert parts["/all/0"] == ask(ground, "count", VIEWED)["in"]
    for one in told["thresholds"]:
        for near in one["near"]:
            other = {**VIEWED, "value": near["value"]}
            whole = {"all": [other, {"not": BOUGHT}]}
            if one["at"] == "/all/0/value":
                assert near["in"] == ask(ground, "count", whole)["in"]
    shared = ask(ground, "overlap", PRO)
    assert shared["advice"] == []
    again = ask(ground, "overlap", BOUGHT)
    [twin] = [one for one in again["advice"] if one["code"] == "alike"]
    assert (twin["segment"], twin["alike"]) == ("buyers", 1.0)


def test_the_sample_says_of_each_what_decided(ground):
    condition = {"all": [PRO, VIEWED, {"not": BOUGHT}]}
    told = ask(ground, "sample", condition)
    for person in told["in"]:
        assert [one["truth"] for one in person["because"]] == [True, True, False]
    for person in told["out"]:
        wrong = [one["truth"] is True for one in person["because"]] != [True, True, False]
        assert wrong
    nearest = told["out"][0]["because"]
    missing = [(one["truth"] is True) is (i < 2) for i, one in enumerate(nearest)].count(False)
    assert missing == 1
    seen = {one["at"]: one["seen"] for one in told["in"][0]["because"]}
    assert seen["/all/0"] == "pro"
    assert seen["/all/1"] >= 3


def test_stability_is_replayed_and_the_last_day_s_moves_are_named(ground):
    more = {"stability": {"enter_after": "5h"}, "days": 30, "more_than": 4}
    told = ask(ground, "steady", VIEWED, **more)
    assert told["people"] == PEOPLE
    assert told["without"]["moves"] >= told["with"]["moves"]
    free = ask(ground, "steady", VIEWED, **{**more, "stability": {}})
    assert free["with"]["removed"] in (0, None)
    assert free["entered"]["count"] == len(free["entered"]["list"])
    assert free["entered"]["count"] == ask(ground, "count", VIEWED)["in"]
    assert told["entered"]["count"] == 0


def test_a_question_nobody_wants_any_more_is_left(ground):
    with pytest.raises(OvertakenError):
        tally.count(
            {"site": ground.site.pk, "slug": "pros", "condition": VIEWED},
            ground.clock.now(),
            lambda: False,
        )


def test_what_does_not_fit_the_site_is_refused_by_name(ground):
    with pytest.raises(InvalidError, match="nobody"):
        ask(ground, "count", {"segment": "nobody"})


@pytest.mark.parametrize(
    ("condition", "kind", "fresh"),
    [(PRO, "attributes", 0), (BOUGHT, "kept", 0), (VIEWED, "filled", 1), (SAME, "heavy", 1)],
)
def test_the_cost_says_what_must_be_kept(ground, condition, kind, fresh):
    cost = ask(ground, "count", condition)["cost"]
    assert (cost["class"], cost["fresh"]) == (kind, fresh)
