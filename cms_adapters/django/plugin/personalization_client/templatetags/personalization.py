"""``{% personalize %}`` in a page's head, and ``{% slot "home.hero" %}...{% endslot %}`` in it."""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe

from personalization_client import connection, rendering

register = template.Library()


@register.inclusion_tag("personalization/head.html", takes_context=True)
def personalize(context: dict[str, Any]) -> dict[str, Any]:
    """Write what a page with slots needs; nothing where no server is configured."""
    request = context.get("request")
    to = connection.of_request(request)
    return {
        "is_editor": rendering.look(request) is not None,
        "server": to.page_server,
        "key": to.publishable_key,
        "consent": to.consent,
        "is_configured": bool(to.page_server and to.publishable_key),
    }


class SlotNode(template.Node):
    """What stands between the tags is the fallback."""

    def __init__(self, key: FilterExpression, fallback: NodeList) -> None:
        self.key = key
        self.fallback = fallback

    def render(self, context: template.Context) -> SafeString:
        """Render the fallback in its slot."""
        inner = mark_safe(self.fallback.render(context))  # noqa: S308 - a template's own output
        return rendering.slot(context.get("request"), str(self.key.resolve(context) or ""), inner)


@register.tag
def slot(parser: Parser, token: Token) -> SlotNode:
    """Read the tag; it needs the key of a slot."""
    words = token.split_contents()
    if len(words) != 2:  # noqa: PLR2004 - the tag and its key
        raise template.TemplateSyntaxError('expected a key, as in {% slot "home.hero" %}')
    fallback = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(parser.compile_filter(words[1]), fallback)
