"""The bundled model is what its training script makes: same net, same held-out images, as accurate."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from tests.packaging.conftest import run

MODELS = ("digits_float.onnx", "digits_int8.onnx")
LEAST_TOP1 = 0.97


@pytest.fixture(scope="session")
def retrained(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("digits")
    run(sys.executable, digits / "train.py", "-o", folder, cwd=folder)
    return folder


def top1(model: Path, data: Path) -> float:
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    with np.load(data) as held_out:
        guesses = [np.argmax(session.run(None, {"image": image[None]})[0]) for image in held_out["x"]]
        return float(np.mean(np.array(guesses) == held_out["y"]))


def shape_of(path: Path) -> list[tuple[object, ...]]:
    graph = onnx.load(path).graph
    nodes = [(node.op_type, *node.input, *node.output) for node in graph.node]
    return [*nodes, *sorted((tensor.name, tensor.data_type, *tensor.dims) for tensor in graph.initializer)]


@pytest.mark.xdist_group("digits")
@pytest.mark.parametrize("model", MODELS)
def test_bundled_model_is_small_and_accurate(model: str, digits: Path) -> None:
    assert (digits / model).stat().st_size < 100_000
    assert top1(digits / model, digits / "digits_test.npz") >= LEAST_TOP1


@pytest.mark.slow
@pytest.mark.xdist_group("digits")
@pytest.mark.parametrize("model", MODELS)
def test_training_gives_the_bundled_net(model: str, digits: Path, retrained: Path) -> None:
    """Last bits depend on the processor's matrix product, so the weights are not compared."""
    assert shape_of(retrained / model) == shape_of(digits / model)
    assert top1(retrained / model, retrained / "digits_test.npz") >= LEAST_TOP1


@pytest.mark.slow
@pytest.mark.xdist_group("digits")
def test_training_gives_the_bundled_images(digits: Path, retrained: Path) -> None:
    with np.load(digits / "digits_test.npz") as ours, np.load(retrained / "digits_test.npz") as theirs:
        assert set(ours) == set(theirs) == {"x", "y"}
        assert all(np.array_equal(ours[key], theirs[key]) for key in ours)
