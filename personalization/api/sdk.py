"""The page's client: its files under their hashes for ever, the present ones under their names."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256, sha384
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_safe

from personalization.plant import places

FOLDER = places.ROOT / "cms_adapters" / "browser" / "dist"
SCRIPTS = ("personalize", "capture")
"""What a page includes."""
PARTS = ("live", "templates")
"""What a script fetches from beside itself when it is needed."""
SHORT, FOREVER = "public, max-age=60", "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Build:
    """One file of the client as it is served."""

    body: bytes
    hash: str
    integrity: str

    @property
    def url(self) -> str:
        """Return the address that never has another content."""
        return f"/sdk/{self.hash}.js"


@cache
def built(name: str = SCRIPTS[0]) -> Build:
    """Return a file of the build that lies in the repository."""
    body = (FOLDER / f"{name}.js").read_bytes()
    pinned = b64encode(sha384(body).digest()).decode()
    return Build(body, sha256(body).hexdigest()[:16], f"sha384-{pinned}")


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """Answer with the present client; its parts lie in the folder beside."""
    found = built()
    beside = found.body.replace(b'new URL("./', b'new URL("./sdk/')
    response = _answer(request, beside, found.hash, SHORT)
    response.headers["Content-Location"] = found.url
    return response


@require_safe
def pinned(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with the file of a hash or name; a hash of an older build leads to the present one."""
    by_hash = {built(one).hash: one for one in SCRIPTS}
    found = by_hash.get(name) or (name if name in SCRIPTS + PARTS else None)
    if found is None:
        return redirect("sdk")
    one = built(found)
    is_pinned = one.hash in (name, request.META.get("QUERY_STRING"))
    return _answer(request, one.body, one.hash, FOREVER if is_pinned else SHORT)


@require_safe
def names(_request: HttpRequest) -> HttpResponse:
    """Answer with the addresses of the present build, and what a page may check them by."""
    told: dict[str, Any] = {
        name: {"url": one.url, "integrity": one.integrity}
        for name, one in ((name, built(name)) for name in SCRIPTS)
    }
    return _shared(JsonResponse(told), SHORT)


def _answer(request: HttpRequest, body: bytes, version: str, keep: str) -> HttpResponse:
    tag = f'"{version}"'
    if request.headers.get("If-None-Match") == tag:
        return _shared(HttpResponseNotModified(headers={"ETag": tag}), keep)
    kind = "text/javascript; charset=utf-8"
    return _shared(HttpResponse(body, content_type=kind, headers={"ETag": tag}), keep)


def _shared(response: HttpResponse, keep: str) -> HttpResponse:
    """Let pages of every origin load it."""
    response.headers["Cache-Control"] = keep
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


urlpatterns = [
    path("sdk.js", script, name="sdk"),
    path("sdk.json", names, name="sdk-names"),
    path("sdk/<slug:name>.js", pinned, name="sdk-pinned"),
]
