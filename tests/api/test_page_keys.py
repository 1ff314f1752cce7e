"""Keys of pages: the same key is the same page, whoever asks; another page has another key."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import combinations

import pytest

from personalization.content.models import Slot
from tests.events.ground import stored
from tests.waiting import until

pytestmark = stored
NAMES = ("a", "b", "c", "d", "e")
VARIANTS = ("base", "x", "y", "z")


def condition(dice: random.Random, depth: int = 2) -> dict[str, object]:
    """Return a condition on segments, of any shape."""
    kind = dice.choice(("all", "any", "not", "segment", "segment")) if depth else "segment"
    if kind == "segment":
        return {"segment": dice.choice(NAMES)}
    if kind == "not":
        return {"not": condition(dice, depth - 1)}
    return {kind: [condition(dice, depth - 1) for _ in range(dice.randint(1, 3))]}


def rows(dice: random.Random) -> list[dict[str, object]]:
    """Return rows that ask for segments alone; some of them can never decide."""
    return [
        {"id": f"r{n}", "when": condition(dice), "then": {"variant": dice.choice(VARIANTS)}}
        for n in range(dice.randint(0, 4))
    ]


@pytest.fixture
def site(stage, web):
    """Slots whose matrices nobody thought about; one is off, one has a locale for its name."""
    dice = random.Random(5)
    for name in NAMES:
        stage.segment(name, {"attribute": "traits.x", "operator": "equals", "value": name})
    texts = {slug: slug.upper() for slug in VARIANTS}
    for key in ("s0", "s1", "s2", "s3", "de"):
        stage.put(key, texts, rows(dice))
    stage.put("off", texts, [{"id": "r", "when": {"segment": "a"}, "then": {"variant": "x"}}],
              slot={"enabled": False})  # fmt: skip
    stage.text(Slot.objects.get(key="s0", site=stage.site), "base", "Für alle", "de")
    until(lambda: web.knows(stage))
    return stage


def ask(web, stage, slots, segments, locale=""):
    return web.decide(stage.sk, slots=list(slots), segments=list(segments), locale=locale)


def page(told):
    return tuple((one["slot"], one["variant"], str(one["content"])) for one in told["decisions"])


def everybody():
    return [who for many in range(len(NAMES) + 1) for who in combinations(NAMES, many)]


PAGES = (("s0",), ("s1",), ("s2",), ("s3",), ("s0", "s1"), ("s3", "s2", "de"), ("off",))


def test_a_key_is_a_page_and_there_are_as_many_as_is_said(site, web):
    for slots in PAGES:
        shown = {who: ask(web, site, slots, who) for who in everybody()}
        pages = defaultdict(set)
        for told in shown.values():
            pages[told["cache"]["key"]].add(page(told))
        assert all(len(same) == 1 for same in pages.values()), slots
        said = [told["cache"] for told in shown.values()]
        ((keys, varies),) = {(one["keys"], tuple(one["vary"]["segments"])) for one in said}
        assert len(pages) == keys, slots
        scope = "public-permutation" if varies else "static"
        assert {one["scope"] for one in said} == {scope}, slots
        for name in varies:
            assert any(makes_a_difference(shown, name)), (slots, name)


def makes_a_difference(shown, name):
    """Say of everybody whether they see another page inside the segment than outside."""
    for who, told in shown.items():
        yield page(told) != page(shown[tuple(sorted({*who} ^ {name}))])


def test_only_what_is_shown_goes_into_a_key(site, web):
    no_two_questions_for_different_pages_share_one(site, web)
    what_a_request_says_of_its_visitor_changes_none(site, web)
    a_new_generation_is_a_new_one(site, web)


def no_two_questions_for_different_pages_share_one(site, web):
    seen = {}
    for slots in (("s0",), ("s0", "de"), ("de", "s0"), ("s0", ""), ("s0", "", "de"), ("de",)):
        for locale in ("", "de", "de-AT", "en"):
            for segments in ((), ("a",), ("a", "b"), ("nobody",)):
                told = ask(web, site, slots, segments, locale)
                known = seen.setdefault(told["cache"]["key"], page(told))
                assert known == page(told), (slots, locale, segments)


def what_a_request_says_of_its_visitor_changes_none(site, web):
    """What a browser would have said (GPC, consent, an id, a page) may not leak into a key."""
    slots, segments = ["s0", "s1"], ["a", "c"]
    plain = ask(web, site, slots, segments)
    for more in (
        {"headers": {"Sec-GPC": "1"}}, {"anonymousId": "d1"}, {"userId": "ada"},
        {"context": {"page": {"path": "/sale"}, "consent": {"categoryPreferences":
            {"personalization": False}}}},
    ):  # fmt: skip
        told = web.decide(site.sk, slots=slots, segments=segments, **more)
        assert (told["cache"]["key"], page(told)) == (plain["cache"]["key"], page(plain))


def a_new_generation_is_a_new_one(site, web):
    before = ask(web, site, ["s0"], ["a"])["cache"]["key"]
    slot = Slot.objects.get(site=site.site, key="s0")
    site.text(slot, "x", "Changed")
    until(lambda: web.knows(site))
    assert ask(web, site, ["s0"], ["a"])["cache"]["key"] != before
