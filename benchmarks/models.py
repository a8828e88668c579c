"""Where the benchmark's models and data lie, and how a data file becomes the input of a model.

Neither is part of the project: TINYC_MODELS and TINYC_DATA name the folders, by default ../shared/models and
../shared/data beside the checkout.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

_SHARED = Path(__file__).resolve().parents[2] / "shared"


def folder_of(variable: str, default: str) -> Path:
    """The folder that an environment variable names; FileNotFoundError with a sentence if it is not there."""
    folder = Path(os.environ.get(variable, _SHARED / default))
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not here: set {variable} to the folder with the {default}")
    return folder


def folders() -> tuple[Path, Path]:
    """Of models and data; ends the benchmark with exit code 1 and a sentence where one is missing."""
    try:
        return folder_of("TINYC_MODELS", "models"), folder_of("TINYC_DATA", "data")
    except FileNotFoundError as missing:
        raise SystemExit(str(missing)) from None


@dataclass(frozen=True, slots=True)
class Source:
    """A data file, and the function that makes float input [N, ...] of its `x`. Labels are its `y`, if it has one."""

    file: str
    to_input: Callable[[Array], Array]


def _as_is(x: Array) -> Array:
    return x.astype(np.float32)


def _share_of_255(x: Array) -> Array:
    return x.astype(np.float32) / np.float32(255)


def _channels_first(x: Array) -> Array:
    return np.moveaxis(x, -1, 1).astype(np.float32)


def _cifar(x: Array) -> Array:
    """Normalised by the mean and deviation of CIFAR-10's training images."""
    mean, deviation = np.array([0.4914, 0.4822, 0.4465]), np.array([0.2470, 0.2435, 0.2616])
    return _channels_first((x / 255 - mean) / deviation)


SOURCES = {
    "ad01": Source("ad01_normal.npz", _as_is),
    "kws": Source("kws.npz", lambda x: ((x.astype(np.float32) - 83) * np.float32(0.58470291))[:, None]),
    "resnet8": Source("ic_test500.npz", _channels_first),
    "vww": Source("vww.npz", lambda x: _channels_first(x) / np.float32(255)),
    "mbv2se": Source("ic_test500.npz", _cifar),
    "lenet5": Source("mnist.npz", lambda x: _share_of_255(x)[:, None]),
    "cnn1d": Source("basicmotions.npz", _as_is),
    "gru": Source("japanesevowels.npz", _as_is),
    "transformer": Source("japanesevowels.npz", _as_is),
    "mlp": Source("italypower.npz", _as_is),
    "skl": Source("digits8x8.npz", lambda x: x.reshape(len(x), -1).astype(np.float32)),
}
"""By the first part of a model's name."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Float inputs [N, *shape of the model's input], and labels [N] or None."""

    x: Array
    labels: Array | None


def samples_of(model: Path, data: Path, limit: int | None) -> Samples | None:
    """The development data of a model, at most `limit` samples; None if no data file is known for it."""
    source = SOURCES.get(model.stem.split("_")[0])
    if source is None:
        return None
    with np.load(data / source.file) as arrays:
        labels = arrays["y"][:limit] if "y" in arrays.files else None
        return Samples(source.to_input(arrays["x"][:limit]), labels)
