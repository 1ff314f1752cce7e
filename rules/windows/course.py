"""A sequence compiled: what is heard, what must follow what, and what must not come between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Ban(NamedTuple):
    """Fewer than ``times`` events of a kind after a stage, ``length`` microseconds long.

    Without a length: until the next stage is reached, after the last one for good.
    """

    heard: int
    times: int
    length: int | None = None


class Stage(NamedTuple):
    """One step that must happen: ``times`` events of a kind, and what must not come after it.

    ``within``: the last of them sooner than this after the stage before; for the first stage after
    its own first event. ``wait`` is the longest of the lengths in ``waits``: the next stage begins
    no sooner than that after this one.
    """

    heard: int
    times: int
    within: int | None
    bans: tuple[Ban, ...] = ()
    waits: tuple[Ban, ...] = ()

    @property
    def wait(self) -> int:
        """How long nothing may happen before the next stage can begin, in microseconds."""
        return max((ban.length or 0 for ban in self.waits), default=0)


@dataclass(frozen=True, slots=True)
class Course:
    """The whole sequence: its stages, and which instants may belong to it.

    The kinds of events are numbered; ``needs`` says for each how many instants tell enough.
    ``length`` and ``offset`` are the span's, ``length`` counted from ``offset`` on; ``since`` and
    ``until`` bound the events that happen. ``strict``: nothing else happens in between.
    """

    stages: tuple[Stage, ...]
    needs: tuple[int, ...]
    length: int | None = None
    offset: int = 0
    since: int | None = None
    until: int | None = None
    strict: bool = False

    @property
    def lasting(self) -> bool:
        """Whether the sequence, once it was true, stays true whatever happens."""
        return self.length is None and not self.stages[-1].bans

    @property
    def single(self) -> bool:
        """Whether one event is enough to break whatever the last stage waits for."""
        last = self.stages[-1]
        return all(ban.times == 1 for ban in (*last.waits, *last.bans))
