"""Send a mail to the address a trait holds; what the person said about mail is asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from personalization.segments.actions.registry import Occasion, Parcel, shelf, template
from rules import expect
from rules.errors import InvalidError
from rules.placeholders import Template, render

LONGEST = 65_536
LONGEST_SUBJECT = 200


class Setting(NamedTuple):
    """The trait that holds the address, and the parts with their placeholders parsed."""

    to: str
    subject: Template
    text: Template
    html: Template | None


class Mail:
    """``{"to": "traits.email", "subject": "...", "text": "...", "html": "..."}``."""

    label = "Send a mail"
    settings: Mapping[str, str] = {
        "to": "the trait that holds the address; traits.email unless named",
        "subject": "one line; placeholders are filled in",
        "text": "the mail as plain text; placeholders are filled in",
        "html": "the mail as HTML beside it; what placeholders say is escaped",
    }
    signed = False

    def check(self, settings: Mapping[str, Any], at: str) -> Setting:
        """Return the parts, or raise ``InvalidError``."""
        told = expect.record(settings, at, ("subject", "text"), ("to", "html"))
        to = expect.text(told.get("to", "traits.email"), f"{at}/to", 200)
        if not to.startswith("traits."):
            raise InvalidError(f"{at}/to", "attribute", "expected a trait, like traits.email")
        subject = expect.text(told["subject"], f"{at}/subject", LONGEST_SUBJECT)
        if len(subject.splitlines()) > 1:
            raise InvalidError(f"{at}/subject", "characters", "expected one line")
        text = expect.text(told["text"], f"{at}/text", LONGEST)
        html = told.get("html")
        rich = None if html is None else expect.text(html, f"{at}/html", LONGEST)
        return Setting(
            to,
            template(subject, f"{at}/subject"),
            template(text, f"{at}/text"),
            None if rich is None else template(rich, f"{at}/html", "html"),
        )

    def effect(self, prepared: Setting, occasion: Occasion) -> Parcel:
        """Return the mail; ``InvalidError`` where the trait holds no address."""
        get = occasion.get
        subject = " ".join(render(prepared.subject, get, 1_000).split())[:LONGEST_SUBJECT]
        payload = {
            "to": _address(get(prepared.to)),
            "subject": subject,
            "text": render(prepared.text, get),
        }
        if prepared.html is not None:
            payload["html"] = render(prepared.html, get)
        return Parcel("mail", payload)


def _address(value: object) -> str:
    """Return one mail address: no name beside it, no second one, no line break."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        validate_email(text)
    except ValidationError:
        raise InvalidError("/to", "no_address", "expected a trait that is an address") from None
    return text


shelf.put("mail", Mail())
