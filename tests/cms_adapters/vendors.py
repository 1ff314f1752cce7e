"""Small stand-ins for CMSs that cannot run here, answering in the shapes of the real ones."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from standardwebhooks.webhooks import Webhook

from cms_adapters.messages import Request, Response, Source

NOW = 1_795_240_800
"""Seconds: 2026-11-21T06:00:00Z."""
SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four b").decode()
OTHER = "whsec_" + base64.b64encode(b"another of twenty-four by").decode()
EACH = 100


def when(version):
    """Return the instant a version was written, as an ISO text with Z."""
    moment = datetime.fromtimestamp(NOW + version, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Cms:
    """Entries by id: version, title, html, published, one locale each where there are locales.

    A kind of CMS tells what happened (``told``), signs it (``sign``) and answers calls (``serve``).
    """

    name = ""
    url = "https://cms.example"
    locale = ""
    kind = ""
    options = {}
    signs = True
    PRIVATE = "ann@newsroom.example"
    """What a CMS says of its own people; it is nobody's business here."""

    def __init__(self):
        self.entries = {}
        self.source = Source(self.url, "token", (SECRET,), self.options)

    def put(self, key, version, title="A title", html="<p>Body</p>", published=True):
        self.entries[key] = {
            "id": key, "version": version, "title": title, "html": html, "published": published,
        }  # fmt: skip

    def hint(self, key, verb="publish", at=NOW, secret=SECRET, message="m1"):
        """Return the webhook this CMS sends when something happened to an entry."""
        return self.sign(self.told(key, verb, at), at, secret, message)

    def key(self, number):
        return f"e{number}"


def answered(body, status=200, **headers):
    return Response(status, json.dumps(body).encode(), headers)


