"""What bad data and impossible recipes get when a model is quantised: place, reason, way out, and no files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.support.command import model, samples, tinyc
from tinyc.driver import build
from tinyc.ir.types import Array
from tinyc.recipe import load_recipe
from tinyc.targets import load_board

GENERATOR = np.random.default_rng(3)
X = GENERATOR.standard_normal((40, 4)).astype(np.float32)
Y = GENERATOR.integers(0, 3, 40)
QUANTIZE = "include float\nquantize\n"

NET = """
net (float[1,4] x) => (float[1,3] y)
<float[4,5] w = {WEIGHTS}, float[5] b = {0.1, 0.2, -0.3, 0.0, 0.5}, float[5,3] v = {HEAD}>
{ h = Gemm(x, w, b)  r = Relu(h)  y = Gemm(r, v) }
"""


def net(path: Path, first_channel: float = 1.0) -> Path:
    """Two dense layers; the weights of the first output channel are scaled."""
    generator = np.random.default_rng(1)
    weights, head = generator.standard_normal((4, 5)), generator.standard_normal((5, 3))
    weights[:, 0] *= first_channel
    text = NET.replace("WEIGHTS", _listed(weights)).replace("HEAD", _listed(head))
    return model(text, path)


def _listed(array: Array) -> str:
    return ", ".join(f"{value:.9e}" for value in array.reshape(-1))


@dataclass(frozen=True, slots=True)
class Case:
    """A build of the net in an empty folder; the message must hold all of `says`: the place first, the way out last."""

    name: str
    says: tuple[str, ...]
    recipe: str = QUANTIZE
    calib: Callable[[Path], Path] | None = None
    data: Callable[[Path], Path] | None = None


def file(**arrays: Array) -> Callable[[Path], Path]:
    return lambda folder: samples(folder / "d.npz", **arrays)


def text_file(folder: Path) -> Path:
    (folder / "d.npz").write_text("no archive")
    return folder / "d.npz"


def cut_file(folder: Path) -> Path:
    whole = samples(folder / "d.npz", x=X).read_bytes()
    (folder / "d.npz").write_bytes(whole[: len(whole) // 2])
    return folder / "d.npz"


def with_value(row: int, value: float) -> Array:
    changed = X.copy()
    changed[row, 2] = value
    return changed


CASES = [
    Case("quantize without data", ("r.recipe:2:1", "quantize needs calibration data", "--calib")),
    Case("gptq without data", ("r.recipe:2:1", "calibration data", "--calib"),
         "include float\nquantize(weights=int4, rounding=gptq)\n"),
    Case("correct_bias without quantize", ("r.recipe:2:1", "correct_bias needs a graph that is quantized", "quantize"),
         "include float\ncorrect_bias\n", file(x=X)),
    Case("no such file", ("nowhere.npz", "Hint: "), calib=lambda folder: folder / "nowhere.npz"),
    Case("a text file", ("d.npz", "Hint: "), calib=text_file),
    Case("a file cut in two", ("d.npz", "Hint: "), calib=cut_file),
    Case("an empty folder", ("holds no .npz files", "Hint: "), calib=lambda folder: folder),
    Case("no samples", ('d.npz: key "x"', "no samples", "Hint: "), calib=file(x=X[:0])),
    Case("NaN", ('d.npz: key "x"', "sample 37 holds nan at [0, 2]", "Hint: "), calib=file(x=with_value(37, np.nan))),
    Case("Inf", ('d.npz: key "x"', "sample 3 holds -inf", "Hint: "), calib=file(x=with_value(3, -np.inf))),
    Case("overflow", ("Inf", "Hint: "), calib=file(x=np.full((20, 4), 3e38, np.float32))),
    Case("wrong key", ('d.npz: no key "x"', "samples", "Hint: "), calib=file(samples=X)),
    Case("wrong shape", ('d.npz: key "x"', "shape [5]", "[1, 4]", "Hint: "), calib=file(x=np.zeros((20, 5), "f"))),
    Case("wrong dtype", ('d.npz: key "x"', "<U1", "Hint: "), calib=file(x=np.array([["a"] * 4] * 20))),
    Case("Fortran order", ('d.npz: key "x"', "Fortran", "ascontiguousarray"), calib=file(x=np.asfortranarray(X))),
    Case("pattern of nothing", ("r.recipe:2:13", '"dens_*" matches no op', "dense_0"),
         "include float\nquantize on dens_*\n", file(x=X)),
    Case("labels above the classes", ("d.npz", "labels 0..3 for 3 classes", "0..2"), calib=file(x=X, y=Y % 4),
         data=file(x=X, y=np.arange(40) % 4)),
    Case("labels below zero", ("d.npz", "labels -1..1", "0..2"), calib=file(x=X),
         data=file(x=X, y=np.arange(40) % 3 - 1)),
    Case("too few labels", ('d.npz: key "y"', "[39] labels for 40 samples", "Hint: "), calib=file(x=X),
         data=file(x=X, y=Y[:39])),
    Case("no labels", ("d.npz", "no labels", "Hint: "), calib=file(x=X), data=file(x=X)),
    Case("labels of texts", ("d.npz", "no classes", "Hint: "), calib=file(x=X), data=file(x=X, y=np.array(["a"] * 40))),
    Case("NaN in labelled data", ('d.npz: key "x"', "sample 7 holds nan", "Hint: "), calib=file(x=X),
         data=file(x=with_value(7, np.nan), y=Y)),
    Case("data without a requirement's score", ("r.recipe:3:1", "gives no AUC", "top-1"),
         f"{QUANTIZE}require auc_drop <= 1%\n", file(x=X), file(x=X, y=Y)),
    Case("requirement without data", ("r.recipe:3:1", "needs labelled data", "--data"),
         f"{QUANTIZE}require mse_growth <= 1%\n", file(x=X)),
    Case("unknown requirement", ("r.recipe:1:9", '"accuracy_loss"', "accuracy_drop"), "require accuracy_loss <= 1%\n"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_build_refuses(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("c", "d"):
        (tmp_path / name).mkdir()
    (tmp_path / "r.recipe").write_text(case.recipe)
    given: list[str | Path] = []
    if case.calib is not None:
        given += ["--calib", case.calib(tmp_path / "c")]
    if case.data is not None:
        given += ["--data", case.data(tmp_path / "d")]
    command = ["build", net(tmp_path / "m.onnx"), "--board", "cortex-m4", "--recipe", "r.recipe", "-o", "out", *given]
    before = set(tmp_path.rglob("*"))
    ended = tinyc(*command)
    assert (ended.code, ended.stdout) == (1, ""), ended
    assert [word for word in case.says if word not in ended.stderr] == [], ended.stderr
    assert "Traceback" not in ended.stderr
    assert set(tmp_path.rglob("*")) == before, "something was written"


def quantised(folder: Path, x: Array, first_channel: float = 1.0, recipe: str = "int8") -> list[str | Path]:
    """A build with this calibration data."""
    path, data = net(folder / "m.onnx", first_channel), samples(folder / "c.npz", x=x)
    return ["build", path, "--board", "cortex-m4", "--recipe", recipe, "--calib", data, "-o", folder / "out"]


@pytest.mark.parametrize("count", [1, 15])
def test_few_samples_warn_with_their_number(count: int, tmp_path: Path) -> None:
    ended = tinyc(*quantised(tmp_path, X[:count]))
    assert ended.code == 0 and f"warning: quantize: only {count} calibration samples" in ended.stdout
    assert any(f"only {count} " in note for note in json.loads((tmp_path / "out/report.json").read_text())["notes"])


def test_enough_samples_do_not_warn(tmp_path: Path) -> None:
    ended = tinyc(*quantised(tmp_path, X[:16]))
    assert ended.code == 0 and "warning" not in ended.stdout


def test_data_that_nobody_reads_is_a_warning(tmp_path: Path) -> None:
    ended = tinyc(*quantised(tmp_path, X, recipe="float"))
    assert ended.code == 0 and "warning: the calibration data was not read" in ended.stdout


HARD = {
    "constant data": (np.zeros((20, 4), np.float32), 1.0, "int8"),
    "one value": (np.full((20, 4), 0.3, np.float32), 1.0, "int8"),
    "denormal data": (X * np.float32(1e-38), 1.0, "int8"),
    "data of 1e-15": (X * np.float32(1e-15), 1.0, "int8"),
    "a channel of 1e-9": (X, 1e-9, "int8"),
    "a channel of 1e-9 at int4": (X, 1e-9, "int4"),
    "a channel of zeros": (X, 0.0, "int8"),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_ranges_give_usable_scales(name: str, tmp_path: Path) -> None:
    """Never a scale of 0, numpy and C stay equal, and the answer stays near that of the ONNX file."""
    x, first_channel, recipe = HARD[name]
    path, data = net(tmp_path / "m.onnx", first_channel), samples(tmp_path / "c.npz", x=x)
    built = build(path, load_board("cortex-m4"), load_recipe(recipe), calibration=data)
    scales = [scale for kind in built.graph.types.values() if kind.quant for scale in kind.quant.scale]
    assert scales and min(scales) > 1e-38 and min(entry.scale for entry in built.histograms) > 1e-38
    found = tinyc("verify", path, "--board", "cortex-m4", "--recipe", recipe, "--calib", data, "--data", data,
                  "--on", "host", "--json")  # fmt: skip
    assert found.code == 0 and "numpy = host" in found.json["bit_for_bit"], found.stderr
    # Of 255 steps: 4 % at int8, where all samples may lie in one corner of the range.
    assert found.json["layers"][-1]["onnx_max_steps"] < (10 if recipe == "int8" else 40)
