"""What may be asked of a segment's people, checked before anybody works on it."""

from __future__ import annotations

from typing import Any

from personalization.segments import backtests, drafts
from personalization.segments.models import Segment
from rules import expect
from rules.errors import InvalidError

KINDS = ("count", "list", "parts", "overlap", "sample", "steady")
LISTS = ("in", "out", "unknown", "entering", "leaving")
MORE = ("stability", "which", "page", "stamp", "days", "more_than", "nonce")
LONGEST_ID = 64
MOST_PAGES = 10**7


def read(document: object, segment: Segment) -> dict[str, Any]:
    """Return a question; ``InvalidError`` names what is wrong with it.

    ``page_id`` names who asks: of each only the newest question of a kind is answered.
    """
    said = expect.record(document, "", ("kind", "condition", "page_id"), MORE)
    kind = str(said["kind"])
    if kind not in KINDS:
        raise InvalidError("/kind", "value", f"expected one of {', '.join(KINDS)}")
    wish: dict[str, Any] = {"kind": kind, "site": segment.site_id, "slug": segment.slug}
    wish["condition"] = _condition(said["condition"])
    for name in ("page_id", "stamp", "nonce"):
        wish[name] = expect.text(said.get(name, ""), f"/{name}", LONGEST_ID, 0)
    if kind == "list":
        wish["which"] = str(said.get("which"))
        if wish["which"] not in LISTS:
            raise InvalidError("/which", "value", f"expected one of {', '.join(LISTS)}")
        wish["page"] = expect.whole(said.get("page", 1), "/page", 1, MOST_PAGES)
    if kind == "steady":
        drafts.stability_of(said.get("stability", {}))
        days, moves = said.get("days", backtests.DAYS), said.get("more_than", backtests.MORE_THAN)
        wish["stability"] = said.get("stability", {})
        wish["days"] = expect.whole(days, "/days", 1, backtests.MOST_DAYS)
        wish["more_than"] = expect.whole(moves, "/more_than", 1, backtests.MOST_MOVES)
    return wish


def _condition(said: object) -> Any:
    try:
        drafts.check(said)
    except InvalidError as fault:
        raise InvalidError(f"/condition{fault.at}", fault.code, fault.message) from fault
    return said
