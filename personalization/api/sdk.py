"""The page's client, served from its one file."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from personalization.plant import places

FILE = places.ROOT / "cms_adapters" / "browser" / "personalize.js"


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """Answer with the script; pages of every origin may load it."""
    body = FILE.read_bytes()
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
