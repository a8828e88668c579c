"""report.json and report.html of programs that were planned, without any compiler."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.command import dense, model
from tinyc.driver import BuildResult, build
from tinyc.errors import DataError
from tinyc.report.elf import ElfSizes
from tinyc.report.html import html
from tinyc.report.memory_map import memory_map
from tinyc.report.record import Document, Subject, document, read_report, to_json
from tinyc.stack import Bound, StackUse, Step
from tinyc.targets import load_board

KEYS = {
    "schema": None,
    "model": {"name", "sha256", "macs", "parameters"},
    "board": {"name", "core"},
    "flash": {"weights", "tables", "code", "total"},
    "ram": {"arena", "scratch_peak", "stack", "total"},
    "layers": {
        "name", "op", "kernel", "macs", "weight_bytes", "encoding", "in_shape", "out_shape", "arena_live",
        "instructions", "cycles_model",
    },
    "passes": {"name", "options", "bytes_before", "bytes_after", "note"},
    "accuracy": {"metric", "float", "model", "samples"},
    "lower_bounds": {"arena", "any_order", "optimal"},
}  # fmt: skip
"""What others read: a key may be added, none may go."""

IMAGE = ElfSizes(code=1000, weights=60, tables=40, data=4, bss=8, arena=32, port=5000)

CONV = """
net (float[1,2,4,4] x) => (float[1,3] y)
<float[3,2,1,1] w = {1, 2, 3, 4, 5, 6}>
{ c = Conv(x, w)  g = GlobalAveragePool(c)  y = Flatten(g) }
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    return build(model(CONV, tmp_path_factory.mktemp("model") / "net.onnx"), load_board("cortex-m4"))


def report_of(
    result: BuildResult, image: ElfSizes | None = None, stack: int | None = None, overrun: str = ""
) -> Document:
    notes = ["conv2d_0 <runs> in float & slow"]
    use = None if stack is None else StackUse((Bound("net_invoke", stack, (Step("net_invoke", stack),)),), stack - 8)
    origin = (result.model.path.name, result.model.sha256)
    return document(Subject(*origin, result.program, result.board, result.notes, image, use, notes, overrun))


@pytest.mark.parametrize("key", KEYS)
def test_promised_keys(key: str, result: BuildResult) -> None:
    value, inner = report_of(result)[key], KEYS[key]
    for item in value if isinstance(value, list) else [value]:
        assert inner is None or inner <= set(item)


def test_what_was_not_measured_is_null(result: BuildResult) -> None:
    report = report_of(result)
    # weights [3, 2], filled up to sixteen channels of two floats, and as many zeros for the missing bias
    assert report["flash"] == {"weights": 128 + 64, "tables": None, "code": None, "total": None}
    assert (report["ram"]["stack"], report["ram"]["total"]) == (None, None)
    assert {layer["instructions"] for layer in report["layers"]} == {None}


def test_what_was_measured_adds_up(result: BuildResult) -> None:
    report = report_of(result, IMAGE, 300)
    flash, ram = report["flash"], report["ram"]
    assert flash["total"] == flash["weights"] + flash["tables"] + flash["code"] == IMAGE.flash
    assert ram["total"] == ram["arena"] + 300 + IMAGE.data + IMAGE.bss


def test_numbers_of_a_small_model(result: BuildResult) -> None:
    report = report_of(result)
    assert report["model"]["macs"] == 16 * 2 * 3
    conv = next(layer for layer in report["layers"] if layer["op"] == "conv2d")
    assert (conv["in_shape"], conv["out_shape"], conv["macs"]) == ([1, 2, 4, 4], [1, 3, 4, 4], 96)
    # the result of the convolution, 192 bytes, lies over what it reads; 60 bytes further begins the turned input, and
    # 60 behind that one the input itself, 128 bytes
    assert report["lower_bounds"]["arena"] == max(layer["arena_live"] for layer in report["layers"]) == 192
    assert report["ram"]["arena"] == 60 + 60 + 128


def test_equal_builds_have_equal_reports(result: BuildResult) -> None:
    again = build(result.model.path, load_board("cortex-m4"))
    assert to_json(report_of(result, IMAGE, 300)) == to_json(report_of(again, IMAGE, 300))
    assert html(report_of(result, IMAGE, 300)) == html(report_of(again, IMAGE, 300))


