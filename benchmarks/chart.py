"""A chart of what a decision costs as tables grow, as SVG by hand: both axes in powers of ten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import log10

Figures = Mapping[str, Mapping[int, Mapping[str, float]]]

PANELS = (("first_us", "The first row that matches"), ("all_us", "All rows that match"))
WIDTH, HEIGHT = 400, 330
LEFT, TOP = 64, 56
DECADES = (-1, 6)
"""From 0.1 microseconds to a second."""
UNITS = {
    -1: "0.1 µs",
    0: "1 µs",
    1: "10 µs",
    2: "100 µs",
    3: "1 ms",
    4: "10 ms",
    5: "0.1 s",
    6: "1 s",
}
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #222 }
.title { font-weight: 600; font-size: 14px } .small { font-size: 11px; fill: #555 }
.grid { stroke: #ddd; stroke-width: 1 } .line { fill: none; stroke-width: 1.6 }
.own { stroke-width: 3.5 } .name.own { font-weight: 700 }
.c0 { stroke: #0a7d4b } .c1 { stroke: #8a8a8a } .c2 { stroke: #1f66c1 } .c3 { stroke: #b0500f }
.c4 { stroke: #8a3ab9 } .c5 { stroke: #b3261e } .c6 { stroke: #0b7a8a } .c7 { stroke: #8a7400 }
circle { fill: #fff; stroke-width: 1.6 }
@media (prefers-color-scheme: dark) {
  svg { background: #14171a } text { fill: #e6e6e6 } .small { fill: #a8a8a8 }
  .grid { stroke: #33393f } circle { fill: #14171a }
  .c0 { stroke: #3ddc97 } .c1 { stroke: #a0a0a0 } .c2 { stroke: #6fb1ff } .c3 { stroke: #ff9e57 }
  .c4 { stroke: #d19bff } .c5 { stroke: #ff8a80 } .c6 { stroke: #5fd4e6 } .c7 { stroke: #e0c64a }
}
"""


def drawn(figures: Figures, own: str) -> str:
    """Return the chart; engines keep their colour and their place in the legend.

    >>> drawn({"ours": {10: {"first_us": 1.0}, 100: {"first_us": 2.0}}}, "ours")[:4]
    '<svg'
    """
    names = sorted(figures, key=lambda name: (name != own, name))
    legend = list(_legend(names, own))
    height = TOP + HEIGHT + 44 + 20 * ((len(names) + 3) // 4)
    width = 2 * (LEFT + WIDTH) + 30
    panels = [part for i, panel in enumerate(PANELS) for part in _panel(figures, names, i, *panel)]
    said = "CPU time a decision takes, by the number of rows; twelve attributes, one core"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{said}</title><style>{STYLE}</style>",
            f'<text class="title" x="{LEFT}" y="20">{said}</text>',
            *panels,
            *legend,
            "</svg>",
            "",
        ]
    )


def _panel(figures: Figures, names: list[str], number: int, key: str, title: str) -> Iterator[str]:
    left = LEFT + number * (WIDTH + LEFT + 10)
    sizes = sorted({size for of in figures.values() for size in of})
    yield f'<text x="{left}" y="{TOP - 12}">{title}</text>'
    for decade in range(DECADES[0], DECADES[1] + 1):
        y = _y(10.0**decade)
        yield f'<path class="grid" d="M{left} {y:.1f}h{WIDTH}"/>'
        yield f'<text class="small" x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{UNITS[decade]}</text>'  # noqa: E501
    for size in sizes:
        x = _x(left, size, sizes)
        yield f'<text class="small" x="{x:.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{size:,}</text>'  # noqa: E501
    for colour, name in reversed(list(enumerate(names))):
        points = [
            (_x(left, size, sizes), _y(found[key]))
            for size, found in sorted(figures[name].items())
            if key in found
        ]
        if points:
            yield from _curve(points, f"c{colour}" + (" own" if colour == 0 else ""), name)


def _curve(points: list[tuple[float, float]], style: str, name: str) -> Iterator[str]:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path class="line {style}" d="M{path}"><title>{escape(name)}</title></path>'
    for x, y in points:
        yield f'<circle class="{style[:2]}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'


def _legend(names: list[str], own: str) -> Iterator[str]:
    for i, name in enumerate(names):
        x, y = LEFT + i % 4 * 215, TOP + HEIGHT + 48 + i // 4 * 20
        bold = " own" if name == own else ""
        yield f'<path class="line c{i}{bold}" d="M{x} {y - 4}h22"/>'
        yield f'<text class="name{bold}" x="{x + 28}" y="{y}">{escape(name)}</text>'


def _x(left: float, size: int, sizes: list[int]) -> float:
    low, high = log10(sizes[0]), log10(sizes[-1])
    share = (log10(size) - low) / (high - low) if high > low else 0.5
    return left + 14 + share * (WIDTH - 28)


def _y(microseconds: float) -> float:
    low, high = DECADES
    share = (log10(microseconds) - low) / (high - low)
    return TOP + HEIGHT * (1 - min(1.0, max(0.0, share)))
