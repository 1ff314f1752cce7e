"""What the script of the page of a journey says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, object] = {
    "step": _("Step {number} of {all}"),
    "in": _("In segments: {segments}"),
    "none": _("In no segment"),
    "nothing": _("Time passed."),
    "nobody": _("Nobody yet"),
    "shows": _("{slot} shows {variant}"),
    "play": _("Play"),
    "pause": _("Pause"),
    "row": _("row {row}"),
    "fallback": _("fallback"),
}


def all_of() -> dict[str, str]:
    """Return every word by its name."""
    return {name: str(word) for name, word in WORDS.items()}
