"""Stage rules at work: who changed is concluded about, people move by it, and nothing is lost."""

from importlib.util import find_spec

import orjson
import psutil
import pytest

from personalization import tasks
from personalization.features.models import Feature, ProfileState
from personalization.flows import (
    awaiting,
    declaring,
    definitions,
    evaluation,
    inference,
    publication,
    refolding,
)
from personalization.flows.dispatch import snapshots
from personalization.plant import house, places
from personalization.plant.clock import system
from personalization.plant.instants import SECOND
from personalization.plant.models import ClockOffset
from personalization.segments import stages
from personalization.segments.models import Awaiting, Conclusion, Inferred, Move, StageRules
from rules.definitions import build
from rules.errors import InvalidError
from rules.parser import parse_measure
from tests.children import child
from tests.flows.ground import DAY, HOUR, START, Ground, track
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

VIEWED = {"event": "Product Viewed", "within": "1d"}
RULES = {
    "rules": [
        {"id": "loyal", "priority": 30, "conclude": {"derived.stage": "loyalty"},
         "when": {"event": "Order Completed", "operator": "at_least", "value": 2}},
        {"id": "keen", "priority": 20, "conclude": {"derived.stage": "consideration"},
         "when": {"attribute": "features.views", "operator": "at_least", "value": 2}},
        {"id": "else", "conclude": {"derived.stage": "awareness"}, "when": {"everyone": True}},
        {"id": "club", "conclude": {"derived.next": "club"},
         "when": {"attribute": "derived.stage", "operator": "equals", "value": "loyalty"}},
    ]
}  # fmt: skip


def stage(name):
    return {"attribute": "derived.stage", "operator": "equals", "value": name}


@pytest.fixture
def ground():
    made = Ground()
    Feature.objects.create(site=made.site, name="views", measure=VIEWED)
    declaring.publish(made.site.pk, "test", made.clock)
    made.segment("keen", stage("consideration"))
    publish(made, RULES)
    return made


def publish(ground, document):
    rules, _ = StageRules.objects.get_or_create(site=ground.site)
    revision = stages.draft(rules, document, "test")
    return publication.publish_stages(revision.pk, "test", ground.clock)


def derived(ground, name="ada"):
    body = ProfileState.objects.get(pk=ground.profile(name)).body
    return orjson.loads(bytes(body)).get("i", {})


def happened(ground, *messages, at=0):
    ground.clock.instant = START + at * SECOND
    ground.admit(messages)
    ground.drain()


def settled(ground):
    ground.fire()
    inference.run(ground.clock)
    assert not Awaiting.objects.exists()
    assert awaiting.sweep(ground.site.pk, ground.clock) == 0


def test_what_is_concluded_moves_people_and_is_in_the_snapshot(ground):
    happened(ground, track("Product Viewed", "ada", 1), track("Product Viewed", "ada", 2), at=3)
    assert derived(ground) == {}
    settled(ground)
    assert derived(ground) == {"derived.stage": "consideration"}
    assert ground.moves("ada") == [("keen", "in", 2)]
    assert Move.objects.get().cause == "derived"
    profile = ground.profile("ada")
    held = orjson.loads(snapshots([profile], ground.clock)[profile])
    assert held["state"]["i"] == {"derived.stage": "consideration"}


def test_time_alone_changes_a_conclusion(ground):
    happened(ground, track("Product Viewed", "ada", 1), track("Product Viewed", "ada", 2), at=3)
    settled(ground)
    ground.clock.instant = START + DAY + HOUR
    settled(ground)
    assert derived(ground) == {"derived.stage": "awareness"}
    assert [way for _, way, _ in ground.moves("ada")] == ["in", "out"]
    assert list(Conclusion.objects.order_by("at").values_list("because", flat=True)) == [
        {"derived.stage": "keen"},
        {"derived.stage": "else"},
    ]