def test_page_is_whole_and_self_contained(result: BuildResult) -> None:
    page = html(report_of(result, IMAGE, 300))
    assert re.search(r"(?:src|href)\s*=|https?://|@import|url\(", page) is None
    body = page[page.index("<html") :].replace('<meta charset="utf-8">', "")
    tree = ElementTree.fromstring(body)
    assert tree.find(".//svg") is not None
    text = "".join(tree.itertext())
    assert "conv2d_0 <runs> in float & slow" in text
    for layer in report_of(result)["layers"]:
        assert layer["kernel"] in text
    for buffer in result.program.buffers:
        assert f"{buffer.name} ({buffer.role.value}): {buffer.bytes} bytes" in text


def test_page_of_a_model_that_is_too_large(result: BuildResult) -> None:
    page = html(report_of(result, overrun='"net" does not fit\nflash: 9 bytes of 8'))
    assert "flash: 9 bytes of 8" in page and "not measured" in page


def test_map_shows_what_the_plan_says(result: BuildResult) -> None:
    """Rectangles lie inside the picture, and overlap in it only where an output is written over its input."""
    report = report_of(result)
    picture = memory_map(report)
    assert len(picture.rectangles) == len(report["buffers"])
    for shape in picture.rectangles:
        assert shape.x >= 0 and shape.x + shape.width <= picture.width + 0.1
        assert shape.y >= 0 and shape.y + shape.height <= picture.height
    written_over = [{buffer["name"], name} for buffer in report["buffers"] for name in buffer["over"]]
    names = [buffer["name"] for buffer in report["buffers"]]
    for i, mine in enumerate(picture.rectangles):
        for j, other in enumerate(picture.rectangles[i + 1 :], i + 1):
            if {names[i], names[j]} in written_over:
                continue
            beside = mine.x + mine.width <= other.x + 0.1 or other.x + other.width <= mine.x + 0.1
            above = mine.y + mine.height <= other.y + 0.1 or other.y + other.height <= mine.y + 0.1
            assert beside or above, (mine, other)


def test_map_hatches_what_is_written_over(result: BuildResult) -> None:
    """One hatching for each pair, inside the picture, and a line at the lower bound."""
    report = report_of(result)
    picture = memory_map(report)
    pairs = [name for buffer in report["buffers"] for name in buffer["over"]]
    assert len(picture.hatches) == len(pairs) > 0
    for hatch in picture.hatches:
        numbers = [float(number) for number in re.findall(r"[\d.]+", hatch.path)]
        assert numbers and all(0 <= x <= picture.width for x in numbers[::2])
        assert all(0 <= y <= picture.height for y in numbers[1::2])
    assert [level.kind for level in picture.levels] == ["bound"]
    assert len(picture.columns) == len(report["layers"])


def test_map_draws_a_budget_that_is_near(result: BuildResult) -> None:
    board = result.board
    budget = replace(board.budget, ram_bytes=result.program.arena_bytes * 5 // 4 + board.budget.stack_bytes)
    picture = memory_map(report_of(replace(result, board=replace(board, budget=budget))))
    assert [level.kind for level in picture.levels] == ["bound", "budget"]
    assert 0 < picture.levels[1].y < picture.levels[0].y < picture.height


def test_map_marks_the_peak(result: BuildResult) -> None:
    report = report_of(result)
    most = max(report["layers"], key=lambda layer: layer["arena_live"])
    picture = memory_map(report)
    assert picture.peak is not None
    assert f"{most['arena_live']:,} bytes live" in picture.peak.label and most["name"] in picture.peak.label


def test_read_back(result: BuildResult, tmp_path: Path) -> None:
    report = report_of(result, IMAGE, 300)
    (tmp_path / "report.json").write_text(to_json(report))
    assert read_report(tmp_path) == report
    for text in ("{", "[]", json.dumps({"schema": 2})):
        (tmp_path / "report.json").write_text(text)
        with pytest.raises(DataError, match=r"report\.json"):
            read_report(tmp_path)


def test_dense_model_has_no_scratch(tmp_path: Path) -> None:
    found = report_of(build(dense(tmp_path / "m.onnx"), load_board("cortex-m4")))
    assert found["ram"]["scratch_peak"] == 0
