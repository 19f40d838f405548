"""analysis: the report as one HTML file without scripts and without requests."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence

from analysis.charts import Chart, Figure, Section, number
from analysis.drawing import PALETTE
from datastore.base.snapshot import Manifest
from datastore.base.visible import visible

__all__ = ["page"]

_STYLE = """
:root { color-scheme: light dark; %LIGHT% --page: #f5f6f9; }
@media (prefers-color-scheme: dark) { :root { %DARK% --page: #0f131b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.2; margin: 1rem 0 .25rem; }
h2 { margin: 2.5rem 0 1rem; font-size: 1.4rem; }
h3 { margin: 0; font-size: 1.05rem; }
p { margin: .5rem 0; max-width: 65ch; overflow-wrap: anywhere; }
a { color: var(--first); }
.faint, footer { color: var(--faint); }
.demo { border-left: 4px solid var(--second); padding-left: .75rem; }
nav ul { list-style: none; padding: 0; margin: 1rem 0; display: flex; flex-wrap: wrap;
  gap: .25rem 1.25rem; }
nav a { display: inline-block; padding: .2rem 0; }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 1rem 0; }
dt { color: var(--faint); font-size: .9rem; }
dd { margin: 0; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures { columns: 21rem; column-gap: 1rem; }
figure { margin: 0 0 1rem; break-inside: avoid;
  padding: 1rem; background: var(--paper); border: 1px solid var(--grid);
  border-radius: .6rem; min-width: 0; }
figure svg * { stroke-linejoin: round; }
figure svg { display: block; width: 100%; height: auto; margin: .5rem 0; }
svg text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
details { font-size: .9rem; overflow-x: auto; }
summary { cursor: pointer; color: var(--faint); padding: .2rem 0; }
table { border-collapse: collapse; margin-top: .5rem; }
th, td { padding: .15rem .6rem .15rem 0; text-align: right; border-bottom: 1px solid var(--grid);
  font-variant-numeric: tabular-nums; font-weight: normal; }
th:first-child { text-align: left; }
:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
@media print { body { background: none; } }
"""


def page(
    manifest: Manifest,
    sections: Sequence[Section],
    notices: Iterable[str],
    draw: Callable[[Figure], str],
) -> str:
    """The page about a snapshot. `draw` returns the SVG element of a figure."""
    colours = {
        f"%{mode}%": " ".join(f"--{name}: {pair[place]};" for name, pair in PALETTE.items())
        for place, mode in enumerate(("LIGHT", "DARK"))
    }
    style = _STYLE
    for mark, text in colours.items():
        style = style.replace(mark, text)
    links = "".join(
        f'<li><a href="#part-{place}">{_escaped(section.title)}</a></li>'
        for place, section in enumerate(sections)
    )
    parts = "".join(_section(place, section, draw) for place, section in enumerate(sections))
    version = _escaped(manifest.version)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Data report {version} – playgraph</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>What the data says</h1>
<p class="faint">Snapshot {version}, built on {_escaped(manifest.built_at[:10])}.</p>
{_demo(manifest)}<dl>{_counts(manifest)}</dl>
{"".join(f"<p>{_escaped(notice)}</p>" for notice in notices)}
<nav aria-label="Sections"><ul>{links}</ul></nav>
</header>
<main>
{parts}</main>
<footer><p>Made by <code>playgraph report</code>. People are counted, never named.</p></footer>
</body>
</html>
"""


def _escaped(text: str) -> str:
    """A text for HTML; its invisible characters are shown as escapes."""
    return html.escape(visible(text))


def _demo(manifest: Manifest) -> str:
    if not manifest.demo:
        return ""
    said = "Demo data: names may be real, all numbers, people and reviews are invented."
    return f'<p class="demo">{said}</p>\n'


def _counts(manifest: Manifest) -> str:
    return "".join(
        f"<div><dt>{_escaped(noun.replace('play_rows', 'library items'))}</dt>"
        f"<dd>{count:,}</dd></div>"
        for subject in manifest.subjects.values()
        for noun, count in subject.counts.items()
    )


def _section(place: int, section: Section, draw: Callable[[Figure], str]) -> str:
    figures = "".join(_figure(figure, draw(figure)) for figure in section.figures)
    return (
        f'<section id="part-{place}">\n<h2>{_escaped(section.title)}</h2>\n'
        f'<div class="figures">\n{figures}</div>\n</section>\n'
    )


def _figure(figure: Figure, svg: str) -> str:
    return (
        f'<figure id="{figure.name}">\n<h3>{_escaped(figure.title)}</h3>\n'
        f"<p>{_escaped(figure.finding)}</p>\n{svg}\n{_table(figure.chart)}</figure>\n"
    )


def _table(chart: Chart) -> str:
    """The numbers of a chart, also for those who cannot see it."""
    heads = "".join(f'<th scope="col">{_escaped(name)}</th>' for name in chart.series)
    rows = "".join(
        f'<tr><th scope="row">{_escaped(label)}</th>'
        + "".join(f"<td>{number(values[place])}</td>" for values in chart.series.values())
        + "</tr>"
        for place, label in enumerate(chart.labels)
    )
    return (
        f"<details><summary>Numbers ({_escaped(chart.unit)})</summary>"
        f'<table><thead><tr><th scope="col">{_escaped(chart.label)}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></details>\n"
    )
