"""The shelf of actions: what a trigger may do, how its settings are checked, what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rules.placeholders import Kind, Template, parse
from rules.registry import Shelf

PREFIXES = ("traits.", "derived.", "features.", "properties.")
"""What a placeholder may show: the person's attributes, and the event's properties."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One firing of one trigger; ``get`` answers a path with its value, ``None`` for unknown.

    ``type`` and ``data`` are what receivers are told; ``user`` and ``anonymous`` whom it is about.
    """

    trigger: str
    revision: int
    type: str
    at: int
    profile: str
    user: str | None
    anonymous: str | None
    data: Mapping[str, Any]
    get: Callable[[str], object]

    @property
    def subject(self) -> dict[str, Any]:
        """Whom it is about, as receivers know them."""
        known = {"userId": self.user, "anonymousId": self.anonymous}
        return {"profile": self.profile, **{k: v for k, v in known.items() if v is not None}}


@dataclass(frozen=True, slots=True)
class Message:
    """An effect that comes back in through admission: a Segment message without its ids."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """An effect that leaves: the carrier's name, and what it carries."""

    carrier: str
    payload: Mapping[str, Any]


Effect = Message | Parcel


class Action(Protocol):
    """One thing a trigger may do: a class in ``segments/actions``, put on the shelf by its name."""

    label: str
    settings: Mapping[str, str]
    signed: bool

    def check(self, settings: Mapping[str, Any], at: str) -> Any:
        """Return the settings prepared, or raise ``InvalidError`` at the faulty one."""

    def effect(self, prepared: Any, occasion: Occasion) -> Effect:
        """Return what is to be done; ``InvalidError`` where nothing can be done for this person."""


shelf = Shelf[Action]("personalization.segments.actions")
"""Every action by its name."""


def template(raw: str, at: str, kind: Kind = "text") -> Template:
    """Return a text with placeholders, parsed; ``InvalidError`` says what is wrong with it."""
    return parse(raw, kind=kind, prefixes=PREFIXES, at=at)
