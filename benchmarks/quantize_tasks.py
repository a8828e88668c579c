"""What is measured after quantisation: models with disjoint samples for calibration and test, and their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.models import SOURCES, Array, Samples, samples_of

CALIBRATION = 256
"""Samples at most."""
TRAINING = {"resnet8": "ic_train5085.npz"}
"""Files of samples that are no test samples, where there are any."""


@dataclass(frozen=True, slots=True)
class Task:
    """A model with samples that calibrate, at most `CALIBRATION`, and others that test."""

    model: Path
    calibration: Array
    test: Samples


def tasks_of(
    name: str, models: Path, data: Path, limit: int | None, once: bool = False, rest: bool = False,
    most: int = CALIBRATION,
) -> list[Task]:  # fmt: skip
    """Where all samples are in one file two tasks: each half tests once, with the other half calibrating.

    `once`: the first of them alone. `rest`: where there are training samples, those that do not calibrate are the test.
    `most`: samples that calibrate.
    """
    model, family = models / f"{name}.onnx", name.split("_")[0]
    found = samples_of(model, data, None)
    assert found is not None, name
    if family in TRAINING:
        with np.load(data / TRAINING[family]) as arrays:
            samples = Samples(SOURCES[family].to_input(arrays["x"]), arrays["y"])
        test = _part(samples, slice(most, None)) if rest else found
        return [Task(model, samples.x[:most], _part(test, slice(0, limit)))]
    share = None if limit is None else limit // 2
    halves = [_part(found, slice(first, None, 2)) for first in (0, 1)]
    return [
        Task(model, one.x[_spread(one, most)], _part(other, _spread(other, share)))
        for one, other in ((halves, reversed(halves))[: 1 if once else 2])
    ]


def held_out(tasks: Sequence[Task]) -> list[Task]:
    """The calibration samples of the first task alone: each half calibrates for the other, which has no labels."""
    model, samples = tasks[0].model, tasks[0].calibration
    halves = [samples[first::2] for first in (0, 1)]
    return [Task(model, one, Samples(other, None)) for one, other in (halves, reversed(halves))]


def _spread(samples: Samples, most: int | None) -> Array:
    """At most so many rows, evenly over all: files may be sorted by class."""
    count = len(samples.x)
    return np.linspace(0, count, min(count, most or count), endpoint=False).astype(int)


def _part(samples: Samples, rows: slice | Array) -> Samples:
    return Samples(samples.x[rows], None if samples.labels is None else samples.labels[rows])


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one method on all test samples of a model, beside the float model.

    `value`: top-1 in percent, or the MSE of a reconstruction. `change`: this top-1 minus the float model's, or the
    growth of the MSE in percent; `error`: its standard error over samples. `sqnr_db`: signal over error of the outputs,
    None for the float model itself.
    """

    value: float
    change: float
    error: float
    sqnr_db: float | None

    def __str__(self) -> str:
        if self.sqnr_db is None:
            return f"{self.value:.2f}"
        return f"{self.value:.2f} ({self.change:+.1f} ± {self.error:.1f}, {self.sqnr_db:.1f} dB)"


def figures(tasks: Sequence[Task], real: Sequence[Array], outputs: Sequence[Array]) -> Figures:
    """`real`: outputs of the float model for the test samples of each task; `outputs`: those of the method."""
    good, own = (np.concatenate(list(_scores(tasks, found))) for found in (real, outputs))
    sqnr_db = signal_over_error(real, outputs)
    change, error = own - good, len(good) ** -0.5
    unit = 100 / float(good.mean()) if tasks[0].test.labels is None else 100.0
    value = float(own.mean()) if tasks[0].test.labels is None else 100 * float(own.mean())
    return Figures(value, unit * float(change.mean()), unit * float(change.std()) * error, sqnr_db)


def signal_over_error(real: Sequence[Array], outputs: Sequence[Array]) -> float | None:
    """In decibels; None where nothing differs."""
    wanted, got = (np.concatenate([part.reshape(-1).astype(np.float64) for part in found]) for found in (real, outputs))
    noise = float(((got - wanted) ** 2).sum())
    return None if noise == 0.0 else 10 * float(np.log10((wanted**2).sum() / noise))


def _scores(tasks: Sequence[Task], outputs: Sequence[Array]) -> Iterator[Array]:
    """For each sample whether its class was found, or the squared error of its reconstruction."""
    for task, found in zip(tasks, outputs, strict=True):
        rows = found.reshape(len(found), -1)
        if task.test.labels is None:
            yield ((rows - task.test.x.reshape(rows.shape)) ** 2).mean(axis=1)
        else:
            yield (rows.argmax(axis=1) == task.test.labels).astype(np.float64)
