"""What JsonLogic has beside conditions, and why it is not run here."""

from __future__ import annotations

from collections.abc import Mapping

_ARITHMETIC = "arithmetic belongs in a feature, which is computed once and kept"
_TEXT = "text is composed in a variant's placeholders, not in a condition"
_LISTS = "a condition asks a list with all, some, none and in; it makes no new lists"
_NEWER = "it is no part of classic JsonLogic"

REFUSED: Mapping[str, str] = {
    **dict.fromkeys(("+", "-", "*", "/", "%", "min", "max"), _ARITHMETIC),
    **dict.fromkeys(("cat", "substr"), _TEXT),
    **dict.fromkeys(("map", "filter", "reduce", "merge"), _LISTS),
    "log": "a condition has no side effects",
    "method": "data is no code",
    **dict.fromkeys(("val", "exists", "??", "length", "try", "throw", "preserve"), _NEWER),
}
"""Every operation that is refused by name, with the reason."""
