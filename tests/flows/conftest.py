"""Fixtures of the flows: a newsstand whose receivers are on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.flows.newsstand import Newsstand


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[Newsstand]:
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    stand = Newsstand()
    yield stand
    stand.courier._hands.shutdown()
