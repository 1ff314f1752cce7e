"""What somebody changed on a page and did not save: kept until it is saved or dropped.

A row is of one page as it was opened, so that two tabs of one person keep apart. The page counts
its steps, and only a later step changes the row: what arrives late, or twice, changes nothing. A
row whose content is gone stays for a while, so that a step from before brings nothing back.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from django.db import transaction
from django.db.models import QuerySet

from personalization.sites.progress import Subject
from personalization.sites.workings import WorkingCopy
from rules.errors import InvalidError

MOST = 5
"""Pages of one person and thing of which the work is kept; the oldest gives way."""
GONE = 50
"""Rows without content that are kept of one person and thing."""
LONGEST = 8_000_000
"""Bytes of one page's work."""

_EMPTY = {"content": "", "size": 0}


class Step(NamedTuple):
    """One step of one page: who works there, on what, and how many steps they have made."""

    subject: Subject
    user_id: int
    page: str
    number: int


def keep(step: Step, base: int, content: object, now: int) -> bool:
    """Keep a page's work as it is after a step; tells whether it is the newest step.

    ``InvalidError`` where it is too large or too deep.
    """
    try:
        said = orjson.dumps(content)
    except (orjson.JSONEncodeError, RecursionError) as fault:
        raise InvalidError("/content", "too_deep", "expected fewer levels") from fault
    if len(said) > LONGEST:
        raise InvalidError("/content", "too_large", f"expected at most {LONGEST} bytes")
    changed = {"base": base, "content": said.decode(), "size": len(said), "kept_at": now}
    return _put(step, step.number - 1, changed)


def drop(step: Step, now: int) -> bool:
    """Forget a page's work up to a step: it was saved, taken over or is not wanted."""
    return _put(step, step.number, {**_EMPTY, "kept_at": now})


def kept(subject: Subject, user_id: int) -> list[WorkingCopy]:
    """Return the rows of one person and thing, the newest first, without what they hold."""
    return list(_rows(subject, user_id).defer("content").order_by("-kept_at", "-id"))


def content(subject: Subject, user_id: int, page: str) -> tuple[WorkingCopy, Any] | None:
    """Return the work of one page; ``None`` where it was saved or dropped meanwhile."""
    row = _rows(subject, user_id).filter(page=page, size__gt=0).first()
    return (row, orjson.loads(row.content)) if row else None


@transaction.atomic
def _put(step: Step, most: int, changed: dict[str, Any]) -> bool:
    """Change a page's row to what a step says, unless it has heard of a later one than ``most``."""
    rows = _rows(step.subject, step.user_id)
    row, _ = rows.get_or_create(
        page=step.page,
        defaults={
            "site_id": step.subject.site_id, "user_id": step.user_id,
            "kind": step.subject.kind, "object_id": step.subject.object_id, "kept_at": 0,
        },
    )  # fmt: skip
    done = rows.filter(pk=row.pk, step__lte=most).update(step=step.number, **changed)
    _trim(rows)
    return bool(done)


def _trim(rows: QuerySet[WorkingCopy]) -> None:
    """Let what is oldest give way: work beyond the most there may be, then rows without any."""
    newest = rows.order_by("-kept_at", "-id").values_list("pk", flat=True)
    spared = list(newest.filter(size__gt=0)[:MOST])
    rows.filter(size__gt=0).exclude(pk__in=spared).update(**_EMPTY)
    spared += newest.filter(size=0)[:GONE]
    rows.exclude(pk__in=spared).delete()


def _rows(subject: Subject, user_id: int) -> QuerySet[WorkingCopy]:
    return WorkingCopy.objects.filter(
        user_id=user_id, kind=subject.kind, object_id=subject.object_id
    )
