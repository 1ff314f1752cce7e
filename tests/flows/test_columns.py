"""The column store is PostgreSQL, column by column, after every compaction; and it is let go of."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from personalization.events.models import Logged
from personalization.features.columns import days, manifest, people
from personalization.features.models import ProfileState
from personalization.features.pointintime import frames
from personalization.features.pointintime.values import read, values
from personalization.flows import columnar, definitions, preview
from personalization.management.commands import doctor
from personalization.plant.models import Run
from personalization.segments import drafts
from personalization.segments.models import Segment
from rules import state_json
from rules.fold import feature
from rules.parser import parse_measure
from tests import estate
from tests.flows.columnwise import FEATURES, PRO, agree, compacted, moves, shop, step, walked
from tests.flows.ground import HOUR, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the columns of each test in a folder of its own."""
    monkeypatch.setattr(manifest.places, "var", lambda: tmp_path)
    return None


@settings(
    max_examples=2, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(moves, min_size=5, max_size=9))
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


def test_the_desk_and_the_doctor_say_how_old_the_columns_are(client: Any) -> None:
    ground = shop()
    bought(ground)
    compacted(ground)
    client.force_login(estate.person("root", is_superuser=True))
    page = client.get(reverse("desk:columns"))
    assert page.status_code == 200
    [(site, told)] = page.context["lines"]
    assert (site, told["version"], told["people"]) == (ground.site, 1, 12)
    assert set(doctor._columns(0)) == {ground.site.slug}
