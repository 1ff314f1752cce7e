"""What may be asked of a matrix's people, checked before anybody works on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.decisions import drafts
from personalization.decisions.models import Matrix
from personalization.flows import cells
from rules import expect
from rules.errors import InvalidError
from rules.matrix.document import Matrix as Document
from rules.matrix.document import document as write

KINDS = ("crossing", "crossing_list", "values")
MORE = ("sheet", "document", "path", "which", "page", "stamp", "nonce")
WAYS = ("from", "to")
LONGEST_ID = 64
LONGEST = 20_000
MOST_PAGES = 10**7


def read(document: object, matrix: Matrix) -> dict[str, Any]:
    """Return a question; ``InvalidError`` names what is wrong with it.

    The draft it is about is a ``sheet`` as the page has it, or a ``document``. ``page_id`` names
    who asks: of each only the newest question of a kind is answered.
    """
    said = expect.record(document, "", ("kind", "page_id"), MORE)
    kind = expect.one_of(said["kind"], "/kind", KINDS)
    wish: dict[str, Any] = {"kind": kind, "site": matrix.slot.site_id, "slot": matrix.slot.key}
    for name in ("page_id", "stamp", "nonce"):
        wish[name] = expect.text(said.get(name, ""), f"/{name}", LONGEST_ID, 0)
    if kind == "values":
        wish["path"] = expect.text(said.get("path"), "/path", LONGEST_ID * 4)
        return wish
    wish["document"] = write(_draft(said, matrix))
    if kind == "crossing_list":
        wish["which"] = _which(said.get("which"))
        wish["page"] = expect.whole(said.get("page", 1), "/page", 1, MOST_PAGES)
    return wish


def _draft(said: Mapping[str, object], matrix: Matrix) -> Document:
    """Return the matrix a question is about."""
    if "document" not in said:
        written = write(cells.matrix(cells.read(said.get("sheet"))))
        return drafts.check(written, matrix.slot.key)
    try:
        return drafts.check(said["document"], matrix.slot.key)
    except InvalidError as fault:
        raise InvalidError(f"/document{fault.at}", fault.code, fault.message) from fault


def _which(raw: object) -> dict[str, Any]:
    """Return whose list is wanted: of a row, of nobody's row, or of a way to change."""
    said = expect.record(raw, "/which", (), ("row", *WAYS))
    if set(said) == {"row"}:
        row = said["row"]
        return {"row": None if row is None else expect.text(row, "/which/row", LONGEST_ID)}
    if set(said) != set(WAYS):
        raise InvalidError("/which", "value", "expected a row, or from and to")
    return {name: expect.text(said[name], f"/which/{name}", LONGEST, 0) for name in WAYS}
