"""Quantisation of the bundled float CNN: accuracy, equality of the witnesses, and what bad data gets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.cases.case import Array, Case
from tests.support.case_models import Variant
from tests.support.case_program import Built, run_on_host
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import DataError, RecipeError, TinycError
from tinyc.ir.interp import interpret
from tinyc.recipe import load_recipe, parse
from tinyc.targets import load_board

RECIPES = {
    "int8": (0.5, 0.30),
    "int4": (1.0, 0.22),
    "quantize(weights=int4, activations=int4, rounding=gptq)": (6.0, 0.22),
    "quantize(weights=int2, rounding=gptq)": (6.0, 0.20),
    "quantize(per_channel=false, calibrate=minmax)": (0.7, 0.30),
    "quantize(calibrate=percentile)": (0.7, 0.30),
    "quantize(weights=int4, rounding=adaround)": (1.0, 0.22),
    "equalize\nquantize(weights=int4)\ncorrect_bias": (1.0, 0.22),
    "quantize(activations=float)": (0.3, 0.30),
    "quantize(weights=int4, activations=float, rounding=gptq)": (0.7, 0.22),
    "quantize(weights=int2, activations=float, rounding=gptq)": (6.0, 0.20),
}
"""Recipe -> accuracy points that may be lost on the test images, and bytes of constants relative to float."""


@pytest.fixture(scope="module")
def images(digits: Path) -> tuple[Array, Array]:
    with np.load(digits / "digits_test.npz") as data:
        return data["x"], data["y"]


@pytest.fixture(scope="module")
def calibration(images: tuple[Array, Array], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "calibration.npz"
    np.savez(path, x=images[0][:100])
    return path


def built(digits: Path, recipe: str, calibration: Path | None) -> BuildResult:
    steps = load_recipe(recipe) if recipe.isidentifier() else parse(f"include float\n{recipe}", "r", load_recipe)
    model, board = digits / "digits_float.onnx", load_board("cortex-m4")
    return build(model, board, steps, Options(name="digits"), calibration)


def predictions(result: BuildResult, images: Array) -> Array:
    graph = result.graph
    name = graph.inputs[0]
    kind = graph.types[name]
    found = []
    for image in images:
        x = image.reshape(kind.shape).astype(np.float32)
        if kind.quant is not None:
            steps = np.rint(x / np.float32(kind.quant.scale[0])) + kind.quant.zero_point[0]
            x = np.clip(steps, -128, 127).astype(np.int8)
        found.append(int(interpret(graph, {name: x})[graph.outputs[0]].reshape(-1).argmax()))
    return np.array(found)


@pytest.mark.parametrize("recipe", RECIPES)
def test_accuracy_and_size(recipe: str, digits: Path, images: tuple[Array, Array], calibration: Path) -> None:
    lost_points, size = RECIPES[recipe]
    x, y = images
    plain, small = built(digits, "float", None), built(digits, recipe, calibration)
    drop = 100 * float((predictions(plain, x) == y).mean() - (predictions(small, x) == y).mean())
    assert drop <= lost_points, f"{recipe} loses {drop:.2f} points"
    weights = small.program.constant_bytes("weights") / plain.program.constant_bytes("weights")
    assert weights <= size, f"{recipe} keeps {weights:.2f} of the bytes"
    floats = [op.name for op in small.graph.ops if small.graph.types[op.outputs[0]].dtype.is_float]
    assert bool(floats) == ("float" in recipe)


@pytest.mark.parametrize("recipe", RECIPES)
def test_c_under_sanitizers_equals_numpy(recipe: str, digits: Path, calibration: Path, tmp_path: Path) -> None:
    result = built(digits, recipe, calibration)
    write(result.project, tmp_path / "digits")
    graph = result.graph
    kind = graph.types[graph.inputs[0]]
    sample = np.random.default_rng(5).integers(-128, 128, kind.shape).astype(kind.dtype.numpy)
    variant = Variant(Case("digits", "", ()), "digits", onnx.ModelProto(), {graph.inputs[0]: sample}, [], integer=True)
    ((got,),) = run_on_host([Built(variant, result, tmp_path / "digits")], tmp_path)
    expected = interpret(graph, variant.samples)[graph.outputs[0]]
    if expected.dtype.kind == "f":
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5 * float(np.abs(expected).max()))
    else:
        np.testing.assert_array_equal(got, expected)


def _empty(folder: Path) -> Path:
    return folder


def _saved(**arrays: Array) -> object:
    def make(folder: Path) -> Path:
        np.savez(folder / "data.npz", **arrays)
        return folder / "data.npz"

    return make


BAD = {
    "no data": (None, RecipeError, "needs calibration data"),
    "missing file": (lambda folder: folder / "nowhere.npz", DataError, "nowhere.npz"),
    "empty folder": (_empty, DataError, "no .npz files"),
    "wrong key": (_saved(z=np.zeros((3, 64), np.float32)), DataError, 'no key'),
    "wrong shape": (_saved(x=np.zeros((3, 7), np.float32)), DataError, "expected"),
    "no samples": (_saved(x=np.zeros((0, 64), np.float32)), DataError, "no samples"),
    "NaN": (_saved(x=np.full((3, 1, 8, 8), np.nan, np.float32)), DataError, "nan"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_data(what: str, digits: Path, tmp_path: Path) -> None:
    make, error, words = BAD[what]
    with pytest.raises(error, match=words) as caught:
        built(digits, "int8", None if make is None else make(tmp_path))  # type: ignore[operator]
    assert isinstance(caught.value, TinycError) and caught.value.hint


def test_few_samples_are_a_warning(digits: Path, images: tuple[Array, Array], tmp_path: Path) -> None:
    np.savez(tmp_path / "few.npz", x=images[0][:3])
    (warning,) = built(digits, "int8", tmp_path / "few.npz").warnings
    assert "only 3 calibration samples" in warning


def test_constant_data_gives_usable_scales(digits: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "zeros.npz", x=np.zeros((20, 1, 8, 8), np.float32))
    result = built(digits, "int8", tmp_path / "zeros.npz")
    assert all(scale > 1e-13 for kind in result.graph.types.values() if kind.quant for scale in kind.quant.scale)


def test_folder_of_files_is_one_data_set(digits: Path, images: tuple[Array, Array], tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    np.savez(tmp_path / "one" / "all.npz", x=images[0][:40])
    np.savez_compressed(tmp_path / "two" / "a.npz", x=images[0][:25])
    np.savez(tmp_path / "two" / "b.npz", x=images[0][25:40])
    one, two = built(digits, "int8", tmp_path / "one"), built(digits, "int8", tmp_path / "two")
    every = (one.project.files, two.project.files)
    made = [{path: text for path, text in files.items() if path != "manifest.json"} for files in every]
    assert made[0] == made[1]
