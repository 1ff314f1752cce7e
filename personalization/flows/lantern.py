"""The demo shop's goods and definitions, read once from templates/shop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from personalization.plant import places

SLUG = "lantern"
"""The demo's site."""
FOLDER = places.ROOT / "templates" / "shop"


@dataclass(frozen=True, slots=True)
class Product:
    """One thing the shop sells; ``price`` in whole euros."""

    id: str
    name: str
    category: str
    label: str
    price: int
    line: str
    tags: tuple[str, ...]

    @property
    def picture(self) -> str:
        """Return the path of its drawing among the static files."""
        return f"shop/products/{self.id}.svg"

    @property
    def seen(self) -> dict[str, object]:
        """Return what an event says of it."""
        return {
            "product_id": self.id,
            "name": self.name,
            "category": self.category,
            "price": self.price,
        }


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything on the shelves, by id, and the names of the categories."""

    categories: dict[str, str]
    products: dict[str, Product]


@cache
def catalogue() -> Catalogue:
    """Return what the shop sells."""
    told = _read(FOLDER / "catalogue.json")
    labels = told["categories"]
    products = [
        Product(**entry | {"tags": tuple(entry["tags"]), "label": labels[entry["category"]]})
        for entry in told["products"]
    ]
    return Catalogue(labels, {product.id: product for product in products})


@cache
def definitions() -> dict[str, Any]:
    """Return the shop's features, segments and slots with their variants and matrices."""
    return _read(FOLDER / "definitions.json")


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(path.read_bytes())
    return told
