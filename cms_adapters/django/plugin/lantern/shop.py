"""The shop that the demo's content links to: it is the server's, the CMS has only this page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect


def to_the_shop(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to the same path at the server."""
    return HttpResponseRedirect(settings.PERSONALIZATION["SERVER"] + request.get_full_path())
