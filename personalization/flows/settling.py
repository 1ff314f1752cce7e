"""Comments are settled, and opened again: by whom, when, and nobody's words are changed by it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from personalization.plant.clock import Clock
from personalization.sites import audit
from personalization.sites.reviews import Remark
from personalization.sites.roles import Caller
from rules.errors import InvalidError
from rules.reviewing import VERBS


def settle(who: Caller, remark: Remark, clock: Clock, *, again: bool = False) -> Remark:
    """Settle a comment, or with ``again`` open it; ``InvalidError`` where it is so already."""
    if not who.may(VERBS["comment"].needs, remark.review.site_id):
        raise PermissionDenied
    with transaction.atomic():
        row = Remark.objects.select_for_update().get(pk=remark.pk)
        if bool(row.settled_by) is not again:
            message = "expected a comment that is not settled already"
            if again:
                message = "expected a comment that is not open already"
            raise InvalidError("", "state", message)
        row.settled_by = "" if again else who.actor[:150]
        row.settled_at = None if again else clock.now()
        row.save(update_fields=["settled_by", "settled_at"])
        named = (remark.review.kind, remark.review.object_id)
        detail = {"number": remark.review.number, "comment": row.pk, "text": row.text[:200]}
        verb = "reopened" if again else "settled"
        audit.record(remark.review.site_id, who.actor, verb, named, detail)
    return row
