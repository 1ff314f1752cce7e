"""What a notation is, and the shelf on which the notations people already have stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.grid.opened import Opened
from rules.registry import Shelf

Holds = Literal["condition", "matrix", "segment"]
"""What a document of the notation says: one condition, a whole matrix, or a whole segment."""

Form = Literal["json", "text", "bytes"]
"""What a document of the notation is made of: parsed JSON, text, or the bytes of a file."""


@dataclass(frozen=True, slots=True)
class Notation:
    """One notation: its words, what its documents are, and the two ways through it.

    ``read`` takes a document and returns a ``Condition``, ``Matrix`` or ``Segment``; ``write``
    takes that and returns the document. Both raise ``InvalidError`` that names the place and what
    cannot be said; one that is ``None`` does not exist. What was written is read back as the same.
    ``refuses`` says what the notation knows and we do not take over: its name and the reason.
    ``example`` is a small document that is read and written without loss. ``opened`` is there where
    a document is a table: its cells, before anything is made of them.
    """

    label: str
    doc: str
    holds: Holds
    form: Form
    media: str
    suffix: str
    example: Any
    read: Callable[..., Any] | None = None
    write: Callable[..., Any] | None = None
    refuses: Mapping[str, str] = field(default_factory=dict)
    opened: Callable[[bytes], Opened] | None = None


notations: Shelf[Notation] = Shelf("rules.notations")
"""Every notation by its name: ``notations.put("csv", Notation(...))`` adds one."""
