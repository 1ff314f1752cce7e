"""Places as two arrays of degrees; near is worked out for all of them, its edge asked exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rules.columns.column import Ask, Codes, Column, Mask, Question, fitting, one_by_one

Degrees = npt.NDArray[np.float64]
_EARTH_KM = 6371.0088
_EDGE_KM = 1e-3
"""Nearer to the circle than a metre the operator itself is asked, so that no rounding differs."""


class Places(Column):
    """Latitudes and longitudes in degrees (canonical ones), and which rows have them.

    >>> Places(np.array([52.5]), np.array([13.4])).distinct(slice(0, 1))[0]
    [(52.5, 13.4)]
    """

    def __init__(self, latitude: Degrees, longitude: Degrees, known: Mask | None = None) -> None:
        self._latitude = latitude
        self._longitude = longitude
        self._known = fitting(known, len(latitude))

    def __len__(self) -> int:
        return len(self._latitude)

    def known(self, part: slice) -> Mask:
        """Return which rows of a part have a place."""
        if self._known is None:
            return np.ones(part.stop - part.start, np.bool_)
        return self._known[part]

    def distinct(self, part: slice) -> tuple[Sequence[object], Codes]:
        """Return the places of a part, and which row has which."""
        pairs = zip(self._latitude[part].tolist(), self._longitude[part].tolist(), strict=True)
        known = self.known(part).tolist()
        seen: dict[object, int] = {}
        told = [pair if here else None for pair, here in zip(pairs, known, strict=True)]
        codes = np.array([seen.setdefault(pair, len(seen)) for pair in told], np.intp)
        return list(seen), codes

    def ask(self, question: Question) -> Ask:
        """Return where the answer is as wanted."""
        if question.operator.name not in _NEAR:
            return one_by_one(self, question)
        latitude, longitude, most = question.operand
        inside = _NEAR[question.operator.name] is question.wanted

        def ask(part: slice) -> Mask:
            far = self._distance(part, latitude, longitude)
            mask: Mask = far <= most if inside else far > most
            for row in np.flatnonzero(np.abs(far - most) <= _EDGE_KM).tolist():
                here = part.start + row
                place = float(self._latitude[here]), float(self._longitude[here])
                mask[row] = question.holds(place)
            return mask & self.known(part)

        return ask

    def _distance(self, part: slice, latitude: float, longitude: float) -> Degrees:
        first, second = np.radians(latitude), np.radians(self._latitude[part])
        rise = np.sin((second - first) / 2) ** 2
        turn = np.sin(np.radians(self._longitude[part] - longitude) / 2) ** 2
        chord = np.sqrt(rise + np.cos(first) * np.cos(second) * turn)
        far: Degrees = 2 * _EARTH_KM * np.arcsin(np.minimum(1.0, chord))
        return far


_NEAR = {"near": True, "not_near": False}
