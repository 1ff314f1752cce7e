"""The demo shop: server-rendered pages with slots in them, and a cart that lives in a cookie."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from personalization.api import sdk
from personalization.flows import keepsakes
from personalization.flows.lantern import Product, catalogue
from personalization.plant import csp

COOKIE = "lantern_cart"
MOST = 20
"""Different things in one cart."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product."""

    product: Product
    quantity: int


class Cart:
    """What one visitor is about to buy."""

    def __init__(self, counts: dict[str, int]) -> None:
        shelf = catalogue().products
        self.lines = [Line(shelf[name], count) for name, count in counts.items() if name in shelf]

    @classmethod
    def of(cls, request: HttpRequest) -> Cart:
        """Return the cart in the visitor's signed cookie, or an empty one."""
        told = request.get_signed_cookie(COOKIE, default="") or "{}"
        return cls(orjson.loads(told))

    @property
    def count(self) -> int:
        """Return how many things are in it."""
        return sum(line.quantity for line in self.lines)

    @property
    def total(self) -> int:
        """Return what it costs, in euros."""
        return sum(line.quantity * line.product.price for line in self.lines)

    def counts(self) -> dict[str, int]:
        """Return it as it is kept."""
        return {line.product.id: line.quantity for line in self.lines}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the shelves, all or one category."""
    labels = catalogue().categories
    category = request.GET.get("category", "")
    category = category if category in labels else ""
    goods = [one for one in catalogue().products.values() if category in ("", one.category)]
    heading = labels.get(category, "From the shelves")
    return _page(request, "home", products=goods, category=category, heading=heading)


@require_GET
def product(request: HttpRequest, name: str) -> HttpResponse:
    """Show one product."""
    shelf = catalogue().products
    if name not in shelf:
        raise Http404
    found = shelf[name]
    others = [one for one in shelf.values() if one.category == found.category and one != found]
    viewed = orjson.dumps(found.seen).decode()
    return _page(request, "product", product=found, others=others, viewed=viewed)


@require_GET
def cart(request: HttpRequest) -> HttpResponse:
    """Show what is in the cart."""
    return _page(request, "cart", heading="Cart")


@require_GET
def checkout(request: HttpRequest) -> HttpResponse:
    """Show what is to be paid."""
    return _page(request, "cart", heading="Checkout", at_checkout=True)


@csrf_exempt  # the cart is all it changes, and its cookie does not come along from another site
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Add, remove or buy: a script gets the panel and what to track, a form goes to the cart."""
    before = Cart.of(request)
    act = {"add": _added, "remove": _removed, "buy": _bought}.get(request.POST.get("change", ""))
    if act is None:
        raise Http404
    told, counts = act(before, request)
    after = Cart(counts)
    if "application/json" in request.headers.get("Accept", ""):
        response: HttpResponse = JsonResponse(
            told | {"count": after.count} | _panel(request, after, told)
        )
    else:
        response = HttpResponseRedirect(reverse("shop-cart"))
    value = orjson.dumps(after.counts()).decode()
    response.set_signed_cookie(COOKIE, value, httponly=True, samesite="Lax", max_age=30 * 86_400)
    return response


def _added(before: Cart, request: HttpRequest) -> tuple[dict[str, Any], dict[str, int]]:
    name, counts = request.POST.get("product", ""), before.counts()
    if name not in catalogue().products or (len(counts) >= MOST and name not in counts):
        raise Http404
    added = catalogue().products[name]
    told = {"events": [["Product Added", added.seen]], "said": f"{added.name} is in the cart."}
    return told, counts | {name: counts.get(name, 0) + 1}


def _removed(before: Cart, request: HttpRequest) -> tuple[dict[str, Any], dict[str, int]]:
    name, counts = request.POST.get("product", ""), before.counts()
    if name not in counts:
        return {"events": [], "said": ""}, counts
    removed = catalogue().products[name]
    told = {
        "events": [["Product Removed", removed.seen]],
        "said": f"{removed.name} is out of the cart.",
    }
    return told, {key: count for key, count in counts.items() if key != name}


def _bought(before: Cart, request: HttpRequest) -> tuple[dict[str, Any], dict[str, int]]:
    if not before.lines:
        return {"events": [], "said": ""}, {}
    number = f"L-{secrets.token_hex(4)}"
    bought = [line.product.seen | {"quantity": line.quantity} for line in before.lines]
    order = {"order_id": number, "revenue": before.total, "currency": "EUR", "products": bought}
    each = [["Product Bought", one | {"order_id": number}] for one in bought]
    name = request.POST.get("name", "").strip()[:60]
    told: dict[str, Any] = {"events": [["Order Completed", order], *each], "said": "Bought."}
    if name:
        told["traits"] = {"name": name}
    return told | {"order": {"id": number, "revenue": before.total, "name": name}}, {}


def _panel(request: HttpRequest, after: Cart, told: dict[str, Any]) -> dict[str, str]:
    shown = {
        "cart": after,
        "order": told.get("order"),
        "at_checkout": request.POST.get("checkout") == "1",
    }
    return {"panel": render_to_string("shop/panel.html", shown, request)}


def _page(request: HttpRequest, name: str, **shown: object) -> HttpResponse:
    always = {
        "sdk": sdk.built(),
        "key": keepsakes.read().get("publishable_key", ""),
        "categories": catalogue().categories,
        "cart": Cart.of(request),
    }
    response = render(request, f"shop/{name}.html", always | shown)
    response.headers[csp.HEADER] = csp.POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    return response


urlpatterns = [
    path("", home, name="shop"),
    path("product/<slug:name>/", product, name="shop-product"),
    path("cart/", cart, name="shop-cart"),
    path("checkout/", checkout, name="shop-checkout"),
    path("change/", change, name="shop-change"),
]
