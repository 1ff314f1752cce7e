"""Every stored decision is made again from what it stood on, whatever was edited since."""

from __future__ import annotations

from collections import Counter

import pytest

from personalization.decisions.models import LoggedDecision
from personalization.flows import reproduction
from tests.flows.past import Past

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture(autouse=True)
def _own_places(tmp_path, monkeypatch, child_env):
    monkeypatch.setenv("VAR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])


def reproduced(people, decisions, slices, dice=20261121):
    past = Past(people, dice)
    past.live(decisions, slices)
    assert past.log.lost == 0
    rows = LoggedDecision.objects.filter(site_id=past.site.pk).order_by("id")
    told = Counter()
    for row in rows.iterator():
        again = reproduction.again(row)
        assert again is not None, row.pk
        assert again.differences(row) == {}, (row.pk, row.basis, row.values)
        told["rows"] += 1
        told[row.reason] += 1
        told[f"r{row.revision}"] += 1
        told["fallen back"] += bool(row.basis.get("missing"))
        told["shares"] += "unit" in row.basis
        told["windows"] += "measures" in row.basis
    return told


def test_some_hundred_decisions_of_a_month_that_was_edited():
    told = reproduced(40, 500, 10)
    assert told["rows"] >= 300
    assert all(told[name] for name in ("fallen back", "shares", "windows", "r1", "SPLIT")), told


@pytest.mark.nightly
def test_ten_thousand_decisions_of_a_month_that_was_edited():
    told = reproduced(800, 20_000, 40)
    assert told["rows"] >= 10_000, told
