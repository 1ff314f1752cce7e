"""Stand-ins for the CMSs that sign nothing: a secret of ours in a header, answers by REST."""

import json
from urllib.parse import parse_qs, unquote, urlsplit

from cms_adapters.messages import Request
from tests.cms_adapters.vendors import NOW, SECRET, Cms, answered, when


class Headered(Cms):
    """What signs nothing and sends a secret of ours in a header."""

    signs = False
    secret = SECRET

    def sign(self, request, at, secret, message):
        return Request(request.path, {"x-webhook-token": secret}, request.body)


class Strapi(Headered):
    name, kind, locale = "strapi", "hero", "en"
    options = {"types": "hero:heroes,teaser", "locales": "en"}

    def told(self, key, verb, at):
        entry = {"id": 2, "documentId": key, "title": "Not to be believed", "locale": "en"}
        body = {"event": f"entry.{verb}", "createdAt": when(at - NOW), "model": "hero",
                "uid": "api::hero.hero", "entry": entry}  # fmt: skip
        return Request("/hooks/1", {}, json.dumps(body).encode())

    def serve(self, call):
        if call.headers.get("authorization") != "Bearer token":
            return answered({"data": None, "error": {"status": 401}}, 401)
        parts = urlsplit(call.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        plural, _, key = parts.path.removeprefix("/api/").partition("/")
        if key:
            entry = self.entries.get(key)
            if plural != "heroes" or entry is None or not entry["published"]:
                return answered({"data": None, "error": {"status": 404}}, 404)
            return answered({"data": self.document(entry), "meta": {}})
        found = sorted(self.entries) if plural == "heroes" else []
        size, number = int(asked["pagination[pageSize]"]), int(asked["pagination[page]"])
        begin = (number - 1) * size
        pages = {"page": number, "pageSize": size, "pageCount": -(-len(found) // size)}
        data = [self.document(self.entries[key]) for key in found[begin : begin + size]]
        return answered({"data": data, "meta": {"pagination": pages}})

    def document(self, entry):
        return {
            "id": 7, "documentId": entry["id"], "title": entry["title"], "body": entry["html"],
            "createdAt": when(0), "updatedAt": when(entry["version"]), "publishedAt": when(1),
            "locale": "en", "createdBy": {"email": self.PRIVATE},
        }  # fmt: skip


class Directus(Headered):
    name, kind = "directus", "hero"
    options = {"types": "hero,teaser", "html": "body"}

    def key(self, number):
        return str(number)

    def told(self, key, verb, at):
        event = {"publish": "update", "unpublish": "update", "delete": "delete"}[verb]
        body = {"event": f"hero.items.{event}", "collection": "hero"}
        if event == "delete":
            body["payload"] = [key]
        else:
            body |= {"keys": [key], "payload": {"title": "Not to be believed"}}
        return Request("/hooks/1", {}, json.dumps(body).encode())

    def serve(self, call):
        if call.headers.get("authorization") != "Bearer token":
            return answered({"errors": [{"extensions": {"code": "INVALID_TOKEN"}}]}, 401)
        parts = urlsplit(call.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        collection, _, key = parts.path.removeprefix("/items/").partition("/")
        if key:
            entry = self.entries.get(unquote(key))
            if entry is None:
                return answered({"errors": [{"extensions": {"code": "FORBIDDEN"}}]}, 403)
            return answered({"data": self.item(entry)})
        found = sorted(self.entries, key=int) if collection == "hero" else []
        begin = (int(asked["page"]) - 1) * int(asked["limit"])
        shown = [self.item(self.entries[key]) for key in found[begin : begin + int(asked["limit"])]]
        return answered({"data": shown})

    def item(self, entry):
        return {
            "id": int(entry["id"]), "status": "published" if entry["published"] else "draft",
            "date_created": when(0), "date_updated": when(entry["version"]),
            "title": entry["title"], "body": entry["html"], "user_created": self.PRIVATE,
        }  # fmt: skip
