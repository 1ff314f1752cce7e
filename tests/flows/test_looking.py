"""``profile show`` and ``segment show``: what became of somebody, and who was in at an instant."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from personalization.plant.instants import to_text
from personalization.segments.models import Move
from tests import estate

pytestmark = pytest.mark.django_db
HOUR = 3_600_000_000


@pytest.fixture
def mine() -> estate.Estate:
    return estate.found("mine")


def told(capsys: pytest.CaptureFixture[str], *words: str, **options: Any) -> dict[str, Any]:
    call_command(*words, site="mine", json=True, **options)
    return json.loads(capsys.readouterr().out)


def moved(mine: estate.Estate, profile: UUID, at: int, *, entered: bool, **more: Any) -> None:
    Move.objects.create(
        site_id=mine.site.pk, key=mine.move.key, profile=profile, entered=entered,
        effective_at=at, recorded_at=at, cause="event", generation=2, **more,
    )  # fmt: skip


def members(capsys: pytest.CaptureFixture[str], at: int, **options: Any) -> set[str]:
    found = told(capsys, "segment", "show", "vip", at=at, **options)
    assert found["count"] == len(found["members"])
    return {one["profile"] for one in found["members"]}


def test_who_was_in_at_an_instant_follows_the_moves_that_stand(mine, capsys):
    ann, other = mine.profile.pk, UUID(int=7)
    moved(mine, ann, estate.AT + 2 * HOUR, entered=False)
    moved(mine, other, estate.AT + HOUR, entered=True)
    moved(mine, other, estate.AT + 90, entered=True, superseded_at=estate.AT + HOUR)
    assert members(capsys, estate.AT - 1) == set()
    assert members(capsys, estate.AT) == {ann.hex}
    assert members(capsys, estate.AT + 100) == {ann.hex}
    assert members(capsys, estate.AT + HOUR) == {ann.hex, other.hex}
    assert members(capsys, estate.AT + 2 * HOUR) == {other.hex}
    assert members(capsys, estate.AT + 2 * HOUR, profile=ann) == set()


def test_a_segment_is_shown_in_words_with_who_is_in_now(mine, capsys):
    found = told(capsys, "segment", "show", "vip")
    assert found["words"] == 'traits.plan is "pro"'
    assert [one["since"] for one in found["members"]] == [to_text(estate.AT)]
    call_command("segment", "show", "vip", site="mine", at=estate.AT)
    assert "1 in at 2026-" in capsys.readouterr().out


def test_a_profile_is_found_by_any_of_its_names(mine, capsys):
    for name in ("ann", str(mine.profile.pk)):
        found = told(capsys, "profile", "show", name)
        assert found["identities"] == [{"kind": "user", "value": "ann"}]
        assert found["moves"][0]["cause"] == "event"
    call_command("profile", "show", "ann", site="mine")
    text = capsys.readouterr().out
    assert "entered vip" in text


@pytest.mark.parametrize("words", [("profile", "show", "nobody"), ("segment", "show", "nothing")])
def test_what_is_not_there_is_a_sentence(mine, words):
    with pytest.raises(CommandError):
        call_command(*words, site="mine")
    with pytest.raises(CommandError):
        call_command(*words, site="elsewhere")
