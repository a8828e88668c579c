"""`require accuracy_drop` and the accuracy in report.json."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.command import Ended, tinyc

COARSE = "include float\nquantize(weights=int2, first=int2, calibrate=minmax, per_channel=false)\n"
FINE = "include float\nquantize\n"


@pytest.fixture(scope="module")
def labelled(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "labelled.npz"
    with np.load(digits / "digits_test.npz") as data:
        np.savez(path, x=data["x"][:60], y=data["y"][:60])
    return path


def build(digits: Path, recipe: str, folder: Path, data: Path | None, calibration: Path) -> Ended:
    (folder / "r.recipe").write_text(recipe)
    given = () if data is None else ("--data", data)
    return tinyc(
        "build", digits / "digits_float.onnx", "--board", "cortex-m4", "--recipe", folder / "r.recipe",
        "--calib", calibration, "-o", folder / "net", *given,
    )  # fmt: skip


def accuracy(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "net" / "report.json").read_text())["accuracy"]
    return found


def test_missed_requirement_names_the_layers(digits: Path, labelled: Path, tmp_path: Path) -> None:
    ended = build(digits, f"{COARSE}require accuracy_drop <= 1%\n", tmp_path, labelled, labelled)
    found = accuracy(tmp_path)
    lost = 100 * (float(str(found["float"])) - float(str(found["model"])))
    assert lost > 1 and found["samples"] == 60 and found["metric"] == "top1"
    assert ended.code == 4, ended.stderr
    for word in ("r.recipe:3:1", f"{lost:.2f} % lost", "quantised alone", "at int2: SQNR", "Hint: "):
        assert word in ended.stderr
    assert ended.stderr.count(" dB") == 3


def test_requirement_that_holds(digits: Path, labelled: Path, tmp_path: Path) -> None:
    ended = build(digits, f"{FINE}require accuracy_drop <= 2%\n", tmp_path, labelled, labelled)
    assert (ended.code, ended.stderr) == (0, "")
    assert accuracy(tmp_path)["float"] == pytest.approx(accuracy(tmp_path)["model"], abs=0.02)


def test_without_data_nothing_is_claimed(digits: Path, labelled: Path, tmp_path: Path) -> None:
    assert build(digits, FINE, tmp_path, None, labelled).code == 0
    assert set(accuracy(tmp_path).values()) == {None}


@pytest.mark.parametrize("labels", [None, np.full(60, 77), np.zeros(60, np.float32)])
def test_data_without_classes(labels: object, digits: Path, labelled: Path, tmp_path: Path) -> None:
    with np.load(labelled) as data:
        arrays = {"x": data["x"]} if labels is None else {"x": data["x"], "y": np.asarray(labels)}
    np.savez(tmp_path / "data.npz", **arrays)  # type: ignore[arg-type]
    ended = build(digits, FINE, tmp_path, tmp_path / "data.npz", labelled)
    assert ended.code == 1 and "data.npz" in ended.stderr and "Traceback" not in ended.stderr
    assert not (tmp_path / "net").exists()


def test_layers_are_held_at_their_own_formats(digits: Path, labelled: Path, tmp_path: Path) -> None:
    """A recipe that mixes formats: no layer is blamed for bits that it does not lack, float ones not at all."""
    mixed = (
        "include float\nquantize(activations=int16) on conv2d_1\nquantize(weights=int2, first=int2) on conv2d_0\n"
        "require accuracy_drop <= -1%\n"
    )
    ended = build(digits, mixed, tmp_path, labelled, labelled)
    assert ended.code == 4 and "conv2d_0 (conv_1) at int2: SQNR" in ended.stderr, ended.stderr
    assert "at int8 with int16 activations: SQNR" in ended.stderr and "dense_0" not in ended.stderr
    assert ended.stderr.index("conv2d_0") < ended.stderr.index("conv2d_1")
    assert ended.stderr.rstrip().endswith("quantize(weights=int8) on conv2d_0")
