"""A draft in the shadow: it sees what live traffic sees, changes no answer, and stops by itself."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from personalization.api import decide
from personalization.decisions import contrast
from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.flows import publication, shading
from personalization.flows.serving import Serving
from personalization.plant.lookups import Lookups
from personalization.sites import keys
from personalization.sites.models import AuditEntry
from rules.errors import InvalidError
from rules.matrix.compiled import Compiled
from tests.flows.ground import track
from tests.flows.shown import Shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
KEEN = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 2}
LIVE = [{"id": "keen", "when": {"segment": "keen"}, "then": {"variant": "keen"}}]
SALE = {"attribute": "context.page.path", "operator": "equals", "value": "/sale"}
DRAFT = [
    {"id": "sale", "when": SALE, "then": {"variant": "sale"}},
    {"id": "none", "when": {"not": {"segment": "keen"}}, "then": {"variant": "keen"}},
]
NAMES = ("ann", "bob", "cyd", "nobody")


@pytest.fixture
def shop(monkeypatch, child_env, tmp_path):
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])
    ground = Shown()
    ground.segment("keen", KEEN)
    ground.slot = ground.put("hero", ("base", "keen", "sale"), LIVE, fallback=["base"])
    ground.put("aside", ("base", "keen"), LIVE, fallback=["base"])
    number = ground.matrix(ground.slot, DRAFT, publish=False, fallback=["base"])
    ground.draft = MatrixRevision.objects.get(matrix__slot=ground.slot, number=number)
    ground.see(*(track("Viewed", name, at=-n) for name in ("ann", "cyd") for n in (5, 9)),
               track("Viewed", "bob", at=-3))  # fmt: skip
    key, _ = keys.mint(ground.site, "sk")
    ground.access = keys.Access(
        ground.site.pk, key.pk, "sk", "owner", (), ground.site.slug, "opt_out", trusts_claims=False
    )
    return ground


async def asked(held, shop, times=3):
    """Return what everybody is answered, again and again; all of it stands in ``shop.told``."""
    answers, shop.told = [], []
    for name in NAMES * times:
        for path in ("/", "/sale"):
            question = {"userId": name, "slots": ["hero", "aside"], "explain": True,
                        "context": {"page": {"path": path}}}  # fmt: skip
            degraded = True
            while degraded:  # a busy machine misses the deadline of 20 ms
                answer = await decide.answered(held, shop.access, question, {})
                degraded = answer["degraded"]
                shop.told.append((path, answer["decisions"][0]))
            answers.append(answer)
    return answers


def live(shop, *steps):
    """Run steps one after the other in one process that answers; return what each returns."""

    async def go():
        held = Serving(shop.clock)
        await held.start()
        try:
            while held.current.of(shop.site.pk) is None:
                await held.watch.reach()
            return [await step(held) for step in steps]
        finally:
            await held.stop()

    return asyncio.run(go())


def begun(shop, **terms):
    return shading.begin(shop.draft, {"share": 100, **terms}, "ed", shop.clock)


def test_a_shadow_changes_no_answer_and_reports_what_would_differ(shop):
    before, _ = live(shop, lambda held: asked(held, shop), lambda held: held.shadowing.look())
    shadow = begun(shop)

    async def look(held):
        await held.shadowing.look()

    _, after, _ = live(shop, look, lambda held: asked(held, shop), look)
    assert after == before
    told = contrast.report(shadow)
    wanted = Counter()
    for path, shown in shop.told:
        keen = shown["because"][0]["leaves"][0]["seen"]
        wanted[shown["variant"], "sale" if path == "/sale" else "base" if keen is not False
               else "keen"] += 1  # fmt: skip
    found = Counter()
    for pair in told["pairs"]:
        found[pair["live"]["variant"], pair["draft"]["variant"]] += pair["decisions"]
        assert pair["differs"] == (pair["live"]["variant"] != pair["draft"]["variant"])
    assert found == wanted
    assert told["seen"] == sum(wanted.values()) >= 24
    assert told["differ"] == sum(n for (one, other), n in wanted.items() if one != other)
    people = {profile for pair in told["pairs"] for profile in pair["sample"]}
    assert people == {shop.profile(name) for name in NAMES[:3]}


def test_a_draft_that_raises_harms_nobody(shop, monkeypatch):
    before = live(shop, lambda held: asked(held, shop))
    shadow, real = begun(shop), Compiled.decide

    def decide_(self, facts, unit):
        if any(row.id == "sale" for row in self.matrix.rows):
            raise ZeroDivisionError
        return real(self, facts, unit)

    monkeypatch.setattr(Compiled, "decide", decide_)
    look = lambda held: held.shadowing.look()  # noqa: E731
    _, after, _ = live(shop, look, lambda held: asked(held, shop), look)
    assert [after] == before
    assert contrast.report(shadow)["seen"] >= 24


def test_a_shadow_stops_by_itself(shop):
    look = lambda held: held.shadowing.look()  # noqa: E731
    ends = {}
    for why, terms in (("time", {"lasts": "1h"}), ("enough", {"most": 5}), ("unfit", {})):
        shadow = begun(shop, **terms)
        live(shop, look, lambda held: asked(held, shop, 1), look)
        if why == "time":
            shop.clock.instant = shadow.ends_at
        if why == "unfit":
            publication.publish_matrix(shop.draft.pk, "test", shop.clock)
        live(shop, look, lambda held: asked(held, shop, 1), look)
        shadow.refresh_from_db()
        ends[why] = shadow.ended
        seen = contrast.report(shadow)["seen"]
        live(shop, look, lambda held: asked(held, shop, 1), look)
        assert contrast.report(shadow)["seen"] == seen
    assert ends == {"time": "time", "enough": "enough", "unfit": "unfit"}


def test_a_share_is_a_share_and_a_new_shadow_ends_the_one_before(shop):
    first = begun(shop, share=30)
    look = lambda held: held.shadowing.look()  # noqa: E731
    live(shop, look, lambda held: asked(held, shop, 15), look)
    seen = contrast.report(first)["seen"]
    assert 0.1 < seen / len(shop.told) < 0.6  # at least four standard deviations to each side
    second = begun(shop)
    first.refresh_from_db()
    assert (first.ended, second.stopped_at) == ("stopped", None)
    assert shading.end(second, "ed", shop.clock)
    assert not shading.end(second, "ed", shop.clock)
    assert AuditEntry.objects.filter(action__contains="shadow").count() == 3


@pytest.mark.parametrize(
    ("terms", "at"),
    [({"share": 0}, "/share"), ({"share": 101}, "/share"), ({"lasts": "15d"}, "/lasts"),
     ({"lasts": "x"}, "/lasts"), ({"most": 0}, "/most"), ({"more": 1}, "/more")],
)  # fmt: skip
def test_terms_out_of_range_are_refused(shop, terms, at):
    with pytest.raises(InvalidError) as fault:
        begun(shop, **terms)
    assert fault.value.at == at
    assert not Shadow.objects.exists()


def test_a_draft_that_does_not_fit_is_refused(shop):
    rows = [{"id": "x", "when": {"event": "Never"}, "then": {"variant": "keen"}}]
    number = shop.matrix(shop.slot, rows, publish=False)
    shop.draft = MatrixRevision.objects.get(matrix__slot=shop.slot, number=number)
    with pytest.raises(InvalidError):
        begun(shop)
    shop.draft = MatrixRevision.objects.get(matrix__slot=shop.slot, number=1)
    with pytest.raises(InvalidError) as fault:
        begun(shop)
    assert fault.value.at == "/revision"


def test_without_a_database_nothing_is_lost_but_the_shadow(shop):
    begun(shop)

    async def broken(held):
        await held.shadowing.stop()
        held.shadowing._lookups = Lookups("postgresql://127.0.0.1:1/none")
        held.shadowing.start()
        return await asked(held, shop, 1)

    look = lambda held: held.shadowing.look()  # noqa: E731
    _, answers = live(shop, look, broken)
    assert {answer["decisions"][0]["variant"] for answer in answers} == {"base", "keen"}
