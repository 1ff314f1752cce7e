"""Coalescing: whatever is put together in whatever order, nothing of it is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from personalization.push.coalescing import SEVERAL, envelope, joined, payloads, thin

NAMES = st.lists(st.sampled_from(["a", "b", "c", "slot:a"]), max_size=3)
DATA = st.builds(
    thin,
    st.integers(1, 9),
    st.sampled_from(["rule_published", "rule_retired"]),
    segments=NAMES,
    slots=NAMES,
    tags=NAMES,
    urls=NAMES,
)


def named(data: dict[str, Any]) -> set[tuple[str, str]]:
    lists = {**{k: data[k] for k in ("segments", "slots")}, **data["purge"]}
    return {(kind, name) for kind, names in lists.items() for name in names}


@given(st.lists(DATA, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_union_is_kept_and_the_highest_generation_wins(told: list[Any], dice: Any) -> None:
    mixed = list(told)
    dice.shuffle(mixed)
    while len(mixed) > 1:
        one, other = mixed.pop(), mixed.pop(dice.randrange(len(mixed)))
        mixed.insert(dice.randrange(len(mixed) + 1), joined(one, other))
    (found,) = mixed
    assert named(found) == set().union(*map(named, told))
    assert found["generation"] == max(data["generation"] for data in told)
    reasons = {data["reason"] for data in told}
    assert found["reason"] == (reasons.pop() if len(reasons) == 1 else SEVERAL)
    assert set(found) == {"generation", "segments", "slots", "purge", "reason"}


def test_payloads_go_where_the_newer_goes_at_the_later_time() -> None:
    one, other = (
        {"url": url, "body": envelope("slot.changed", at, thin(number, "x", slots=[url]))}
        for url, at, number in (("https://a/", "2026-01-02", 5), ("https://b/", "2026-01-01", 4))
    )
    told = payloads(one, other)
    assert told["url"] == "https://b/"
    assert told["body"]["timestamp"] == "2026-01-02"
    assert told["body"]["data"]["slots"] == ["https://a/", "https://b/"]
