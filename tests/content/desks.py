"""Editors of real CMSs that run elsewhere: they write, publish and take back by the CMS's own API.

``LIVE_STRAPI`` and ``LIVE_DIRECTUS`` are addresses, ``LIVE_EDITOR`` is ``mail:password`` of one who
may do everything: what ``deploy/strapi`` and ``deploy/directus`` start.
"""

from __future__ import annotations

import json
import os
import secrets
import urllib.error
import urllib.request
from typing import Any

from cms_adapters.messages import Source
from tests.cms_adapters.vendors import SECRET

PRIVATE = "ann@newsroom.example"
NONE = 204


class Desk:
    """What every desk has: its CMS's address, an editor who is logged in, a token that reads."""

    name, kind, options = "", "hero", {"html": "body"}
    locales: tuple[str, ...] = ("",)

    def __init__(self, url: str) -> None:
        self.url = url
        self.mail, _, self.password = os.environ["LIVE_EDITOR"].partition(":")
        self.word = secrets.token_hex(4)
        """Stands in every title of this run, so that what others wrote is told apart."""
        self.session = ""
        self.session, self.token = self.logged_in()
        self.source = Source(url, self.token, (SECRET,), self.options)

    def logged_in(self) -> tuple[str, str]:
        raise AssertionError(self.name)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the CMS as the editor; what it refuses is an error."""
        headers = {"content-type": "application/json"}
        if self.session:
            headers["authorization"] = f"Bearer {self.session}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                told = answer.read()
        except urllib.error.HTTPError as fault:
            raise AssertionError(f"{method} {path}: {fault.code} {fault.read()!r}") from fault
        return json.loads(told) if told else None


class Strapi(Desk):
    """Strapi 5: an administrator's session, a token for reading made anew."""

    name, locales = "strapi", ("en", "de")
    options = {"types": "hero:heroes,teaser", "html": "body"}
    broken = {"types": "hero:heros", "html": "body"}
    documents = "/content-manager/collection-types/api::hero.hero"

    def logged_in(self) -> tuple[str, str]:
        said = {"email": self.mail, "password": self.password}
        self.session = self.call("POST", "/admin/login", said)["data"]["token"]
        wanted = {"name": self.word, "description": "", "type": "read-only", "lifespan": None}
        return self.session, self.call("POST", "/admin/api-tokens", wanted)["data"]["accessKey"]

    def hook(self, address: str) -> None:
        """Tell the CMS where its hooks go, as an administrator does."""
        events = [f"entry.{verb}" for verb in "create update delete publish unpublish".split()]  # noqa: SIM905
        said = {"name": self.word, "url": address, "headers": {"X-Webhook-Token": SECRET}}
        made = self.call("POST", "/admin/webhooks", {**said, "events": events})
        self.hooked = f"/admin/webhooks/{made['data']['id']}"

    def unhook(self) -> None:
        self.call("DELETE", self.hooked)

    def create(self, title: str, body: str = "", locale: str = "en") -> str:
        said = {"title": title, "body": body, "note": PRIVATE}
        told = self.call("POST", f"{self.documents}?locale={locale}", said)
        return str(told["data"]["documentId"])

    def write(self, key: str, title: str, locale: str = "en") -> None:
        self.call("PUT", f"{self.documents}/{key}?locale={locale}", {"title": title})

    def publish(self, key: str, locale: str = "en") -> None:
        self.call("POST", f"{self.documents}/{key}/actions/publish?locale={locale}", {})

    def unpublish(self, key: str, locale: str = "en") -> None:
        self.call("POST", f"{self.documents}/{key}/actions/unpublish?locale={locale}", {})

    def delete(self, key: str, locale: str = "*") -> None:
        self.call("DELETE", f"{self.documents}/{key}?locale={locale}")


class Directus(Desk):
    """Directus 11: an administrator; a collection, a reader who may not see all of it, a flow."""

    name = "directus"
    options = {"types": "hero", "html": "body"}
    broken = {"types": "heros", "html": "body"}
    shown = ("id", "status", "title", "body", "date_created", "date_updated")

    def logged_in(self) -> tuple[str, str]:
        said = {"email": self.mail, "password": self.password}
        self.session = self.call("POST", "/auth/login", said)["data"]["access_token"]
        if "hero" not in [one["collection"] for one in self.call("GET", "/collections")["data"]]:
            self.found()
        token = secrets.token_urlsafe(32)
        right = {"collection": "hero", "action": "read", "fields": list(self.shown)}
        policy = {"name": self.word, "permissions": {"create": [right], "update": [], "delete": []}}
        made = self.call("POST", "/policies", policy)["data"]["id"]
        policies = {"create": [{"policy": made}], "update": [], "delete": []}
        reader = {"email": f"{self.word}@example.com", "token": token, "policies": policies}
        self.call("POST", "/users", reader)
        return self.session, token

    def found(self) -> None:
        """Make the collection, with the fields that Directus itself keeps."""
        number = {"field": "id", "type": "integer", "meta": {"hidden": True},
                  "schema": {"is_primary_key": True, "has_auto_increment": True}}  # fmt: skip
        texts = [{"field": one, "type": "text", "meta": {}, "schema": {}}
                 for one in ("status", "title", "body", "note")]  # fmt: skip
        kept = [
            {"field": f"date_{one}", "type": "timestamp", "meta": {"special": [f"date-{one}"]},
             "schema": {}} for one in ("created", "updated")
        ]  # fmt: skip
        who = [{"field": "user_created", "type": "uuid", "meta": {"special": ["user-created"]}}]
        fields = [number, *texts, *kept, *who]
        said = {"collection": "hero", "fields": fields, "schema": {}, "meta": {}}
        self.call("POST", "/collections", said)

    def hook(self, address: str) -> None:
        """Make the flow of the documentation."""
        scope = [f"items.{verb}" for verb in ("create", "update", "delete")]
        trigger = {"type": "action", "scope": scope, "collections": ["hero"]}
        said = {"name": self.word, "trigger": "event", "status": "active", "options": trigger}
        self.hooked = self.call("POST", "/flows", said)["data"]["id"]
        headers = [{"header": "X-Webhook-Token", "value": SECRET}]
        asks = {"method": "POST", "url": address, "headers": headers, "body": "{{$trigger}}"}
        step = {"flow": self.hooked, "key": "tell", "type": "request", "name": "Tell",
                "position_x": 20, "position_y": 1, "options": asks}  # fmt: skip
        made = self.call("POST", "/operations", step)["data"]["id"]
        self.call("PATCH", f"/flows/{self.hooked}", {"operation": made})

    def unhook(self) -> None:
        self.call("DELETE", f"/flows/{self.hooked}")

    def create(self, title: str, body: str = "", locale: str = "") -> str:
        said = {"title": title, "body": body, "status": "draft", "note": PRIVATE}
        return str(self.call("POST", "/items/hero", said)["data"]["id"])

    def write(self, key: str, title: str, locale: str = "") -> None:
        self.call("PATCH", f"/items/hero/{key}", {"title": title})

    def publish(self, key: str, locale: str = "") -> None:
        self.call("PATCH", f"/items/hero/{key}", {"status": "published"})

    def unpublish(self, key: str, locale: str = "") -> None:
        self.call("PATCH", f"/items/hero/{key}", {"status": "draft"})

    def delete(self, key: str, locale: str = "") -> None:
        self.call("DELETE", f"/items/hero/{key}")


DESKS = {"LIVE_STRAPI": Strapi, "LIVE_DIRECTUS": Directus}
