"""Endpoints: who is told of a site's news, under which conditions, and how they fare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from django.db.models import F

from personalization.plant import sql
from personalization.plant.instants import SECOND, to_text
from personalization.push import coalescing, deliveries, http, secrets
from personalization.push.deliveries import Draft
from personalization.push.models import LANE, Delivery, Endpoint
from personalization.push.news import MOVES, PING, TYPES, Item
from personalization.push.registry import Load, Outcome
from rules.errors import InvalidError

WINDOW = SECOND
"""So long site-wide news of one type are gathered before they leave as one."""
GONE = "410 Gone"
MOST_TYPES = 20
MOVED = """
UPDATE push_delivery SET payload = jsonb_set(payload, '{url}', to_jsonb(%b::text))
WHERE lane = %s AND state <> 'done'
"""


def of_lane(text: str) -> Endpoint | None:
    """Return the endpoint whose lane it is."""
    kind, _, number = text.partition(":")
    ours = kind == LANE and number.isdigit()
    return Endpoint.objects.filter(pk=int(number)).first() if ours else None


def check(url: str, types: object) -> None:
    """Raise ``InvalidError`` where an endpoint could not be told: a bad URL, an unknown type."""
    if wrong := http.fault(url):
        raise InvalidError("/url", "url", wrong)
    if not isinstance(types, list) or len(types) > MOST_TYPES:
        raise InvalidError("/types", "type", f"expected a list of at most {MOST_TYPES} types")
    for number, wanted in enumerate(types):
        if not isinstance(wanted, str) or not any(fits(wanted, kind) for kind in TYPES):
            known = ", ".join(TYPES)
            raise InvalidError(f"/types/{number}", "value", f"expected a type out of {known}")


def fits(wanted: str, kind: str) -> bool:
    """Return whether a type is the one that is wanted, or of its family.

    >>> fits("segment.*", "segment.changed"), fits("segment", "segment.changed")
    (True, False)
    """
    return wanted in ("*", kind) or (wanted.endswith(".*") and kind.startswith(wanted[:-1]))


def wants(endpoint: Endpoint, kind: str) -> bool:
    """Return whether an endpoint is told of a type: it asked for it, and may know of it."""
    if kind in MOVES and not endpoint.sees_subjects:
        return False
    return kind == PING or not endpoint.types or any(fits(w, kind) for w in endpoint.types)


def post(site: int, items: Sequence[Item], now: int) -> None:
    """Let every endpoint of the site be told: each move for itself, the rest gathered."""
    for endpoint in Endpoint.objects.filter(site_id=site, enabled=True).order_by("pk"):
        wanted = [item for item in items if wants(endpoint, item.type)]
        moves = [item for item in wanted if item.type in MOVES]
        deliveries.write(site, [_draft(endpoint, item) for item in moves], now)
        for draft in _gathered(endpoint, wanted):
            word = f"{draft.lane} {draft.payload['body']['type']}"
            deliveries.merge(site, draft, word, coalescing.payloads, (now, now + WINDOW))


def _draft(endpoint: Endpoint, item: Item) -> Draft:
    key = f"evt_{endpoint.site_id}_{item.number}_{endpoint.pk}"
    payload = {"url": endpoint.url, "body": item.envelope()}
    return Draft(key, endpoint.lane, "webhook", payload)


def _gathered(endpoint: Endpoint, items: Iterable[Item]) -> list[Draft]:
    """Return site-wide news as one draft for each type."""
    found: dict[str, Draft] = {}
    for item in items:
        if item.type not in MOVES:
            draft, before = _draft(endpoint, item), found.get(item.type)
            if before is not None:
                draft = before._replace(payload=coalescing.payloads(before.payload, draft.payload))
            found[item.type] = draft
    return list(found.values())


def ping(endpoint: Endpoint, now: int) -> str:
    """Let an endpoint be asked whether it hears, even one that is off; return the message's id."""
    body = coalescing.envelope(PING, to_text(now), coalescing.thin(0, "test"))
    key = f"ping_{endpoint.pk}_{now}"
    draft = Draft(key, endpoint.lane, "webhook", {"url": endpoint.url, "body": body})
    deliveries.write(endpoint.site_id, [draft], now)
    return key


def replay(endpoint: Endpoint, items: Sequence[Item], now: int) -> int:
    """Let an endpoint be told of these news once more; return how many deliveries wait for that.

    A move leaves under the id it had; gathered news leave under a new one, for no receiver has seen
    just these together.
    """
    wanted = [item for item in items if wants(endpoint, item.type)]
    moves = [_draft(endpoint, item) for item in wanted if item.type in MOVES]
    known = Delivery.objects.filter(key__in=[draft.key for draft in moves])
    deliveries.replay(known.values_list("pk", flat=True), now)
    gathered = _gathered(endpoint, wanted)
    span = f"{wanted[0].number} {wanted[-1].number} {now}" if wanted else ""
    named = [draft._replace(key=_again(draft, span)) for draft in gathered]
    deliveries.write(endpoint.site_id, [*moves, *named], now)
    return len(moves) + len(named)


def _again(draft: Draft, span: str) -> str:
    said = f"{draft.lane} {draft.payload['body']['type']} {span}"
    return "rpl_" + blake2b(said.encode(), digest_size=16).hexdigest()


def save(endpoint: Endpoint, now: int) -> str:
    """Store an endpoint; return the secret of a new one, to be shown once.

    What has not arrived yet goes to the address it has now; switched on, it begins anew.
    """
    fresh = endpoint.pk is None
    if endpoint.enabled:
        endpoint.disabled_because = ""
    endpoint.save()
    if fresh:
        return secrets.renew(endpoint.lane, now)
    sql.run(MOVED, [endpoint.url, endpoint.lane])
    return ""


def permitted(load: Load, endpoint: Endpoint | None) -> bool:
    """Return whether a delivery may leave: the endpoint is on and may know; a ping always may."""
    if endpoint is None:
        return False
    kind = load.payload["body"]["type"]
    return kind == PING or (endpoint.enabled and (kind not in MOVES or endpoint.sees_subjects))


def fared(endpoint: Endpoint, outcome: Outcome, now: int) -> bool:
    """Write down how an endpoint fared; return whether it was switched off for being gone."""
    if outcome.state == Delivery.State.DROPPED:
        return False
    rows = Endpoint.objects.filter(pk=endpoint.pk)
    if outcome.state == Delivery.State.DONE:
        rows.update(last_success=now, failures=0)
        return False
    rows.update(last_failure=now, failures=F("failures") + 1)
    off: dict[str, Any] = {"enabled": False, "disabled_because": GONE}
    return outcome.error == "gone" and bool(rows.filter(enabled=True).update(**off))


def forget(numbers: Iterable[tuple[int, int]]) -> None:
    """Take back what is on its way of news, named by site and number, that are forgotten."""
    named = list(numbers)
    rows = Endpoint.objects.filter(site_id__in={site for site, _ in named})
    held = [(endpoint.site_id, endpoint.pk) for endpoint in rows]
    keys = [f"evt_{s}_{n}_{pk}" for s, n in named for site, pk in held if site == s]
    deliveries.forget(keys)
