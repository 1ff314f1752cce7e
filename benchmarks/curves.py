"""Curves side by side as SVG by hand, both axes in powers of ten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

from benchmarks.chart import HEIGHT, LEFT, STYLE, TOP, WIDTH

Curve = Mapping[int, float]


class Panel(NamedTuple):
    """One pair of axes: what is across, what is up, and the curves by name."""

    title: str
    across: str
    curves: Mapping[str, Curve]


def drawn(title: str, panels: list[Panel]) -> str:
    """Return the panels beside each other.

    >>> drawn("t", [Panel("p", "n", {"c": {1: 2.0, 10: 3.0}})])[:4]
    '<svg'
    """
    width = len(panels) * (LEFT + WIDTH + 10) + 10
    height = TOP + HEIGHT + 48 + 20 * max(len(panel.curves) for panel in panels)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>',
            *(part for i, panel in enumerate(panels) for part in _panel(panel, i)),
            "</svg>",
            "",
        ]
    )


def _panel(panel: Panel, number: int) -> Iterator[str]:
    left = LEFT + number * (WIDTH + LEFT + 10)
    values = [value for curve in panel.curves.values() for value in curve.values()]
    sizes = sorted({size for curve in panel.curves.values() for size in curve})
    low = floor(log10(min(values)))
    high = max(ceil(log10(max(values))), low + 1)

    def x(size: int) -> float:
        share = (log10(size) - log10(sizes[0])) / (log10(sizes[-1]) - log10(sizes[0]))
        return left + 14 + share * (WIDTH - 28)

    def y(value: float) -> float:
        return TOP + HEIGHT * (1 - (log10(value) - low) / (high - low))

    yield f'<text x="{left}" y="{TOP - 12}">{escape(panel.title)}</text>'
    for decade in range(low, high + 1):
        at = y(10.0**decade)
        yield f'<path class="grid" d="M{left} {at:.1f}h{WIDTH}"/>'
        yield f'<text class="small" x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">{10**decade:,}</text>'  # noqa: E501
    for size in sizes:
        yield f'<text class="small" x="{x(size):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{size:,}</text>'  # noqa: E501
    yield f'<text class="small" x="{left + WIDTH}" y="{TOP + HEIGHT + 34}" text-anchor="end">{escape(panel.across)}</text>'  # noqa: E501
    for colour, (name, curve) in enumerate(panel.curves.items()):
        path = "L".join(f"{x(size):.1f} {y(value):.1f}" for size, value in sorted(curve.items()))
        below = TOP + HEIGHT + 50 + 20 * colour
        yield f'<path class="line c{colour} own" d="M{path}"/>'
        yield f'<path class="line c{colour} own" d="M{left} {below - 4}h22"/>'
        yield f'<text x="{left + 28}" y="{below}">{escape(name)}</text>'
