"""A demo with a past: a month of the shop's visitors, decided as it went on, edited meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from django.db.models import QuerySet

from personalization.content.models import Slot, VariantRevision
from personalization.decisions import drafts as matrices
from personalization.decisions.log import Log
from personalization.decisions.models import Matrix
from personalization.features.models import ProfileState
from personalization.flows import (
    assembly,
    hindsight,
    lantern,
    publication,
    retirement,
    seed,
    simulation,
)
from personalization.plant.clock import FixedClock, system
from personalization.plant.instants import to_text
from personalization.plant.lookups import Lookups
from personalization.profiles.models import Identity
from personalization.segments import drafts as segments
from personalization.segments.models import Segment
from personalization.sites.models import Site
from tests.flows import shown
from tests.flows.ground import DAY, HOUR, Ground

ENDS = ("first", "priority", "collect")
SPICE: list[dict[str, Any]] = [
    {"attribute": "traits.plan", "operator": "equals", "value": "pro"},
    {"attribute": "features.revenue_90d", "operator": "at_least", "value": 50.5},
    {"attribute": "context.page.path", "operator": "equals", "value": "/sale"},
    {"attribute": "time.hour", "operator": "between", "value": [8, 17]},
    {"event": "Product Viewed", "within": "7d", "operator": "at_least", "value": 5},
    {"not": {"segment": "new-visitor"}},
    {"attribute": "context.tags", "operator": "has_any", "value": ["a"]},
]


class Past(Ground):
    """The demo's site at the beginning of a month that is yet to be lived."""

    def __init__(self, people: int, dice: int) -> None:
        seed.seed()
        self.site = Site.objects.get(slug=lantern.SLUG)
        self.clock = FixedClock(system.now() + HOUR)
        self.dice = Random(dice)
        until = self.clock.now() + 30 * DAY
        told = simulation.everybody(dice, people, people * 25, until, lantern.catalogue())
        messages = [self._twisted(one) for crowd in told for one in crowd]
        self.messages = sorted(messages, key=lambda one: str(one["timestamp"]))
        self.log = Log(Lookups("nowhere"))

    def live(self, decisions: int, slices: int) -> None:
        """Let the month pass in slices; after each, people are shown something, editors edit."""
        for number in range(1, slices + 1):
            self.clock.instant += 30 * DAY // slices
            self.admit(self._until(to_text(self.clock.now())), "import")
            self.drain("import")
            self.fire()
            self._decide(decisions // slices)
            if number < slices:
                self._edit(number)
        asyncio.run(shown.write(self.log))

    def _until(self, end: str) -> list[dict[str, Any]]:
        past = [one for one in self.messages if str(one["timestamp"]) <= end]
        self.messages = self.messages[len(past) :]
        late = self.dice.sample(past, len(past) // 20)
        self.messages = [*late, *self.messages]  # these arrive a slice too late
        kept = {id(one) for one in late}
        return [one for one in past if id(one) not in kept]

    def _twisted(self, message: dict[str, Any]) -> dict[str, Any]:
        if self.dice.random() < 0.03:
            name = str(message.get("anonymousId"))
            traits = {"plan": self.dice.choice(["pro", "free"]), "seats": self.dice.randrange(9)}
            return {**message, "type": "identify", "userId": f"u-{name}", "traits": traits}
        return message

    def _decide(self, count: int) -> None:
        site, _ = assembly.build(hindsight.source(self.site.pk))
        people = {row.view.hex: row for row in Identity.objects.filter(site_id=self.site.pk)}
        states = {row.profile.hex: row for row in ProfileState.objects.filter(site_id=self.site.pk)}
        seen = sorted(people.keys() & states.keys())
        for _ in range(count if seen else 0):  # nobody comes before the first midnight
            name = self.dice.choice(seen)
            self.clock.instant += self.dice.randrange(HOUR)
            self._ask(site, people[name], states[name])

    def _ask(self, site: Any, who: Identity, row: ProfileState) -> None:
        path = self.dice.choice(["/", "/sale", "a\0b"])
        tags = self.dice.choice([["a", 2.5], [], ["b"]])
        context = {"page": {"path": path}, "tags": tags}
        locale = self.dice.choice(["", "de"])
        shown.decide(site, who, row, self.log, self.clock.now(), locale=locale, context=context)

    def _edit(self, turn: int) -> None:
        """Publish something else: matrices, and a segment or a slot, or retire what rows show."""
        self._matrix()
        self._matrix()
        (self._segment, self._variant, self._slot)[turn % 3]()

    def _matrix(self) -> None:
        matrix = self.dice.choice(list(self._matrices()))
        document = dict(matrix.revisions.order_by("number").first().document)  # type: ignore[union-attr]
        rows = [dict(row) for row in document["rows"]]
        self.dice.shuffle(rows)
        document["rows"] = list(self._spiced(rows))
        document["hit_policy"] = self.dice.choice(ENDS)
        draft = matrices.draft(matrix, document, "test")
        publication.publish_matrix(draft.pk, "test", self.clock)

    def _spiced(self, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row in rows:
            if self.dice.random() < 0.4:
                join = self.dice.choice(["all", "any"])
                row["when"] = {join: [row["when"], self.dice.choice(SPICE)]}
            row["rollout"] = self.dice.choice([100, 100, 60, 40])
            row["enabled"] = self.dice.random() < 0.9
            row["priority"] = self.dice.randrange(5)
            if self.dice.random() < 0.2:
                start = self.clock.now() + self.dice.randrange(-10, 10) * DAY
                row["active"] = {"from": to_text(start)[:16], "zone": "UTC"}
            yield row

    def _segment(self) -> None:
        segment = Segment.objects.get(site=self.site, slug="camper")
        value = self.dice.randrange(1, 6)
        condition = {"event": "Product Viewed", "within": "14d", "operator": "at_least",
                     "value": value}  # fmt: skip
        draft = segments.draft(segment, condition, {}, "test")
        publication.publish_segment(draft.pk, "test", self.clock)

    def _matrices(self) -> QuerySet[Matrix]:
        return Matrix.objects.filter(slot__site=self.site).order_by("pk")

    def _variant(self) -> None:
        rows = VariantRevision.objects.filter(variant__slot__site=self.site, status="live")
        named = [
            (matrix.slot_id, row["then"].get("variant"))
            for matrix in self._matrices().select_related("live")
            for row in matrix.live.document["rows"]  # type: ignore[union-attr]
        ]
        shown = Counter(named)
        pairs = [((one.variant.slot_id, one.variant.slug), one) for one in rows.order_by("pk")]
        found = max(pairs, key=lambda pair: shown[pair[0]])[1]
        retirement.retire_variant(found.pk, "test", self.clock)

    def _slot(self) -> None:
        found = self.dice.choice(list(Slot.objects.filter(site=self.site).order_by("pk")))
        Slot.objects.filter(pk=found.pk).update(
            enabled=not found.enabled or self.dice.random() < 0.5, fallback=found.fallback[::-1]
        )
