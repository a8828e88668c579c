"""Sample files: shapes, number formats, memory order, and back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinyc.codegen.manifest import Tensor
from tinyc.errors import DataError
from tinyc.host.samples import from_bytes, load_samples, random_samples, real_outputs, save_outputs, to_bytes

Array = np.ndarray[Any, Any]

FLOAT = Tensor("image", "float32", (1, 2, 3), "linear", 24)
S8 = Tensor("image", "int8", (1, 2, 3), "linear", 6, scale=0.5, zero_point=-3)
U8 = Tensor("image", "uint8", (1, 2, 3), "linear", 6, scale=0.25, zero_point=128)
PIXELS = Tensor("image", "int8", (1, 2, 3), "linear", 6, scale=2.0, zero_point=-128, float_in_model=True)
TOKENS = Tensor("tokens", "int64", (1, 4), "linear", 32)
MASK = Tensor("mask", "bool", (1, 4), "linear", 4)
NHWC = Tensor("image", "int8", (1, 3, 2, 2), "channels_last", 12, scale=1.0, zero_point=0)

REAL = np.linspace(-2, 2, 18, dtype=np.float32).reshape(3, 1, 2, 3)


def load(tmp_path: Path, tensor: Tensor, values: Array, **more: Array) -> Array:
    np.savez(tmp_path / "x.npz", x=values, **more)  # type: ignore[arg-type]
    return load_samples(tmp_path / "x.npz", [tensor]).inputs[tensor.name]


ACCEPTED = {
    "float": (FLOAT, REAL, REAL),
    "without the batch axis": (FLOAT, REAL[:, 0], REAL),
    "with one more axis of 1": (FLOAT, REAL[..., None], REAL),
    "float64": (FLOAT, REAL.astype("float64"), REAL),
    "float16": (FLOAT, REAL.astype("float16"), REAL.astype("float16").astype("float32")),
    "bytes for a float input": (FLOAT, np.full((2, 2, 3), 200, "uint8"), np.full((2, 1, 2, 3), 200, "float32")),
    "bools for a float input": (FLOAT, np.ones((1, 2, 3), "bool"), np.ones((1, 1, 2, 3), "float32")),
    "real numbers are quantised": (S8, np.full((1, 2, 3), 1.0, "f"), np.full((1, 1, 2, 3), -1, "int8")),
    "ties go to even": (S8, np.full((1, 2, 3), 0.75, "f"), np.full((1, 1, 2, 3), -3 + 2, "int8")),
    "ties go to even, below": (S8, np.full((1, 2, 3), 0.25, "f"), np.full((1, 1, 2, 3), -3, "int8")),
    "saturates": (S8, np.full((1, 2, 3), -1e9, "f"), np.full((1, 1, 2, 3), -128, "int8")),
    "uint8 is quantised": (U8, np.full((1, 2, 3), -0.5, "f"), np.full((1, 1, 2, 3), 126, "uint8")),
    "own integers are taken as they are": (S8, np.full((1, 2, 3), 77, "int8"), np.full((1, 1, 2, 3), 77, "int8")),
    "pixels for what was float": (PIXELS, np.full((1, 2, 3), 200, "uint8"), np.full((1, 1, 2, 3), -28, "int8")),
    "own integers for what was float": (PIXELS, np.full((1, 2, 3), 7, "int8"), np.full((1, 1, 2, 3), 7, "int8")),
    "other integers for plain ones": (TOKENS, np.array([[1, 2, 3, 4]], "uint8"), np.array([[[1, 2, 3, 4]]], "int64")),
    "0 and 1 for bools": (MASK, np.array([[1, 0, 1, 1]]), np.array([[[True, False, True, True]]])),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str, tmp_path: Path) -> None:
    tensor, given, wanted = ACCEPTED[name]
    found = load(tmp_path, tensor, given)
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    np.testing.assert_array_equal(found, wanted)


REFUSED = {
    "wrong shape": (FLOAT, np.zeros((3, 3, 2), "f"), "samples of shape"),
    "transposed": (NHWC, np.zeros((3, 2, 2, 3), "int8"), "or \\[3, 2, 2\\]\nHint: turn the axes"),
    "uint8 for an int8 input": (S8, np.zeros((1, 2, 3), "uint8"), "dtype uint8 for an input of int8"),
    "int32 for an int8 input": (S8, np.zeros((1, 2, 3), "int32"), "dtype int32"),
    "floats for tokens": (TOKENS, np.zeros((1, 4), "f"), "dtype float32 for an input of int64"),
    "2 for a bool": (MASK, np.array([[0, 1, 2, 0]]), "values 0..2"),
    "infinite": (FLOAT, np.full((1, 2, 3), np.inf, "f"), "inf"),
    "too large for float32": (FLOAT, np.full((1, 2, 3), 1e300), "inf"),
    "NaN to be quantised": (S8, np.full((1, 2, 3), np.nan), "nan"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    tensor, given, reason = REFUSED[name]
    with pytest.raises(DataError) as caught:
        load(tmp_path, tensor, given)
    assert re.search(reason, str(caught.value))


def test_several_inputs_have_their_own_keys(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", image=REAL, tokens=np.zeros((3, 4), "int64"))
    samples = load_samples(tmp_path / "x.npz", [FLOAT, TOKENS], limit=2)
    assert len(samples) == 2
    assert len(to_bytes(samples, [FLOAT, TOKENS])) == 2 * (24 + 32)
    np.savez(tmp_path / "x.npz", image=REAL, tokens=np.zeros((2, 4), "int64"))
    with pytest.raises(DataError, match='different numbers of samples: "image" 3, "tokens" 2'):
        load_samples(tmp_path / "x.npz", [FLOAT, TOKENS])


def test_the_only_input_may_go_by_its_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", image=REAL, y=np.arange(3))
    samples = load_samples(tmp_path / "x.npz", [FLOAT])
    assert samples.labels is not None and samples.labels.tolist() == [0, 1, 2]


def test_memory_order(tmp_path: Path) -> None:
    """Channels-last inputs are given in declared order and lie with the channels together."""
    values = np.arange(12, dtype="int8").reshape(1, 3, 2, 2)
    np.savez(tmp_path / "x.npz", x=values)
    content = to_bytes(load_samples(tmp_path / "x.npz", [NHWC]), [NHWC])
    assert list(content) == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]
    np.testing.assert_array_equal(from_bytes(content, [NHWC], 1)["image"][0], values)


@pytest.mark.parametrize("seed", range(5))
def test_bytes_and_back(seed: int) -> None:
    tensors = [FLOAT, Tensor("s", "int8", (1, 3, 2, 2), "channels_last", 12), TOKENS, MASK]
    samples = random_samples([*tensors], 4, seed)
    found = from_bytes(to_bytes(samples, tensors), tensors, 4)
    for tensor in tensors:
        np.testing.assert_array_equal(found[tensor.name], samples.inputs[tensor.name], err_msg=f"seed {seed}")


def test_outputs_are_real_numbers(tmp_path: Path) -> None:
    output = Tensor("scores", "int8", (1, 3), "linear", 3, scale=0.5, zero_point=-3)
    found = real_outputs(np.array([-3, 0, 127, -128, 1, 2], "int8").tobytes(), [output], 2)
    np.testing.assert_array_equal(found["scores"], np.array([[0, 1.5, 65], [-62.5, 2, 2.5]], "f"))
    save_outputs(tmp_path / "y.npz", found)
    assert np.load(tmp_path / "y.npz").files == ["y"]
    save_outputs(tmp_path / "y.npz", {**found, "/second": found["scores"]})
    assert np.load(tmp_path / "y.npz").files == ["scores", "/second"]
