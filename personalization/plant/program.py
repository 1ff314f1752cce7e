"""One program the house runs as its own direct child, and how it is told to stop."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from personalization.plant.account import Account


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, as whom, when it is ready, and the signals of a soft and of a hard end.

    ``ready`` may block (it is called off the loop); None means ready as soon as it runs.
    ``once`` means it runs to its end before the others of its stage start (migrations).
    ``orphaned`` is the signal it gets when its parent died without a word.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    folder: Path | None = None
    ready: Callable[[], bool] | None = None
    before: Callable[[], object] | None = None
    stop: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    orphaned: signal.Signals = signal.SIGKILL
    descriptors: tuple[int, ...] = ()
    once: bool = False
