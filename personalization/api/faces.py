"""Faces: how each slot looked when a listener was last told, so that only what differs is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import orjson

DIGEST = 16
"""Bytes of a face: a text of orjson's would keep 4 KB, however short it is."""


class Faces(dict[str, bytes]):
    """The faces by slot."""

    __slots__ = ()

    def fresh(self, shown: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return the decisions that are not what was told last, and remember them."""
        return [one for one in shown if self._is_new(one["slot"], _face(one))]

    def _is_new(self, slot: str, face: bytes) -> bool:
        if self.get(slot) == face:
            return False
        self[slot] = face
        return True


def _face(shown: Mapping[str, Any]) -> bytes:
    looks = orjson.dumps([shown["variant"], shown.get("content"), shown.get("items")])
    return blake2b(looks, digest_size=DIGEST).digest()