def test_nothing_is_written_where_nothing_is_new(ground):
    happened(ground, track("Product Viewed", "ada", 1), at=2)
    settled(ground)
    before = ProfileState.objects.get().version
    happened(ground, track("Product Added", "ada", 3), at=4)
    happened(ground, track("Product Viewed", "ada", 5), at=6)
    changed = ProfileState.objects.get().version
    settled(ground)
    after = ProfileState.objects.get().version
    assert before < changed < after
    happened(ground, track("Product Viewed", "ada", 7), at=8)
    last = ProfileState.objects.get().version
    settled(ground)
    assert ProfileState.objects.get().version == last
    assert Conclusion.objects.count() == 2
    assert Inferred.objects.get().version == last


def test_a_refold_from_the_log_says_the_same(ground):
    happened(ground, track("Product Viewed", "ada", 1), track("Product Viewed", "ada", 2), at=3)
    settled(ground)
    ground.clock.instant = START + 2 * DAY
    settled(ground)
    happened(ground, *(track("Order Completed", "ada", 2 * DAY // SECOND + n) for n in (1, 2)),
             at=2 * DAY // SECOND + 3)  # fmt: skip
    settled(ground)
    assert derived(ground) == {"derived.stage": "loyalty", "derived.next": "club"}
    body, moves = bytes(ProfileState.objects.get().body), ground.moves("ada")
    refolding.refold(ground.site.pk, [ground.profile("ada")], "publish", ground.clock)
    assert bytes(ProfileState.objects.get().body) == body
    assert ground.moves("ada") == moves
    settled(ground)
    assert derived(ground) == {"derived.stage": "loyalty", "derived.next": "club"}


def test_a_late_event_corrects_the_conclusion(ground):
    happened(ground, track("Order Completed", "ada", 50), at=60)
    settled(ground)
    assert derived(ground) == {"derived.stage": "awareness"}
    happened(ground, track("Order Completed", "ada", 10), at=70)
    assert derived(ground) == {"derived.stage": "awareness"}
    settled(ground)
    assert derived(ground)["derived.stage"] == "loyalty"


def test_people_who_turn_out_to_be_one_are_concluded_about_as_one(ground):
    happened(ground, {**track("Order Completed", None, 1), "anonymousId": "phone"},
             track("Order Completed", "ada", 2), at=3)  # fmt: skip
    settled(ground)
    happened(ground, {"type": "identify", "userId": "ada", "anonymousId": "phone"}, at=5)
    settled(ground)
    assert derived(ground)["derived.stage"] == "loyalty"
    people = set(Conclusion.objects.values_list("profile", flat=True))
    states = set(ProfileState.objects.values_list("pk", flat=True))
    assert people <= states
    assert set(Inferred.objects.values_list("pk", flat=True)) == states


def test_of_who_says_no_nothing_is_concluded_and_nothing_kept(ground):
    happened(ground, track("Product Viewed", "ada", 1), at=2)
    settled(ground)
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    happened(ground, {**track("Product Viewed", "ada", 3), "context": no}, at=4)
    settled(ground)
    assert derived(ground) == {}
    assert not Conclusion.objects.exists()


def test_other_rules_are_in_force_for_everybody_at_once(ground):
    happened(ground, *(track("Product Viewed", name, 1) for name in ("ada", "bob")), at=2)
    settled(ground)
    late = {"id": "late", "when": {"everyone": True}, "conclude": {"derived.stage": "x"}}
    publish(ground, {"rules": [late]})
    assert Awaiting.objects.count() == 2
    settled(ground)
    assert [derived(ground, name) for name in ("ada", "bob")] == [{"derived.stage": "x"}] * 2
    publish(ground, {"rules": []})
    settled(ground)
    assert derived(ground) == {}


def test_rules_that_ask_about_events_nobody_asked_for_are_filled_from_the_log():
    ground = Ground()
    happened(ground, *(track("Order Completed", "ada", n) for n in (1, 2)), at=3)
    Feature.objects.create(site=ground.site, name="views", measure=VIEWED)
    declaring.publish(ground.site.pk, "test", ground.clock)
    assert publish(ground, RULES).state == "live"
    settled(ground)
    assert derived(ground)["derived.stage"] == "loyalty"


def test_a_circle_between_segments_and_rules_cannot_be_published_from_either_side(ground):
    with pytest.raises(InvalidError, match="derived") as refusal:
        publish(ground, {"rules": [{**RULES["rules"][2], "when": {"segment": "keen"}}]})
    assert refusal.value.code == "circle"
    ground.segment("calm", {"everyone": True})
    publish(ground, {"rules": [{**RULES["rules"][2], "when": {"segment": "calm"}}]})
    with pytest.raises(InvalidError, match="derived"):
        ground.segment("calm", {"not": stage("awareness")})


def test_the_sweep_finds_what_was_missed(ground):
    happened(ground, track("Product Viewed", "ada", 1), at=2)
    Awaiting.objects.all().delete()
    assert awaiting.sweep(ground.site.pk, ground.clock) >= 1
    inference.run(ground.clock)
    assert derived(ground) == {"derived.stage": "awareness"}


def test_a_batch_that_fails_half_way_leaves_everybody_waiting(ground, monkeypatch):
    happened(ground, track("Product Viewed", "ada", 1), at=2)

    def fail(*_):
        raise OSError("the store is gone")

    monkeypatch.setattr(inference.conclusions, "looked_at", fail)
    with pytest.raises(OSError, match="gone"):
        inference.run(ground.clock)
    monkeypatch.undo()
    assert derived(ground) == {}
    assert not Conclusion.objects.exists()
    settled(ground)
    assert derived(ground) == {"derived.stage": "awareness"}


def test_rules_under_which_a_process_died_go_to_the_built_in_evaluator(ground, monkeypatch):
    def never(*_):
        raise AssertionError

    monkeypatch.setitem(evaluation.evaluators._all(), "fatal", never)
    happened(ground, track("Product Viewed", "ada", 1), at=2)
    ground.site.stage_rules.revisions.update(tried=True)
    inference.run(ground.clock, "fatal")
    assert derived(ground) == {"derived.stage": "awareness"}


def test_definitions_of_readers_need_no_rules(ground):
    asked = definitions.live(ground.site.pk)
    assert len(asked.watched.conditions) == 4
    happened(ground, track("Product Viewed", "ada", 1), at=2)
    settled(ground)
    plain = build({}, {"views": parse_measure(VIEWED)})
    assert not plain.watched.conditions


@pytest.mark.slow
def test_a_worker_of_its_own_concludes_when_it_is_asked_to(child_env):
    if find_spec("durable") is None:
        pytest.skip("needs durable-rules (requirements-optional.txt)")
    ground = Ground()
    Feature.objects.create(site=ground.site, name="views", measure=VIEWED)
    declaring.publish(ground.site.pk, "test", ground.clock)
    publish(ground, RULES)
    ClockOffset.objects.update_or_create(pk=1, defaults={"microseconds": START - system.now()})
    happened(ground, *(track("Order Completed", "ada", n) for n in (1, 2)), at=3)
    program = house.worker("inference")
    worker = child(
        program.command,
        env={**child_env, **program.env, "INFERENCE": "durable", "BROKER_URL": places.celery_url()},
    )
    try:
        tasks.infer.apply_async(retry=False)
        until(lambda: derived(ground))
        assert derived(ground) == {"derived.stage": "loyalty", "derived.next": "club"}
        assert not Awaiting.objects.exists()
        until(lambda: not ground.site.stage_rules.revisions.filter(tried=True).exists())
        pid = next(p.pid for p in psutil.Process(worker.pid).children() if _infers(p))
        psutil.Process(pid).kill()
        happened(ground, track("Product Viewed", "bob", 5), at=6)
        tasks.infer.apply_async(retry=False)
        until(lambda: derived(ground, "bob"))
    finally:
        worker.terminate()
        assert worker.wait(20) is not None


def _infers(process):
    return "celery" in " ".join(process.cmdline())
