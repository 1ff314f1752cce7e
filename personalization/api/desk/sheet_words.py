"""What the script of the matrix page says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, object] = {
    "if": _("If all of these are true"),
    "then": _("then show"),
    "reach": _("and reach"),
    "people": _("People"),
    "rest": _("and also (JSON)"),
    "segments": _("Segments"),
    "variant": _("Variant"),
    "rollout": _("Rollout %"),
    "priority": _("Priority"),
    "from": _("From"),
    "until": _("Until"),
    "zone": _("Zone"),
    "enabled": _("Enabled"),
    "note": _("Note"),
    "any": _("any"),
    "yes": _("yes"),
    "no": _("no"),
    "everyone_else": _("Everyone else"),
    "nothing": _("nothing"),
    "up": _("Move row {row} up"),
    "down": _("Move row {row} down"),
    "select": _("Select row {row}"),
    "row": _("Row {row}"),
    "moved": _("Row {from} moved to {row} of {all}"),
    "added": _("Row {row} added"),
    "removed": _("{count} rows removed"),
    "pasted": _("{count} cells pasted"),
    "undone": _("Undone"),
    "redone": _("Done again"),
    "saving": _("Saving ..."),
    "saved": _("Saved as draft {number}. Nobody sees it before it is published."),
    "merged": _("Saved as draft {number}, together with what somebody else changed meanwhile."),
    "unsaved": _("Not saved yet"),
    "not_saved": _("Not saved: {reason}"),
    "conflicts": _("Somebody else changed the same. Choose for each, then save again."),
    "ours": _("Keep mine"),
    "theirs": _("Take theirs"),
    "removed_row": _("removed"),
    "order": _("The order of the rows"),
    "no_faults": _("Nothing to say."),
    "checking": _("Checking ..."),
    "go": _("Row {row}"),
    "remove": _("Remove row {row}"),
    "above": _("Move row {row} above row {other}"),
    "off": _("Switch row {row} off"),
    "of_people": _("{count} of {people}"),
    "would_see": _("{count} of {people} people would see something else."),
    "nobody_changes": _("Of {people} people nobody would see anything else."),
    "fallback_people": _("{count} of {people}"),
    "counted": _("Draft {number}, counted {when}."),
    "counting": _("A worker is counting draft {number} ..."),
    "not_counted": _("Not counted: {reason}"),
    "restore": _("There are changes of yours that were not saved, from {when}."),
    "restore_yes": _("Bring them back"),
    "restore_no": _("Forget them"),
    "found": _("{count} cells found"),
    "publish": _("Publish draft {number}"),
    "unknown_variant": _("no such variant"),
    "column_there": _("This column is there already"),
    "not_reached": _("The server cannot be reached; your changes are kept in this browser."),
}


def all_of() -> dict[str, str]:
    """Return every word by its name."""
    return {name: str(word) for name, word in WORDS.items()}
