"""Stand-ins for the CMSs that sign nothing: a secret of ours in a header, answers by REST."""

import json
from urllib.parse import parse_qs, urlsplit

from cms_adapters.messages import Request
from tests.cms_adapters.vendors import NOW, SECRET, Cms, answered, when


class Headered(Cms):
    """What signs nothing and sends a secret of ours in a header."""

    signs = False
    secret = SECRET

    def sign(self, request, at, secret, message):
        headers = {**request.headers, "x-webhook-token": secret}
        return Request(request.path, headers, request.body)


class Strapi(Headered):
    name, kind, locale = "strapi", "hero", "en"
    options = {"types": "hero:heroes,teaser"}

    def told(self, key, verb, at):
        entry = {
            "id": 2, "documentId": key, "title": "Not to be believed", "body": None,
            "createdAt": when(0), "updatedAt": when(0), "publishedAt": when(0), "locale": "en",
        }  # fmt: skip
        body = {"event": f"entry.{verb}", "createdAt": when(at - NOW), "model": "hero",
                "uid": "api::hero.hero", "entry": entry}  # fmt: skip
        headers = {"x-strapi-event": f"entry.{verb}"}
        return Request("/hooks/1", headers, json.dumps(body).encode())

    def serve(self, call):
        if call.headers.get("authorization") != "Bearer token":
            return answered(self.failed(401, "UnauthorizedError"), 401)
        parts = urlsplit(call.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        plural = parts.path.removeprefix("/api/")
        if plural not in ("heroes", "teasers"):
            return answered(self.failed(404, "NotFoundError"), 404)
        wanted = asked.get("filters[documentId][$eq]")
        told = plural == "heroes" and asked["locale"] in ("en", "*")
        found = sorted(
            key for key, entry in self.entries.items()
            if told and entry["published"] and wanted in (None, key)
        )  # fmt: skip
        size, number = int(asked["pagination[pageSize]"]), int(asked.get("pagination[page]", 1))
        begin, total = (number - 1) * size, len(found)
        pages = {"page": number, "pageSize": size, "pageCount": -(-total // size), "total": total}
        data = [self.document(self.entries[key]) for key in found[begin : begin + size]]
        return answered({"data": data, "meta": {"pagination": pages}})

    def failed(self, status, name):
        error = {"status": status, "name": name, "message": "", "details": {}}
        return {"data": None, "error": error}

    def document(self, entry):
        return {
            "id": 7, "documentId": entry["id"], "title": entry["title"], "body": entry["html"],
            "createdAt": when(0), "updatedAt": when(entry["version"]), "publishedAt": when(1),
            "locale": "en", "localizations": [{"id": 8, "title": "Anders", "locale": "de"}],
            "createdBy": {"email": self.PRIVATE},
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
            body |= {"payload": [key], "keys": [key]}
        else:
            body |= {"keys": [key], "payload": {"title": "Not to be believed"}}
        return Request("/hooks/1", {}, json.dumps(body).encode())

    def serve(self, call):
        if call.headers.get("authorization") != "Bearer token":
            return answered(self.failed("INVALID_CREDENTIALS"), 401)
        parts = urlsplit(call.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        collection = parts.path.removeprefix("/items/")
        if collection not in ("hero", "teaser"):
            return answered(self.failed("FORBIDDEN"), 403)
        wanted = asked.get("filter[id][_eq]")
        if wanted is not None and not wanted.isdecimal():
            return answered(self.failed("INVALID_QUERY"), 400)
        found = sorted(
            (key for key in self.entries if collection == "hero" and wanted in (None, key)), key=int
        )
        begin = (int(asked.get("page", 1)) - 1) * int(asked["limit"])
        shown = [self.item(self.entries[key]) for key in found[begin : begin + int(asked["limit"])]]
        return answered({"data": shown})

    def failed(self, code):
        return {"errors": [{"message": "", "extensions": {"code": code}}]}

    def item(self, entry):
        return {
            "id": int(entry["id"]), "status": "published" if entry["published"] else "draft",
            "date_created": when(0), "date_updated": when(entry["version"]),
            "title": entry["title"], "body": entry["html"], "user_created": self.PRIVATE,
        }  # fmt: skip
