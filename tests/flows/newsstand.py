"""A site whose news are told: what the tests of endpoints and the feed stand on."""

from __future__ import annotations

import json
from typing import Any

from personalization.flows import newsroom, posting
from personalization.plant.clock import system
from personalization.plant.instants import to_text
from personalization.push import endpoints
from personalization.push.models import Endpoint
from tests.flows.ground import SECOND, Ground
from tests.waiting import until

BUYER = {"event": "Bought"}


class Newsstand(Ground):
    """A site with a segment, and a courier turned by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.instant = system.now()
        self.segment("buyers", BUYER)
        self.number()
        self.clock.instant += SECOND
        self.courier = posting.courier(self.clock)

    def number(self) -> None:
        while newsroom.step(self.clock):
            pass

    def endpoint(self, url: str, **fields: Any) -> tuple[Endpoint, str]:
        row = Endpoint(site=self.site, url=url, **fields)
        return row, endpoints.save(row, self.clock.now())

    def buy(self, *users: str) -> None:
        self.admit([{"type": "track", "event": "Bought", "userId": user,
                     "timestamp": to_text(self.clock.now())} for user in users])  # fmt: skip
        self.drain()
        self.number()

    def work(self) -> None:
        """Number the news, let the window pass, and turn until nothing is due or under way."""
        self.number()
        self.clock.instant += endpoints.WINDOW
        until(lambda: self.courier.turn() == 0 and self.courier.idle)


def bodies(heard: Any) -> list[Any]:
    return [json.loads(body) for _, body in heard.requests]
