"""Charts as matplotlib draws them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from analysis.charts import Chart, Figure, Kind
from analysis.drawing import PALETTE, draw_png, draw_svg

pytest.importorskip("matplotlib", reason="it comes with the extra 'report'")


def figure(kind: Kind, labels: list[str], **series: list[float | None]) -> Figure:
    return Figure("some-name", "A title", "A finding.", Chart(kind, labels, series, "games"))


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter() if
            text.tag.endswith("text")]  # fmt: skip


@pytest.mark.parametrize("kind", ["bars", "columns", "lines", "matrix"])
def test_every_kind_is_drawn_without_a_colour_of_its_own(kind: Kind) -> None:
    svg = draw_svg(figure(kind, ["one", "two"], first=[30, None], second=[10.5, 80]))
    assert "one" in texts(svg)
    assert "var(--first)" in svg
    assert not [light for light, _ in PALETTE.values() if light in svg]


def test_bars_show_their_totals_and_long_labels_take_two_lines() -> None:
    svg = draw_svg(figure("bars", ["Counter-Strike: Global Offensive"], a=[1000], b=[234]))
    assert {"Counter-Strike: Global", "Offensive", "1,234"} <= set(texts(svg))


def test_a_missing_number_is_a_gap() -> None:
    whole = draw_svg(figure("lines", list("abc"), first=[1, 2, 3]))
    gap = draw_svg(figure("lines", list("abc"), first=[1, None, 3]))
    assert gap.count("<use") == whole.count("<use") - 1


def test_dollar_signs_are_not_formulas_and_markup_is_escaped() -> None:
    svg = draw_svg(figure("bars", ["$<b>_{2}$ & $$"], first=[1]))
    assert "$<b>_{2}$ & $$" in texts(svg)


def test_names_in_any_script_are_drawn_without_warnings(tmp_path: Path) -> None:
    foreign = figure("bars", ["東方 ☃ नमस्ते"], first=[1])
    assert "東方 ☃ नमस्ते" in texts(draw_svg(foreign))
    draw_png(foreign, tmp_path / "picture.png")


@pytest.mark.parametrize("kind", ["bars", "columns", "lines", "matrix"])
def test_invisible_characters_of_names_are_drawn_as_escapes(kind: Kind, tmp_path: Path) -> None:
    bad = "a\x00b\N{RIGHT-TO-LEFT OVERRIDE}c"
    odd = figure(kind, [bad], **{bad: [1], "second": [2]})
    assert r"a\u0000b\u202ec" in texts(draw_svg(odd))
    draw_png(odd, tmp_path / "picture.png")


def test_ids_are_those_of_the_figure() -> None:
    root = ElementTree.fromstring(draw_svg(figure("columns", ["a"], first=[1])))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert ids
    assert all(name.startswith("some-name-") for name in ids)