class Signed(Cms):
    """What signs with Standard Webhooks: the published Python library is the signer."""

    content = "/personalization/content/"
    kind = "article"

    def told(self, key, verb, at):
        words = {"publish": "published", "unpublish": "unpublished", "delete": "deleted"}
        data = {"id": key, "kind": self.kind, "locale": self.locale}
        body = {"type": f"content.{words[verb]}", "timestamp": when(0), "data": data}
        return Request("/hooks/1", {}, json.dumps(body).encode())

    def sign(self, request, at, secret, message):
        moment = datetime.fromtimestamp(at, UTC)
        signature = Webhook(secret).sign(message, moment, request.body.decode())
        headers = {
            "webhook-id": message, "webhook-timestamp": str(at), "webhook-signature": signature,
        }  # fmt: skip
        return Request(request.path, headers, request.body)

    def serve(self, call):
        if call.headers.get("authorization") != "Bearer token":
            return answered({"error": "no"}, 401)
        parts = urlsplit(call.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        key = unquote(parts.path.removeprefix(self.content))
        if key:
            entry = self.entries.get(key)
            return answered({"items": [self.item(entry)]}) if entry else answered({}, 404)
        begin, size = int(asked.get("cursor", 0)), int(asked["limit"])
        keys = sorted(self.entries)
        more = {"next": str(begin + size)} if begin + size < len(keys) else {}
        items = [self.item(self.entries[key]) for key in keys[begin : begin + size]]
        return answered({"items": items, **more})

    def item(self, entry):
        said = {**entry, "kind": self.kind, "locale": self.locale, "fields": {"lead": "Read me"}}
        return {**said, "author": self.PRIVATE}


class Standard(Signed):
    name = "standard"
    content = "/exports/content/"
    options = {"content": "/exports/content"}


class Wagtail(Signed):
    name, kind, locale = "wagtail", "home.HomePage", "en"


class DjangoCMS(Signed):
    name, kind, locale = "djangocms", "page", "de"


class Drupal(Signed):
    name, kind, locale = "drupal", "node.article", "und"


class WordPress(Signed):
    """Its REST API: posts by number, rendered parts, the number of pages in a header."""

    name, kind = "wordpress", "posts"
    options = {"types": "posts,pages"}

    def __init__(self):
        super().__init__()
        self.source = Source(self.url, "user:pass word", (SECRET,), self.options)

    def key(self, number):
        return str(number)

    def serve(self, call):
        if (
            base64.b64decode(call.headers["authorization"].removeprefix("Basic "))
            != b"user:pass word"
        ):
            return answered({"code": "incorrect_password"}, 401)
        parts = urlsplit(call.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        kind, _, key = parts.path.removeprefix("/wp-json/wp/v2/").partition("/")
        if key:
            entry = self.entries.get(key)
            if entry is None:
                return answered({"code": "rest_post_invalid_id"}, 404)
            if not entry["published"]:
                return answered({"code": "rest_forbidden"}, 401)
            return answered(self.post(entry))
        found = sorted(self.entries, key=int) if kind == "posts" else []
        begin = (int(asked["page"]) - 1) * int(asked["per_page"])
        shown = [self.post(self.entries[k]) for k in found[begin : begin + int(asked["per_page"])]]
        pages = -(-len(found) // int(asked["per_page"]))
        return answered(shown, **{"x-wp-totalpages": str(pages)})

    def post(self, entry):
        return {
            "id": int(entry["id"]), "type": "post", "status": "publish", "slug": "a",
            "link": f"https://cms.example/?p={entry['id']}",
            "modified_gmt": when(entry["version"]).removesuffix(".000Z"),
            "title": {"rendered": entry["title"].replace("&", "&#038;")},
            "content": {"rendered": entry["html"], "protected": False},
            "excerpt": {"rendered": "<p>Read me</p>"}, "meta": {"lead": "Read me"},
            "author": self.PRIVATE,
        }  # fmt: skip


class Contentful(Cms):
    """Its delivery and sync APIs; signing is written anew, the vendor's own tried in node."""

    name, kind, locale = "contentful", "hero", "en-US"
    url = "https://cdn.contentful.com"
    options = {"space": "sp1", "html": "body", "title": "title"}
    place = "/spaces/sp1/environments/master"

    def told(self, key, verb, at):
        body = {"sys": self.about(key, 0), "fields": {}}
        headers = {"x-contentful-topic": f"ContentManagement.Entry.{verb}"}
        return Request("/hooks/1", headers, json.dumps(body).encode())

    def sign(self, request, at, secret, message):
        stamp = {"x-contentful-timestamp": str(at * 1000)}
        names = "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic"
        headers = {**request.headers, **stamp, "x-contentful-signed-headers": names}
        signed = ";".join(f"{name}:{headers[name]}" for name in sorted(names.split(",")))
        said = f"POST\n{request.path}\n{signed}\n{request.body.decode()}"
        headers["x-contentful-signature"] = hmac.new(
            secret.encode(), said.encode(), hashlib.sha256
        ).hexdigest()
        headers["x-contentful-idempotency-key"] = message
        return Request(request.path, headers, request.body)

    def about(self, key, version):
        return {
            "id": key, "type": "Entry", "revision": version, "updatedAt": when(version),
            "contentType": {"sys": {"type": "Link", "id": "hero"}},
            "createdBy": self.PRIVATE,
        }  # fmt: skip

    def entry(self, entry):
        fields = {"title": {"en-US": entry["title"]}, "body": {"en-US": entry["html"]}}
        return {"sys": self.about(entry["id"], entry["version"]), "fields": fields}

    def serve(self, call):
        if call.headers.get("authorization") != "Bearer token":
            return answered({"sys": {"type": "Error", "id": "AccessTokenInvalid"}}, 401)
        parts = urlsplit(call.url)
        path = parts.path.removeprefix(self.place)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if path.startswith("/entries/"):
            entry = self.entries.get(unquote(path.removeprefix("/entries/")))
            if entry is None or not entry["published"]:
                return answered({"sys": {"type": "Error", "id": "NotFound"}}, 404)
            return answered(self.entry(entry))
        if path == "/entries":
            found = [
                self.entry(one) for one in self.entries.values() if one["id"] == asked["sys.id"]
            ]
            return answered({"sys": {"type": "Array"}, "total": len(found), "items": found})
        begin = int(asked.get("sync_token", 0))
        keys = sorted(self.entries)
        items = [self.entry(self.entries[key]) for key in keys[begin : begin + EACH]]
        name = "nextPageUrl" if begin + EACH < len(keys) else "nextSyncUrl"
        address = f"{self.url}{self.place}/sync?sync_token={begin + EACH}"
        return answered({"sys": {"type": "Array"}, "items": items, name: address})
