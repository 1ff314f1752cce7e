"""A word about consent is judged as of receipt, whatever else comes in the same batch."""

from typing import Any

import pytest

from personalization.events.models import Logged
from personalization.flows import definitions, rebuild, retirement
from personalization.plant.instants import to_text
from personalization.segments.models import Member, SegmentRevision
from tests.flows.ground import HOUR, SECOND, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def ground() -> Ground:
    ground = Ground()
    ground.segment("viewers", {"event": "Viewed"})
    ground.segment("buyers", {"event": "Bought"})
    ground.clock.instant += HOUR
    return ground


def said(name: str, *, yes: bool | None = None) -> dict[str, Any]:
    words = {} if yes is None else {"consent": {"categoryPreferences": {"personalization": yes}}}
    return track(name, "ann") | {"context": words}


def told(ground: Ground, *messages: dict[str, Any]) -> None:
    """Let messages happen and arrive one after the other, a second apart."""
    for message in messages:
        ground.clock.instant += SECOND
        ground.admit([message | {"timestamp": to_text(ground.clock.now())}])


def counted() -> list[str]:
    return sorted(Logged.objects.filter(counted=True).values_list("name", flat=True))


def inside(ground: Ground) -> list[str]:
    slugs = {key: slug for slug, key in definitions.live(ground.site.pk).segments.items()}
    return sorted(slugs[key] for key in Member.objects.values_list("key", flat=True))


def is_sound(ground: Ground) -> bool:
    run = rebuild.rebuild(ground.site.pk, ground.clock, lambda _: None)
    return bool(run.result["differences"] == 0)


def test_a_no_and_a_later_yes_in_one_batch_take_out_what_came_before_the_no(
    ground: Ground,
) -> None:
    told(ground, said("Viewed"))
    ground.drain()
    told(ground, said("Viewed"), said("Noted", yes=False), said("Bought", yes=True))
    ground.drain()
    assert (counted(), inside(ground)) == (["Bought"], ["buyers"])
    assert is_sound(ground)


def test_a_yes_after_a_no_of_before_takes_nothing_more_out(ground: Ground) -> None:
    told(ground, said("Viewed"), said("Noted", yes=False))
    ground.drain()
    assert (counted(), inside(ground)) == ([], [])
    told(ground, said("Bought", yes=True))
    ground.drain()
    told(ground, said("Viewed"))
    ground.drain()
    assert (counted(), inside(ground)) == (["Bought", "Viewed"], ["buyers", "viewers"])
    assert is_sound(ground)


def test_of_a_yes_and_a_no_of_one_instant_the_no_wins_though_nothing_was_kept(
    ground: Ground,
) -> None:
    told(ground, said("Viewed"), said("Noted", yes=False))
    ground.drain()
    now = {"timestamp": to_text(ground.clock.now())}
    ground.admit([said("Bought", yes=True) | now, said("Noted", yes=False) | now])
    ground.drain()
    assert (counted(), inside(ground)) == ([], [])
    told(ground, said("Viewed", yes=True))
    ground.drain()
    assert (counted(), inside(ground)) == (["Viewed"], ["viewers"])
    assert is_sound(ground)


def test_who_comes_back_after_a_no_is_somebody_again_whatever_was_retired_meanwhile(
    ground: Ground,
) -> None:
    ground.segment("quiet", {"event": "Viewed", "operator": "at_most", "value": 1})
    ground.segment("both", {"all": [{"segment": "quiet"}, {"event": "Noted", "within": "2h"}]})
    told(ground, said("Noted"))
    ground.drain()
    told(ground, said("Noted", yes=False))
    ground.drain()
    both = SegmentRevision.objects.get(segment__slug="both", status="live")
    retirement.retire_segment(both.pk, "test", ground.clock)
    assert (counted(), inside(ground)) == ([], [])
    told(ground, said("Waved", yes=True))
    ground.drain()
    assert (counted(), inside(ground)) == (["Waved"], ["quiet"])
    assert is_sound(ground)
