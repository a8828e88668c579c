"""tinyc pareto: recipes side by side."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.command import tinyc

DIGITS = Path(__file__).parents[2] / "examples" / "digits"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Samples that calibrate and others with labels."""
    folder = tmp_path_factory.mktemp("digits")
    with np.load(DIGITS / "digits_test.npz") as found:
        x, y = found["x"].astype(np.float32), found["y"]
    np.savez(folder / "calib.npz", x=x[:40])
    np.savez(folder / "test.npz", x=x[40:90], y=y[40:90])
    return folder / "calib.npz", folder / "test.npz"


def test_front_and_refusals(data: tuple[Path, Path], tmp_path: Path) -> None:
    calib, test = data
    (tmp_path / "never.recipe").write_text("correct_bias\n")
    page = tmp_path / "p.html"
    ended = tinyc(
        "pareto", DIGITS / "digits_float.onnx", "--board", "cortex-m4", "--data", test, "--calib", calib, "--recipe",
        "float", "--recipe", "int8", "--recipe", tmp_path / "never.recipe", "--html", page, "--json",
    )  # fmt: skip
    assert ended.code == 0, ended.stderr
    found = json.loads(ended.stdout)
    plain, small, never = found["points"]
    assert found["metric"] == "top1" and found["samples"] == 50
    assert plain["drop"] == 0 and small["constants"] < plain["constants"] / 2 and small["cycles"] < plain["cycles"]
    assert small["on_front"] and plain["on_front"] == (plain["value"] > small["value"])
    assert never["constants"] is None and "correct_bias" in never["refused"] and not never["on_front"]
    text = page.read_text()
    assert "<polyline" in text and "never" in text and text.count("<circle") == 2


def test_nothing_to_score(data: tuple[Path, Path], tmp_path: Path) -> None:
    ended = tinyc(
        "pareto", DIGITS / "digits_float.onnx", "--board", "cortex-m4", "--data", data[0], "--recipe", "float"
    )
    assert ended.code == 1 and "no labels" in ended.stderr
