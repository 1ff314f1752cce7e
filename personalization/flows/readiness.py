"""Whether what is to be put in force can run: rows may name experiments before any are run."""

from __future__ import annotations

from personalization.decisions.models import MatrixRevision
from personalization.sites.reviews import Review
from rules.errors import InvalidError
from rules.matrix.document import parse


def matrix(stored: object) -> None:
    """Raise InvalidError, which names row and field, where an enabled row is an experiment."""
    for index, row in enumerate(parse(stored).rows):
        if row.experiment and row.enabled:
            at = f"/rows/{index}/then/experiment"
            message = f"expected row {row.id} switched off: experiments are not run yet"
            raise InvalidError(at, "unsupported", message)


def review(row: Review) -> None:
    """Raise InvalidError where what is approved or scheduled would be refused as it goes live."""
    if row.kind == "matrix":
        matrix(MatrixRevision.objects.get(pk=row.revision_id).document)
