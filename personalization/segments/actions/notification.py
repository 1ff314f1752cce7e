"""Ask for a push notification: a signed request to the service that knows people's devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from personalization.segments.actions import webhook
from personalization.segments.actions.registry import Occasion, Parcel, shelf, template
from rules import expect
from rules.placeholders import Template, render

TYPE = "notification.requested"


class Setting(NamedTuple):
    """The service, and what is to be shown, with placeholders parsed."""

    service: str
    title: Template
    body: Template
    link: Template | None


class Notification:
    """``{"service": "https://...", "title": "...", "body": "...", "link": "https://..."}``."""

    label = "Ask for a push notification"
    settings: Mapping[str, str] = {
        "service": "the push service's address; the request is signed",
        "title": "one line; placeholders are filled in",
        "body": "a sentence or two; placeholders are filled in",
        "link": "where a tap leads, http or https",
    }
    signed = True

    def check(self, settings: Mapping[str, Any], at: str) -> Setting:
        """Return the parts, or raise ``InvalidError``."""
        told = expect.record(settings, at, ("service", "title", "body"), ("link",))
        title = template(expect.text(told["title"], f"{at}/title", 200), f"{at}/title")
        body = template(expect.text(told["body"], f"{at}/body", 2_000), f"{at}/body")
        link = told.get("link")
        where = None
        if link is not None:
            where = template(expect.text(link, f"{at}/link"), f"{at}/link", "url")
        return Setting(webhook.url(told["service"], f"{at}/service"), title, body, where)

    def effect(self, prepared: Setting, occasion: Occasion) -> Parcel:
        """Return the request; whom it is for is said by the ids the site knows them by."""
        get = occasion.get
        shown = {
            "title": render(prepared.title, get, 500),
            "body": render(prepared.body, get, 4_000),
        }
        if prepared.link is not None:
            shown["link"] = render(prepared.link, get, 2_048)
        data = {**occasion.subject, "notification": shown}
        return Parcel(
            "webhook", {"url": prepared.service, "body": webhook.body(occasion, TYPE, data)}
        )


shelf.put("notification", Notification())
