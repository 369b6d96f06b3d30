"""Draw line charts as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 20, 40, 46


class Chart(NamedTuple):
    """A line chart with a logarithmic horizontal axis. The vertical axis starts at zero."""

    title: str
    x_label: str
    points: Sequence[tuple[int, float]]


def draw(charts: Sequence[Chart], y_label: str, columns: int = 2) -> str:
    """Return an SVG document with charts side by side.

    Args:
        charts: The charts.
        y_label: What the vertical axes show.
        columns: The number of charts in a row.
    """
    width, height = columns * WIDTH, ceil(len(charts) / columns) * HEIGHT
    panels = "\n".join(
        f'<g transform="translate({i % columns * WIDTH} {i // columns * HEIGHT})">\n'
        f"{_panel(chart, y_label)}\n</g>"
        for i, chart in enumerate(charts)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="11">\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n{panels}\n</svg>\n'
    )


def _panel(chart: Chart, y_label: str) -> str:
    most = _round_up(max(y for _, y in chart.points))
    largest = max(x for x, _ in chart.points)
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def at_x(x: float) -> float:
        return _LEFT + (right - _LEFT) * log10(x) / log10(largest)

    def at_y(y: float) -> float:
        return bottom - (bottom - _TOP) * y / most

    lines = [_text(_LEFT, 20, chart.title, "start", 'font-weight="bold"')]
    for step in range(5):
        value = most * step / 4
        y = at_y(value)
        lines.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
        lines.append(_text(_LEFT - 6, y + 4, f"{value:g}", "end"))
    for x, _ in chart.points:
        lines.append(_text(at_x(x), bottom + 16, f"{x:,}", "middle"))
    lines.append(_text((_LEFT + right) / 2, bottom + 34, chart.x_label, "middle"))
    middle = (_TOP + bottom) / 2
    lines.append(_text(12, middle, y_label, "middle", f'transform="rotate(-90 12 {middle})"'))
    path = "L".join(f"{at_x(x):.1f} {at_y(y):.1f}" for x, y in chart.points)
    lines.append(f'<path d="M{path}" fill="none" stroke="#6c47ff" stroke-width="2"/>')
    lines += [
        f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="#6c47ff"/>'
        for x, y in chart.points
    ]
    return "\n".join(lines)


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(text)}</text>'


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 4, 8, 10, 20, … tenths or hundredths."""
    power = 10.0 ** (ceil(log10(value)) - 1)
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)
