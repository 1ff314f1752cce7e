"""A shop whose column store is held against PostgreSQL, profile by profile and event by event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from hypothesis import strategies as st

from personalization.events import log
from personalization.features.columns import asked, days, manifest, people
from personalization.features.models import Feature, ProfileState
from personalization.flows import compaction, declaring, definitions
from personalization.plant.models import Run
from personalization.profiles import identity
from personalization.profiles.models import Profile
from personalization.sites.models import Site
from rules import state_json
from rules.definitions import Definitions
from rules.feeds import name_of
from rules.fold import facts_at, fold
from rules.state import State
from tests.flows.ground import HOUR, START, Ground, track

FEATURES: dict[str, Any] = {
    "spent": {"event": "Order Completed", "measure": {"sum": "properties.revenue"}},
    "views": {"event": "Viewed", "within": "24h"},
    "last": {"event": "Viewed", "measure": {"last": "properties.sku"}, "within": "7d"},
    "kinds": {"event": "Viewed", "measure": {"distinct": "properties.sku"}, "within": "3d"},
    "since": {"event": "Viewed", "measure": "recency", "within": "2d"},
    "basket": {"event": "Order Completed", "measure": {"avg": "properties.revenue"}},
}
PRO = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
SAME = {"same": "properties.sku", "within": "24h", "all": [
    {"event": "Viewed", "operator": "at_least", "value": 2}, {"not": {"event": "Order Completed"}},
]}  # fmt: skip


def shop(slug: str = "lantern") -> Ground:
    made = Ground(slug, consent="opt_out")
    made.clock.instant += HOUR
    for name, measure in FEATURES.items():
        Feature.objects.create(site=made.site, name=name, measure=measure)
    declaring.publish(made.site.pk, "test", made.clock)
    made.segment("keen", {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 2})
    made.segment("looking", SAME)
    made.segment("pros", PRO)
    return made


def compacted(ground: Ground) -> manifest.Manifest:
    run = compaction.compact(ground.site.pk, ground.clock)
    assert (run.state, run.error) == (Run.State.DONE, "")
    found = manifest.read(manifest.folder(ground.site.pk))
    assert found is not None
    return found


def known(value: Any) -> Any:
    return orjson.dumps(value) if isinstance(value, list | tuple | dict) else (type(value), value)


def agree(ground: Ground, found: manifest.Manifest) -> None:
    """Compare every profile's every attribute, segment and window, and every event."""
    live = replace(definitions.live(ground.site.pk), types={})
    where = manifest.folder(ground.site.pk)
    whole = people.read(where / found.people.file)
    rows = {r.pk.hex: r for r in ProfileState.objects.filter(site_id=ground.site.pk)}
    place = {profile: i for i, profile in enumerate(whole["profile"].to_pylist())}
    states = {p: state_json.load(orjson.loads(bytes(r.body)), live) for p, r in rows.items()}
    states = {p: onward(s, live, found.at) for p, s in states.items() if p in place}
    gone = [profile for profile in rows if profile not in place]
    assert Profile.objects.filter(pk__in=gone, merged_into__isnull=False).count() == len(gone)
    paths = {f"traits.{t}" for s in states.values() for t in s.traits}
    paths |= {f"features.{name}" for name in FEATURES}
    columns = asked.columns(whole, live, found.at, paths, live.recipes)
    part = slice(0, len(whole))
    told = {
        **{path: column.distinct(part) for path, column in columns.attributes.items()},
        **{f"in {slug}": column.distinct(part) for slug, column in columns.segments.items()},
        **{key: column.distinct(part) for key, column in columns.windows.items()},
    }
    for profile, state in states.items():
        facts = facts_at(state, live, found.at, {})
        expected = {path: facts.get(path) for path in paths}
        expected |= {f"in {slug}": facts.segments.get(slug) for slug in columns.segments}
        for key, recipe in live.recipes.items():
            window = state.windows.get(key) or recipe.create()
            expected[key] = window.read(found.at)
        for name, (values_, codes) in told.items():
            said = values_[codes[place[profile]]]
            assert known(said) == known(expected[name]), (profile, name)
    agree_on_events(ground, found, set(states))


def onward(state: State, live: Definitions, at: int) -> State:
    """Return a state with what came due since it was written."""
    due = state.next_change
    return fold(state, (), live, at) if due is not None and due <= at else state


def agree_on_events(ground: Ground, found: manifest.Manifest, profiles: set[str]) -> None:
    told = days.log(manifest.folder(ground.site.pk), found).to_pyarrow().to_pylist()
    stored = {(row["profile"], row["tie"], row["at"], row["name"]) for row in told}
    assert len(stored) == len(told)
    wanted = [(*who, -1) for who in identity.members(profiles)]
    expected = {(e.profile, e.message, e.at, name_of(e.kind, e.name)) for e in log.history(wanted)}
    assert {row for row in stored if row[0] in profiles} == expected


PEOPLE = ("ada", "bob", "cyd")
plans = st.sampled_from(["pro", "free", 3, 2.5, True, None, ["a", "b"], 10**15])
moves = st.one_of(
    st.tuples(st.just("view"), st.sampled_from(PEOPLE), st.integers(0, 200), st.sampled_from("xy")),
    st.tuples(st.just("buy"), st.sampled_from(PEOPLE), st.integers(0, 200), st.integers(-5, 900)),
    st.tuples(st.just("plan"), st.sampled_from(PEOPLE), st.integers(0, 200), plans),
    st.tuples(st.just("link"), st.sampled_from(PEOPLE), st.integers(0, 200), st.just(None)),
    st.tuples(st.just("wait"), st.just(""), st.integers(1, 60), st.just(None)),
    st.tuples(st.just("no"), st.sampled_from(PEOPLE), st.just(0), st.just(None)),
    st.tuples(st.just("compact"), st.just(""), st.just(0), st.just(None)),
)


def step(ground: Ground, move: tuple[str, str, int, Any]) -> None:
    what, who, when, value = move
    at = (ground.clock.now() - START) // 1_000_000 - when * 600
    if what == "view":
        ground.admit([track("Viewed", who, at, sku=value)])
    elif what == "buy":
        ground.admit([track("Order Completed", who, at, revenue=value / 7)])
    elif what == "plan":
        ground.admit([{"type": "identify", "userId": who, "traits": {"plan": value}}])
    elif what == "link":
        message = track("Viewed", None, at, sku="z") | {"anonymousId": f"a-{who}"}
        linked = {"type": "identify", "userId": who, "anonymousId": f"a-{who}", "traits": {}}
        ground.admit([message, linked], verified=when % 2 == 0)
    elif what == "no":
        refused = {"consent": {"categoryPreferences": {"personalization": False}}}
        ground.admit([{"type": "identify", "userId": who, "context": refused, "traits": {}}])
    elif what == "wait":
        ground.clock.instant += when * HOUR
    ground.drain()
    ground.fire()
    if what == "compact":
        agree(ground, compacted(ground))


def walked(walk: Any) -> None:
    ground = shop(f"shop-{Site.objects.count()}")
    for move in walk:
        step(ground, move)
    agree(ground, compacted(ground))
