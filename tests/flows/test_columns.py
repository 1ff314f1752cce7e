"""The column store is PostgreSQL, column by column, after every compaction; and it is let go of."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from personalization.events import log
from personalization.events.models import Logged
from personalization.features.columns import asked, days, manifest, people
from personalization.features.models import Feature, ProfileState
from personalization.features.pointintime import frames
from personalization.features.pointintime.values import read, values
from personalization.flows import columnar, compaction, declaring, definitions, preview
from personalization.plant.models import Run
from personalization.profiles import identity
from personalization.profiles.models import Profile
from personalization.segments import drafts
from personalization.segments.models import Segment
from personalization.sites.models import Site
from rules import state_json
from rules.feeds import name_of
from rules.fold import facts_at, feature, fold
from rules.parser import parse_measure
from tests.flows.ground import DAY, HOUR, START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

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


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the columns of each test in a folder of its own."""
    monkeypatch.setattr(manifest.places, "var", lambda: tmp_path)
    return None


def shop(slug: str = "lantern") -> Ground:
    made = Ground(slug, consent="opt_out")
    made.clock.instant += 10 * DAY
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
    states = {p: fold(s, (), live, found.at) for p, s in states.items() if p in place}
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


@settings(
    max_examples=3, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(moves, min_size=6, max_size=12))
def test_after_every_compaction_the_columns_are_the_store(walk: Any) -> None:
    walked(walk)


@pytest.mark.nightly
@settings(
    max_examples=300, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(moves, min_size=6, max_size=40))
def test_after_every_compaction_the_columns_are_the_store_in_a_long_search(walk: Any) -> None:
    walked(walk)


def walked(walk: Any) -> None:
    ground = shop(f"shop-{Site.objects.count()}")
    for move in walk:
        step(ground, move)
    agree(ground, compacted(ground))


def bought(ground: Ground, people_: int = 12) -> None:
    told = [track("Order Completed", f"u{n}", n, revenue=n) for n in range(people_)]
    plans = [{"type": "identify", "userId": f"u{n}", "traits": {"plan": "pro"}} for n in range(5)]
    ground.admit([*told, *plans])
    ground.drain()


def test_only_those_who_changed_are_read_again() -> None:
    ground = shop()
    bought(ground)
    compacted(ground)
    assert Run.objects.latest("pk").rows == 12
    ground.admit([track("Viewed", "u3", 100, sku="x")])
    ground.drain()
    first = compacted(ground)
    assert Run.objects.latest("pk").rows == 1
    ground.clock.instant += 25 * HOUR
    second = compacted(ground)
    assert Run.objects.latest("pk").rows == 1, "whose view is over is read, and nobody else"
    assert first.days == second.days, "days without news are taken over"
    agree(ground, second)


def test_who_withdraws_consent_is_gone_with_the_next_compaction() -> None:
    ground = shop()
    bought(ground)
    before = compacted(ground)
    step(ground, ("no", "u3", 0, None))
    after = compacted(ground)
    agree(ground, after)
    events = [sum(piece.rows for piece in one.days.values()) for one in (before, after)]
    assert events[0] - events[1] == 2
    where = manifest.folder(ground.site.pk)
    named = {manifest.NAME, *(piece.file for piece in after.pieces())}
    assert {path.name for path in where.iterdir()} == named, "older files are gone"


def test_what_is_erased_from_the_store_is_gone_with_the_next_compaction() -> None:
    ground = shop()
    bought(ground)
    compacted(ground)
    gone = ground.profile("u3")
    Logged.objects.filter(owner=gone).delete()
    ProfileState.objects.filter(pk=gone).delete()
    found = compacted(ground)
    whole = people.read(manifest.folder(ground.site.pk) / found.people.file)
    assert gone not in whole["profile"].to_pylist()
    assert sum(piece.rows for piece in found.days.values()) == 15


def test_the_files_are_for_the_owner_only() -> None:
    ground = shop()
    bought(ground)
    compacted(ground)
    where = manifest.folder(ground.site.pk)
    assert stat.S_IMODE(where.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in where.iterdir()} == {0o600}


def test_the_oldest_days_go_where_there_is_no_room(settings: Any) -> None:
    ground = shop()
    ground.admit([track("Viewed", "ada", -n * 86_400, sku="x") for n in range(6)])
    ground.drain()
    whole = compacted(ground)
    settings.COLUMNS_BYTES = whole.bytes - 1
    cut = compacted(ground)
    assert set(cut.days) == set(whole.days) - {min(whole.days)}
    assert cut.since > min(whole.days)
    assert compacted(ground).days == cut.days


def test_a_live_count_asks_the_columns_and_says_how_old_they_are() -> None:
    ground = shop()
    bought(ground)
    segment = Segment.objects.get(site=ground.site, slug="pros")
    spent = {"attribute": "features.spent", "operator": "at_least", "value": 3}
    viewed = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 2}
    condition = {"any": [{"all": [PRO, spent]}, viewed, {"segment": "keen"}]}
    revision = drafts.draft(segment, condition, {}, "ann").pk
    slow = preview.preview("segment", revision, ground.clock)
    compacted(ground)
    ground.clock.instant += 60_000_000
    fast = preview.preview("segment", revision, ground.clock)
    assert slow.result | {"method": "columns", "age_seconds": 60} == fast.result
    assert (fast.result["people"], fast.result["in"], fast.result["leaving"]) == (12, 2, 3)
    ground.clock.instant += HOUR
    assert preview.preview("segment", revision, ground.clock).result["method"] == "profiles"


def test_a_feature_over_the_kept_log_is_what_the_profile_reads() -> None:
    ground = shop()
    bought(ground)
    step(ground, ("link", "u2", 1, None))
    step(ground, ("view", "u2", 0, "x"))
    found = compacted(ground)
    live = definitions.live(ground.site.pk)
    rows = ProfileState.objects.filter(site_id=ground.site.pk)
    told = days.log(manifest.folder(ground.site.pk), found)
    points = frames.table(frames.points((row.pk.hex, found.at) for row in rows))
    for name, document in FEATURES.items():
        measure = parse_measure(document)
        answers = values(measure, points, told).to_pyarrow().to_pylist()
        for row in rows:
            state = state_json.load(orjson.loads(bytes(row.body)), live)
            [said] = [read(measure, a) for a in answers if a["profile"] == row.pk.hex]
            assert said == feature(state, live, name, found.at), (name, row.pk)


def test_a_store_that_is_of_other_definitions_is_not_asked() -> None:
    ground = shop()
    bought(ground)
    compacted(ground)
    live = definitions.live(ground.site.pk)
    assert columnar.kept(ground.site.pk, live, ground.clock.now())
    ground.segment("late", {"event": "Refunded"})
    live = definitions.live(ground.site.pk)
    assert columnar.kept(ground.site.pk, live, ground.clock.now()) is None
