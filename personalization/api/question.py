"""A question for decisions, read from the wire: whose, for which slots, in which context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from personalization.api.wire import Refused
from personalization.content.catalogue import chain
from personalization.decisions.current import Compiled
from personalization.features.known import Request
from personalization.features.snapshot import Who
from personalization.flows.decision import Visitor
from personalization.plant import json
from personalization.sites import signing, tokens
from personalization.sites.keys import Access
from personalization.sites.naming import identity_hex

LIMITS = json.Limits(size=64 * 1024, depth=16, keys=2_000)
"""What one question may cost."""
SLOTS = 50
EVERY = ["*"]
"""In place of slot keys: all that the site has."""
YES = ("1", "true")
LONGEST = 256
"""Characters of the longest id, slot key or locale."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, checked; ``subject`` is the id that is answered for."""

    visitor: Visitor
    slots: list[str]
    subject: tuple[str, str] | None
    degraded: tuple[str, ...] = ()
    expires_at: int | None = None


def of(
    access: Access, site: Compiled, asked: Mapping[str, Any], given: Mapping[bytes, bytes], now: int
) -> Question:
    """Return the question, or raise ``Refused`` naming the field that cannot be taken."""
    slots = list(site.slots) if asked.get("slots") == EVERY else _slots(asked.get("slots"))
    context = _object(asked, "context")
    locale = _text(asked, "locale") or ""
    segments = asked.get("segments")
    subject, degraded, expires_at = _subject(access, site, asked, now)
    who = None
    if subject is not None:
        kind, value = subject
        known = kind == "user" or site.trusts_claims
        who = Who(site.site, identity_hex(site.site, kind, value), known)
    visitor = Visitor(
        site=site,
        who=None if segments is not None else who,
        unit=asked.get("anonymousId") or (subject[1] if subject else ""),
        locales=site.chain(locale, chain),
        request=_request(context, locale, given),
        segments=None if segments is None else _segments(access, segments),
    )
    return Question(visitor, slots, subject, degraded, expires_at)


def from_query(query: bytes) -> dict[str, Any]:
    """Return the question in query parameters: slots and segments with commas, context as JSON."""
    asked: dict[str, Any] = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    for name in ("slots", "segments"):
        if name in asked:
            asked[name] = [part for part in asked[name].split(",") if part]
    if "context" in asked:
        asked["context"] = parsed(asked["context"].encode())
    asked["explain"] = asked.get("explain") in YES
    if asked.get("channel") in YES:
        asked["channel"] = True
    return asked


def parsed(body: bytes) -> Any:
    """Return a body's JSON; 400 for what is none."""
    try:
        return json.parse(body, LIMITS)
    except json.Malformed as fault:
        raise Refused(400, fault.code, fault.message, fault.at) from None


def _subject(
    access: Access, site: Compiled, asked: Mapping[str, Any], now: int
) -> tuple[tuple[str, str] | None, tuple[str, ...], int | None]:
    """Return who may be answered for, and until when; for a user a browser needs a token."""
    user, device = _text(asked, "userId"), _text(asked, "anonymousId")
    token = _text(asked, "token", tokens.LARGEST)
    if not access.public:
        return (("user", user) if user else ("anonymous", device) if device else None), (), None
    vouched = vouched_for(site, token, now, "decide") if token else None
    if vouched and user in (None, vouched.user_id):
        return ("user", vouched.user_id), (), vouched.expires_at
    return (("anonymous", device) if device else None), (("token",) if token else ()), None


def vouched_for(site: Compiled, token: str, now: int, scope: str) -> tokens.Subject | None:
    """Return whom a subject token of the site speaks for, ``None`` for a bad one."""
    secret = signing.opened(site.signing) if site.signing else None
    subject = tokens.verify(token, secret, site.slug, now) if secret else None
    return subject if subject and subject.may(scope) else None


def _request(context: Mapping[str, Any], locale: str, given: Mapping[bytes, bytes]) -> Request:
    if locale and "locale" not in context:
        context = {**context, "locale": locale}
    consent = context.get("consent")
    said = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    words = said.items() if isinstance(said, dict) else ()
    own = {str(purpose): word for purpose, word in words if isinstance(word, bool)}
    return Request(context, own, given.get(b"sec-gpc") == b"1")


def _slots(raw: Any) -> list[str]:
    if not isinstance(raw, list) or not 0 < len(raw) <= SLOTS:
        raise Refused(422, "slots", f"expected a list of 1 to {SLOTS} slots", "/slots")
    for number, slot in enumerate(raw):
        if not isinstance(slot, str) or len(slot) > LONGEST:
            raise Refused(422, "slots", "expected a slot's key", f"/slots/{number}")
    return list(dict.fromkeys(raw))


def _segments(access: Access, raw: Any) -> frozenset[str]:
    if access.public:
        raise Refused(403, "key", "segments in place of a visitor need a secret key", "/segments")
    if not isinstance(raw, list) or not all(isinstance(name, str) for name in raw):
        raise Refused(422, "segments", "expected a list of segment names", "/segments")
    return frozenset(raw)


def _text(asked: Mapping[str, Any], name: str, longest: int = LONGEST) -> str | None:
    value = asked.get(name)
    if value is None or (isinstance(value, str) and len(value) <= longest):
        return value or None
    raise Refused(422, "type", f"expected a string of at most {longest} characters", f"/{name}")


def _object(asked: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = asked.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(422, "type", "expected an object", f"/{name}")
    return value
