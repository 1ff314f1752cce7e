"""What the script of the live page says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from personalization.sites import codewords

WORDS: Mapping[str, object] = {
    "event": _("event"),
    "move": _("move"),
    "decision": _("decision"),
    "push": _("push"),
    "entered": _("entered {segment}"),
    "left": _("left {segment}"),
    "because": _("because of {cause}"),
    "cause_event": _("an event"),
    "cause_timer": _("time passing"),
    "cause_late": _("a late event"),
    "effective": _("effective {when}"),
    "shows": _("{slot} shows {variant}"),
    "nothing": _("nothing"),
    "row": _("row {row} of revision {revision}"),
    "no_row": _("no row: the fallback"),
    "fallback": _("fallback"),
    "since": _("since {when}"),
    "no_segment": _("no segment"),
    "nobody": _("nobody yet"),
    "unknown": _("nobody we know yet"),
    "due": _("Something changes by itself in {time} at the latest."),
    "subscribed": _("the answer to subscribing"),
    "generation": _("generation {number}"),
    "public": _("segments the page may know: {segments}"),
    "none": _("none"),
    "open": _("open"),
    "closed": _("closed, trying again"),
    "no_key": _("asked each second"),
    "away": _("closed while this tab is in the background"),
    "no_server": _("no server"),
    "pause": _("Pause"),
    "go_on": _("Go on"),
    "empty": _("nothing"),
    "sampled": _("Too fast to show all: {missed} of {kind} are left out here."),
    "gap": _("In the background {missed} of {kind} happened that are not shown here."),
    "no_gap": _("The tab was in the background; nothing is missing."),
    "some_gap": _("The tab was in the background; older ones may be missing here."),
    "events": _("events"),
    "moves": _("moves"),
    "decisions": _("decisions"),
    "follow": _("Follow {who}"),
}


def all_of() -> dict[str, str]:
    """Return every word as text."""
    reasons = {f"reason_{code}": codewords.worded(code) for code in codewords.REASONS}
    return {name: str(word) for name, word in WORDS.items()} | reasons
