"""Write down that entries changed, in the editor's own transaction; the sending is another's."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import DatabaseError, transaction
from django.utils import timezone

from personalization_client import connection
from personalization_client.models import Entry, Notice
from personalization_client.sender import sender

log = logging.getLogger(__name__)
PUBLISHED, UNPUBLISHED, DELETED = "content.published", "content.unpublished", "content.deleted"
WHOLE = 1_000_000


@dataclass(frozen=True)
class Name:
    """What an entry is called outside: the three together are one entry."""

    kind: str
    external_id: str
    locale: str = ""


def record(verb: str, names: Iterable[Name], host: str = "") -> None:
    """Record a change of entries and what the server is to hear of it.

    Told with the commit, or not at all. A fault here is logged: it never stops an editor, and the
    server's own periodic reading finds what it was not told.
    """
    try:
        with transaction.atomic():
            _write(verb, set(names), connection.of(host))
    except DatabaseError:
        log.exception("a change of content was not recorded")
        return
    transaction.on_commit(sender.wake)


def version_of(at: datetime | None) -> int:
    """Return the version of an entry nothing was recorded of: when it was published last."""
    return int(at.timestamp() * WHOLE) if at else 0


def _write(verb: str, names: set[Name], to: connection.Connection) -> None:
    now = timezone.now()
    for name in sorted(names, key=str):
        fields = {"kind": name.kind, "external_id": name.external_id, "locale": name.locale}
        said = {"version": 0, "published": False, "changed_at": now}
        Entry.objects.get_or_create(**fields, defaults=said)
        entry = Entry.objects.select_for_update().get(**fields)
        entry.version = max(entry.version + 1, version_of(now))
        entry.published = verb == PUBLISHED
        entry.changed_at = now
        entry.save()
        if to.tells:
            Notice.objects.create(
                message=f"msg_{uuid4().hex}",
                host=to.host,
                body=_body(verb, name, now),
                written_at=now,
                due_at=now,
            )


def _body(verb: str, name: Name, now: datetime) -> str:
    data = {"id": name.external_id, "kind": name.kind, "locale": name.locale}
    told = {"type": verb, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(told)
