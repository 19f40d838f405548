"""analysis: charts drawn by matplotlib, as SVG for a page in light and dark, or as PNG."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.charts import Chart, Figure, number
from datastore.base.errors import PlaygraphError
from datastore.base.visible import visible

__all__ = ["PALETTE", "draw_png", "draw_svg"]

#: Colours by name: on a light page, and on a dark one. Each light colour occurs once, so that the
#: page can replace it by a variable.
PALETTE = {
    "ink": ("#1d2433", "#e7eaf1"),
    "faint": ("#5b6475", "#a4adbd"),
    "grid": ("#dfe3ea", "#333b4b"),
    "paper": ("#fffffe", "#181d27"),
    "first": ("#2563b8", "#6ea8f5"),
    "second": ("#c2570c", "#f59a57"),
    "third": ("#0d7d6c", "#45c9b2"),
    "fourth": ("#8a3fb0", "#c88bea"),
    "bad": ("#b3332e", "#f0827d"),
    "plain": ("#8b94a5", "#7d8799"),
    "good": ("#2c7f3c", "#6cc97d"),
}
_LIGHT = {name: light for name, (light, _) in PALETTE.items()}
#: Inches; 72 units of the page each. A phone shows them at about their own size.
_WIDTH = 4.6
_HEIGHT = 3.0
_PNG_DPI = 200
_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": _LIGHT["grid"],
    "axes.facecolor": "none",
    "axes.labelcolor": _LIGHT["faint"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "font.size": 11,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "legend.labelcolor": _LIGHT["ink"],
    "svg.fonttype": "none",
    "text.color": _LIGHT["ink"],
    "xtick.color": _LIGHT["faint"],
    "ytick.color": _LIGHT["faint"],
    "xtick.labelcolor": _LIGHT["ink"],
    "ytick.labelcolor": _LIGHT["ink"],
}
#: Characters of a line of a label, which has at most two; longer ones are cut.
_LABEL = 24
#: Characters of a line of a picture's title.
_TITLE = 42
#: Size of the text of labels of two lines.
_SMALL = 10


def draw_svg(figure: Figure) -> str:
    """The chart as an SVG element, whose colours are variables of the page. The same figure is
    always the same text."""
    file = io.StringIO()
    with _drawn(figure) as drawn:
        drawn.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    # Its style would apply to the whole page, which has it for figures.
    svg = re.sub(r"<(metadata|style)\b.*?</\1>", "", svg, flags=re.DOTALL)
    svg = svg.replace("xlink:href", "href")
    for name, light in _LIGHT.items():
        svg = svg.replace(light, f"var(--{name})")
    # Ids are unique on the page, and fonts are those of the page.
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{figure.name}-\1"', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\1{figure.name}-", svg)
    svg = re.sub(r"font: (?:\d+ )?([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    svg = re.sub(
        r'^<svg [^>]*?viewBox="([^"]+)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true">', svg
    )
    return svg.strip()


def draw_png(figure: Figure, path: Path) -> None:
    """Write the chart, with its title, as a PNG on white."""
    with _drawn(figure) as drawn:
        title = "\n".join(textwrap.wrap(visible(figure.title), _TITLE))
        drawn.suptitle(title, fontsize=12, fontweight="bold", x=0.02, ha="left")
        drawn.savefig(path, dpi=_PNG_DPI, facecolor=_LIGHT["paper"])


@contextmanager
def _drawn(figure: Figure) -> Iterator[Any]:
    """The figure in matplotlib, without its global state. Raises PlaygraphError if it is not
    installed."""
    try:
        import matplotlib  # noqa: PLC0415  an extra
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure as Drawing  # noqa: PLC0415
    except ModuleNotFoundError:
        raise PlaygraphError(
            "Matplotlib is not installed. Install it with pip install 'playgraph[report]'."
        ) from None
    chart = _visible(figure.chart)
    with (
        warnings.catch_warnings(),
        matplotlib.rc_context({**_STYLE, "svg.hashsalt": figure.name}),
    ):
        # Names in other scripts: a browser has fonts for them, pictures show boxes.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        drawing = Drawing(figsize=(_WIDTH, _height(chart)), layout="constrained")
        FigureCanvasAgg(drawing)
        axes = drawing.add_subplot()
        axes.tick_params(length=0)
        _DRAW[chart.kind](axes, chart)
        if len(chart.series) > 1 and chart.kind != "matrix":
            columns = min(len(chart.series), 4)
            drawing.legend(loc="outside lower left", ncols=columns, handlelength=1.2)
        yield drawing


def _visible(chart: Chart) -> Chart:
    """The chart with invisible characters of its texts as escapes: XML has no control characters,
    and pictures no letters for others."""
    return replace(
        chart,
        labels=[visible(label) for label in chart.labels],
        series={visible(name): values for name, values in chart.series.items()},
        unit=visible(chart.unit),
        label=visible(chart.label),
    )


def _height(chart: Chart) -> float:
    rows = len(chart.labels)
    if chart.kind == "bars":
        tall = any("\n" in _wrapped(label) for label in chart.labels)
        return 0.9 + (0.38 if tall else 0.3) * rows + (0.3 if len(chart.series) > 1 else 0)
    return 1.8 + 0.25 * rows if chart.kind == "matrix" else _HEIGHT


def _bars(axes: Any, chart: Chart) -> None:
    labels = [_wrapped(label) for label in chart.labels]
    places = range(len(labels))
    totals = [0.0] * len(labels)
    parts = chart.unit.startswith("%") and len(chart.series) > 1
    for (name, values), colour in zip(chart.series.items(), chart.colours, strict=False):
        known = [value or 0 for value in values]
        bars = axes.barh(places, known, left=totals, height=0.7, color=_LIGHT[colour], label=name)
        if parts:
            axes.bar_label(
                bars, [number(value) for value in known], label_type="center", fontsize=10,
                color=_LIGHT["paper"],
            )  # fmt: skip
        totals = [total + value for total, value in zip(totals, known, strict=True)]
    texts = [] if parts else [number(total) for total in totals]
    for place, text in enumerate(texts):
        axes.annotate(
            text, (totals[place], place), (4, 0), textcoords="offset points", va="center",
            fontsize=10,
        )  # fmt: skip
    axes.set_yticks(list(places), labels, fontsize=_SMALL if any("\n" in t for t in labels) else 11)
    axes.invert_yaxis()
    longest = max(map(len, texts), default=0)
    axes.set_xlim(0, (max(totals, default=0) or 1) * (1.02 + 0.032 * longest))
    axes.set_xticks([])
    axes.set_xlabel(chart.unit, loc="left")
    axes.spines[["bottom", "left"]].set_visible(False)


def _columns(axes: Any, chart: Chart) -> None:
    places = range(len(chart.labels))
    totals = [0.0] * len(chart.labels)
    for (name, values), colour in zip(chart.series.items(), chart.colours, strict=False):
        known = [value or 0 for value in values]
        axes.bar(places, known, bottom=totals, width=0.8, color=_LIGHT[colour], label=name)
        totals = [total + value for total, value in zip(totals, known, strict=True)]
    _upright(axes, chart)


def _lines(axes: Any, chart: Chart) -> None:
    places = list(range(len(chart.labels)))
    marker = "o" if len(places) <= 30 else None
    for (name, values), colour in zip(chart.series.items(), chart.colours, strict=False):
        known = [float("nan") if value is None else value for value in values]
        axes.plot(
            places,
            known,
            color=_LIGHT[colour],
            label=name,
            linewidth=2,
            marker=marker,
            markersize=4,
        )
    _upright(axes, chart)


def _upright(axes: Any, chart: Chart) -> None:
    """Axes of numbers upwards, over labels of which as many are shown as there is room for."""
    longest = max((len(label) for label in chart.labels), default=1)
    room = max(1, int(46 / (longest + 1.5)))
    step = -(-len(chart.labels) // room) if chart.labels else 1
    slanted = step > 1 and not all(label.isdecimal() for label in chart.labels)
    places = range(len(chart.labels))
    if slanted:
        axes.set_xticks(list(places), chart.labels, rotation=40, ha="right", rotation_mode="anchor")
    else:
        chosen = [*places][::-1][::step][::-1]  # the last one, which is the newest year
        axes.set_xticks(chosen, [chart.labels[place] for place in chosen])
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.yaxis.get_major_locator().set_params(nbins=5)
    axes.grid(axis="y", color=_LIGHT["grid"], linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.set_ylabel(chart.unit)


def _matrix(axes: Any, chart: Chart) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    for column, values in enumerate(chart.series.values()):
        for row, value in enumerate(values):
            if value is None:
                continue
            strength = min(1.0, 0.04 + value / 100)
            axes.add_patch(
                Rectangle(
                    (column - 0.48, row - 0.48),
                    0.96,
                    0.96,
                    color=_LIGHT["first"],
                    alpha=strength,
                    linewidth=0,
                )
            )
            if value >= 1:
                colour = _LIGHT["paper" if strength > 0.55 else "ink"]
                axes.text(
                    column,
                    row,
                    f"{value:.0f}",
                    ha="center",
                    va="center",
                    fontsize=7.5,
                    color=colour,
                )
    names = [_cut(name) for name in chart.series]
    axes.set_xticks(range(len(names)), names, rotation=50, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(chart.labels)), [_cut(label) for label in chart.labels])
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(chart.labels) - 0.5, -0.5)
    axes.spines[["bottom", "left"]].set_visible(False)
    axes.set_xlabel(chart.unit, loc="left")


_DRAW = {"bars": _bars, "columns": _columns, "lines": _lines, "matrix": _matrix}


def _cut(label: str) -> str:
    text = label if len(label) <= _LABEL else f"{label[: _LABEL - 1].rstrip()}…"
    return text.replace("$", r"\$")  # which would begin a formula


def _wrapped(label: str) -> str:
    lines = textwrap.wrap(label, _LABEL, max_lines=2, placeholder="…")
    return "\n".join(lines).replace("$", r"\$")
