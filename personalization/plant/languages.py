"""The languages the desk speaks, and how each reader gets theirs; machines get English."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from personalization.plant import places

FOLDER: Path = places.ROOT / "locale"
"""Our own catalogues."""
OURS = [("en", "English"), ("de", "Deutsch")]
DESK = "/admin/"
CATALOGUE = Path("LC_MESSAGES") / "django.mo"


def added() -> Path | None:
    """Return the folder of catalogues that this installation adds: ``LOCALE_FOLDER``."""
    given = os.environ.get("LOCALE_FOLDER")
    return Path(given).resolve() if given else None


def offered(more: Path | None) -> list[tuple[str, str]]:
    """Return each language as its code and its own name for itself."""
    ours = {code for code, _ in OURS}
    folders = sorted(more.glob(f"*/{CATALOGUE}")) if more else []
    codes = [path.parents[1].name.replace("_", "-").lower() for path in folders]
    return [*OURS, *((code, _own_name(code)) for code in codes if code not in ours)]


def _own_name(code: str) -> str:
    known = LANG_INFO.get(code, {})
    return str(known.get("name_local", code)).capitalize()


class DeskLanguage(LocaleMiddleware):
    """Speaks a reader's language on the desk: what they chose there, else what the browser asks.

    An API says the same to everybody, so everything else stays in the first language.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language of one answer."""
        if request.path.startswith(DESK):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Name the language of the desk's answers."""
        if request.path.startswith(DESK):
            return super().process_response(request, response)
        return response
