"""Pictures and tables of report.html: histograms, sensitivity, scores. Shapes lie where the numbers say."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from tinyc.calibration.histogram import Histogram
from tinyc.calibration.kept import BARS, keep
from tinyc.ir.types import Quant
from tinyc.report.histogram_pictures import BOTTOM, TOP, WIDTH, histogram_pictures
from tinyc.report.html import sensitivity_page
from tinyc.report.record import Document
from tinyc.report.scores_table import scores_table
from tinyc.report.sensitivity_plot import sensitivity_plot


def histogram(values: list[float]) -> Histogram:
    found = Histogram()
    found.add(np.array(values))
    return found


def test_bars_count_every_value() -> None:
    values = list(np.random.default_rng(1).standard_normal(5000))
    kept = keep("h", histogram(values), (-2.0, 2.0), Quant.per_tensor(4 / 255, 0))
    assert len(kept.bars) == BARS and sum(kept.bars) == kept.seen == 5000
    wanted, _ = np.histogram(values, BARS, (min(values), max(values)))
    assert np.abs(np.array(kept.bars) - wanted).max() <= 5, "bins of the histogram may straddle an edge"
    assert (kept.seen_low, kept.seen_high, kept.low, kept.high) == (min(values), max(values), -2.0, 2.0)


@pytest.mark.parametrize("values", [[0.0] * 9, [3.5] * 9, []])
def test_one_value_is_one_bar(values: list[float]) -> None:
    assert keep("h", histogram(values), (0.0, 1.0), Quant.per_tensor(1 / 255, -128)).bars == (len(values),)


ENTRY = {"name": "conv", "seen": 10, "seen_low": -1.0, "seen_high": 3.0, "bars": [0, 1, 4, 0], "low": -1.0, "high": 2.0,
         "scale": 0.01, "zero_point": -28}  # fmt: skip


def test_histogram_stands_on_its_axis() -> None:
    """One pixel of the picture is 4 / WIDTH; bars are as high as the square roots of their counts."""
    (picture,) = histogram_pictures([ENTRY])
    assert (picture.zero_x, picture.range_x) == (WIDTH / 4, 0.0)
    assert picture.range_width == pytest.approx(WIDTH * 0.75, abs=0.1)
    heights = [BOTTOM - float(y) for y in re.findall(r"V([\d.]+)H", picture.path)]
    assert heights == [0.0, (BOTTOM - TOP) / 2, BOTTOM - TOP, 0.0]
    assert "covered -1 to 2" in picture.tooltip and "zero point -28" in picture.scale


NOTHING = {"seen_low": 0.0, "seen_high": 0.0, "bars": [7], "low": 0.0, "high": 0.0}


@pytest.mark.parametrize("entry", [NOTHING, {"bars": [0]}])
def test_degenerate_histograms_have_a_picture(entry: Document) -> None:
    (picture,) = histogram_pictures([{**ENTRY, **entry}])
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", picture.path)]
    assert all(0 <= number <= WIDTH + 2 for number in numbers)


def cost(layer: str, name: str, sqnr: float | None, drop: float | None) -> Document:
    kept = {"layer": layer, "op": "dense", "source": "<node>", "format": name, "bytes": 1234}
    return {**kept, "sqnr_db": sqnr, "drop": drop, "cycles": 10.0}


FOUND = {
    "model": "m.onnx", "metric": "top1", "float": 0.9, "samples": 5, "calibrated": "with care", "board": None,
    "layers": [cost("a", "int4", -12.5, 0.1), cost("a", "int8", 40.0, 0.0), cost("b", "int4", 20.0, None),
               cost("b", "int8", None, None)],
    "ranking": {},
}  # fmt: skip


def test_dots_are_ordered_as_their_decibels() -> None:
    plot = sensitivity_plot(FOUND)
    xs = {dot.tooltip.split(":")[0]: dot.x for dot in plot.dots}
    assert xs["a at int4"] < xs["b at int4"] < xs["a at int8"] == xs["b at int8"] <= plot.width
    assert [dot.label for dot in plot.dots] == ["10.0 %", "", "", ""]
    assert len({dot.y for dot in plot.dots}) == 2 and all(plot.top < dot.y < plot.bottom for dot in plot.dots)
    assert {tick.text: tick.x for tick in plot.ticks}["20 dB"] == xs["b at int4"]
    assert plot.ticks[0].text == "-10 dB" and len(plot.key) == 2


def test_sensitivity_page_is_whole_and_self_contained() -> None:
    page = sensitivity_page(FOUND)
    assert re.search(r"(?:src|href)\s*=|https?://|@import|url\(", page) is None
    text = "".join(ElementTree.fromstring(page[page.index("<html") :].replace('<meta charset="utf-8">', "")).itertext())
    for words in ("m.onnx", "<node>", "no error", "with care", "-12.5"):
        assert words in text


SCORES = {"samples": 4, "top1": 0.75, "top5": None, "auc": None, "mse": None, "agreement": None, "cosine": None}
MISTAKE = {"label": 1, "answer": 0, "samples": 1}
CONFUSION = {"classes": ["cat", "dog"], "counts": [[2, 0], [1, 1]], "mistakes": [MISTAKE]}


def test_scores_show_what_applies() -> None:
    columns = [{"where": "ONNX file", **SCORES}, {"where": "host C", **SCORES, "cosine": 0.5}]
    evaluation = {"data": "d.npz", "reference": "x", "columns": columns, "confusion": CONFUSION, "skipped": []}
    table = scores_table(evaluation)
    assert [row.name for row in table.rows] == ["samples", "top-1", "cosine to the ONNX file's output"]
    assert table.rows[2].cells == ("", "0.5")
    assert [[cell.text for cell in row.cells] for row in table.matrix] == [["2", ""], ["1", "1"]]
    assert table.mistakes == ("dog as cat 1×",)
    many = scores_table({**evaluation, "confusion": {**CONFUSION, "counts": []}})
    assert many.matrix == () and many.mistakes
