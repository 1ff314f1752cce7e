"""A desk for tests of the workflow: one estate, people by role, a clock moved by hand."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.decisions import drafts as matrices
from personalization.decisions.models import Matrix
from personalization.flows import reviewing
from personalization.flows.kinds import KINDS
from personalization.flows.reviewing import Done
from personalization.flows.verbs import Ask
from personalization.plant import clock as clocks
from personalization.plant.clock import FixedClock
from personalization.plant.instants import SECOND
from personalization.sites import progress, roles
from personalization.sites.reviews import ReviewTerms
from personalization.sites.roles import Caller
from rules.errors import InvalidError
from tests import estate

MINUTE = 60 * SECOND
TIME = ("2027-03-28T09:00", "Europe/Berlin")


class Desk:
    """One estate, its people by role, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.mine = estate.found("mine")
        self.site = self.mine.site
        self.clock = FixedClock(clocks.system.now())

    def who(self, name: str, *held: str) -> Caller:
        return Caller(name, {self.site.pk: roles.permissions(held or ("owner",))})

    def do(self, verb: str, revision: Any, who: Caller, kind: str = "matrix", **said: Any) -> Done:
        ask = Ask(**said)
        return reviewing.act(who, verb, KINDS[kind], revision, ask, self.clock)

    def state(self, revision: Any, kind: str = "matrix") -> str:
        return progress.of(KINDS[kind].subject(revision), revision).state

    def draft(self, author: str = "ann", variant: str = "baseline") -> Any:
        matrix = Matrix.objects.get(pk=self.mine.matrix.pk)
        return matrices.draft(matrix, estate.document("home.hero", variant), author)

    def live(self) -> int:
        return Matrix.objects.get(pk=self.mine.matrix.pk).live.number

    def terms(self, **said: Any) -> None:
        ReviewTerms.objects.filter(site=self.site).update(**said)


def code(verb: str, desk: Desk, *args: Any, **said: Any) -> str:
    with pytest.raises(InvalidError) as raised:
        desk.do(verb, *args, **said)
    return raised.value.code
