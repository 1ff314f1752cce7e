"""A channel: a subscription in a token, for event streams, which carry neither key nor body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from personalization.api import wire
from personalization.api.question import Question
from personalization.sites import keys, signing, tokens
from personalization.sites.keys import Access
from personalization.sites.tokens import Channel

PURPOSE = "channel tokens"
OFREP = "ofrep"
"""What ``channel`` says where the stream shall speak OpenFeature's remote protocol."""
REMEMBERED = ("context", "locale", "speaks", "cursor", "preview", "token", "anonymousId")
"""What an OpenFeature client cannot say again when it opens the stream."""
ALWAYS = ("preview", "token", "anonymousId")
"""What of the question is part of who listens: nobody else may say it in their place."""
BESIDE = ("locale", "context", "cursor", "touch")
"""What an address may say beside a channel: nothing of whom or what it is for."""
LARGEST = 6_000
"""Bytes that fit into an address; with more there is no channel."""


def mint(access: Access, asked: Mapping[str, Any], asks: Question, cursor: str, now: int) -> str:
    """Return a channel for whom and what was asked; nothing where it cannot be one."""
    if asks.subject is None:
        return ""
    names = REMEMBERED if asked["channel"] == OFREP else ALWAYS
    said = {**asked, "speaks": OFREP, "cursor": cursor}
    known = {name: said[name] for name in names if said.get(name)}
    text = orjson.dumps(known).decode()
    if len(text) > LARGEST:
        return ""
    sealed = signing.seal(text) if known else ""
    secret, site = signing.derived(PURPOSE), asks.visitor.site.site
    wanted = tuple(str(slot) for slot in asked["slots"])
    channel = Channel(access.key_id, *asks.subject, wanted, sealed)
    return tokens.mint_channel(secret, site, channel, now)


def read(message: Mapping[str, Any], token: str, now: int) -> tuple[dict[str, Any], Access]:
    """Return the subscription a token stands for, in the name of the key that minted it.

    ``message`` is what the address says beside it. Whoever holds a channel is taken for a browser.
    """
    site = tokens.site_of(token)
    found = tokens.verify_channel(token, signing.derived(PURPOSE), site, now) if site else None
    access = keys.ring.of(found.key_id) if found else None
    if found is None or access is None:
        raise wire.Refused(401, "channel", "expected a live channel token")
    name = "userId" if found.kind == "user" else "anonymousId"
    known = orjson.loads(signing.opened(found.sealed) or "{}") if found.sealed else {}
    said = {word: message[word] for word in BESIDE if message.get(word)}
    fixed = {"slots": list(found.slots), name: found.value, "channel": True}
    return {**known, **said, **fixed}, access
