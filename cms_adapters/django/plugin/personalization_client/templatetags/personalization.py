"""``{% personalize %}`` in a page's head: the style that shows the fallback, and the script."""

from typing import Any

from django import template

from personalization_client import connection, rendering

register = template.Library()


@register.inclusion_tag("personalization/head.html", takes_context=True)
def personalize(context: dict[str, Any]) -> dict[str, Any]:
    """Write what a page with slots needs; nothing where no server is configured."""
    request = context.get("request")
    is_preview = rendering.previewed(request) is not None
    to = connection.of(request.get_host() if request else "")
    told = {"is_preview": is_preview, "server": to.page_server, "key": to.publishable_key}
    return {**told, "is_configured": bool(to.page_server and to.publishable_key)}


@register.simple_tag(takes_context=True)
def personalize_preview(context: dict[str, Any]) -> str:
    """Return the segments this page is a preview of, as words."""
    return ", ".join(rendering.previewed(context.get("request")) or ())
