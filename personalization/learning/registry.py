"""The shelf of scores: what can be predicted about a profile, one file each in scores/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.registry import Shelf


@dataclass(frozen=True, slots=True)
class Score:
    """What is predicted: that an event named ``goal`` happens within ``horizon`` microseconds.

    A condition reads it as ``scores.<name>``. ``suggested`` are measures worth declaring as
    features where a site has none yet; a model is trained on whatever the site declares.
    """

    name: str
    label: str
    goal: str
    horizon: int
    suggested: Mapping[str, Mapping[str, object]]
    documentation: str


scores: Shelf[Score] = Shelf("personalization.learning.scores")
"""Every score by its name."""
