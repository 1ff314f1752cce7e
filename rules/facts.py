"""What is known about one profile at one instant; the unknown is a value, never an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.windows.window import Window

UNKNOWN = None
"""The value of an attribute nobody told, nobody may use, or of the wrong type."""

Truth = bool | None
"""A condition's answer after Kleene: true, false, or ``None`` for unknown."""


@dataclass(slots=True)
class Facts:
    """One profile at one instant, as conditions see it.

    ``attributes`` maps a flat dotted path (``traits.plan``, ``context.page.path``) to its canonical
    value; a path that is absent, or ``None``, is unknown. ``segments`` maps a segment's name to
    whether the profile is in it; an absent name is unknown. ``windows`` maps a window's key to its
    live state. ``now`` is the instant of the question, in microseconds UTC.

    >>> Facts({"traits.plan": "pro"}, now=0).get("traits.plan")
    'pro'
    >>> Facts(now=0).get("traits.plan") is UNKNOWN
    True
    """

    attributes: Mapping[str, object] = field(default_factory=dict)
    segments: Mapping[str, Truth] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)
    now: int = 0

    def get(self, path: str) -> object:
        """Return the attribute's value, or ``UNKNOWN``."""
        return self.attributes.get(path)
