"""A float graph tuned on unlabelled samples until its values follow those of another one.

Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015, by squared errors of the values before a
last softmax; what layers between compute is followed too: Romero et al., "FitNets: Hints for Thin Deep Nets", 2015.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tinyc.calibration.adam import Adam
from tinyc.calibration.augment import Batch, Mirrors, augmented, mirrors_of
from tinyc.calibration.columns import unfolded
from tinyc.calibration.tape import Tape, ops_before
from tinyc.calibration.whitened import Layer, whitened
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.ops.conv2d import Conv2d

BATCH = 32
HINTS = 1.0
"""Weight of the mean error of the values between, where that of the outputs has 1."""
SURVEYED = 256
"""Samples that tell how much values vary."""
MIRRORED = 64
"""Samples that tell whether mirrored ones are of the same kind."""
HELD_OUT = 8
"""Every so many samples judge what the others have made."""
SEED = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """`graph` shall compute at `outputs`, and at `hints`, what `reference` computes there; `inputs` [n, ...]."""

    graph: Graph
    reference: Graph
    outputs: tuple[str, ...]
    hints: tuple[str, ...]
    inputs: Batch

    @property
    def followed(self) -> tuple[str, ...]:
        return (*self.outputs, *self.hints)

    @property
    def count(self) -> int:
        return len(next(iter(self.inputs.values())))

    def batches(self, places: Array) -> Iterator[dict[str, Array]]:
        """The samples at these places."""
        for first in range(0, len(places), BATCH):
            yield {name: array[places[first : first + BATCH]] for name, array in self.inputs.items()}

    def wanted(self, batch: Batch, names: Sequence[str]) -> dict[str, Array]:
        """Values of the reference."""
        values = Tape(self.reference, ops_before(self.reference, names), batch, {}).values
        return {name: values[name] for name in names}


@dataclass(frozen=True, slots=True)
class Tuned:
    """Constants by name, and the squared error of the outputs on samples that did not make them, relative to their
    variance: before and after.
    """

    constants: Mapping[str, Array]
    before: float
    after: float


def distilled(lesson: Lesson, ops: Sequence[Op], epochs: int, rate: float) -> Tuned:
    """Weights and biases of layers after the best epoch; those at the start where none is better."""
    places = np.arange(lesson.count)
    held, fit = places[::HELD_OUT], np.delete(places, np.s_[::HELD_OUT])
    powers, order = _powers(lesson, fit[:SURVEYED]), np.random.default_rng(SEED)
    mirrors = _mirrors(lesson, powers, fit[:MIRRORED])
    student = Student(_layers(lesson, ops, fit[: SURVEYED // 2]))
    adam = Adam(student.starts(), student.units(), rate, epochs * -(-len(fit) // BATCH))
    best = student.constants(adam.arrays)
    before = after = _error(lesson, powers, held, best)
    for _ in range(epochs if before > 0 else 0):
        for batch in lesson.batches(order.permutation(fit)):
            more = augmented(batch, mirrors, order)
            adam.step(student.slopes(_slopes(lesson, powers, more, student.constants(adam.arrays))))
        error = _error(lesson, powers, held, student.constants(adam.arrays))
        if error < after:
            best, after = student.constants(adam.arrays), error
    return Tuned(best, before, after)


@dataclass(frozen=True, slots=True)
class Student:
    """What moves: the coordinates of all layers, by name."""

    layers: tuple[Layer, ...]

    def starts(self) -> dict[str, Array]:
        return {name: array for layer in self.layers for name, array in layer.starts().items()}

    def units(self) -> dict[str, float]:
        return {name: unit for layer in self.layers for name, unit in layer.units().items()}

    def constants(self, moved: Mapping[str, Array]) -> dict[str, Array]:
        """Weights and biases."""
        return {name: array for layer in self.layers for name, array in layer.constants(moved).items()}

    def slopes(self, by_constants: Mapping[str, Array]) -> dict[str, Array]:
        """By the coordinates, of layers that the loss depends on."""
        reached = (layer for layer in self.layers if layer.weights in by_constants)
        return {name: slope for layer in reached for name, slope in layer.slopes(by_constants).items()}


def _layers(lesson: Lesson, ops: Sequence[Op], places: Array) -> tuple[Layer, ...]:
    graph, grams = lesson.graph, dict[str, Array]()
    for batch in lesson.batches(places):
        values = Tape(graph, ops_before(graph, [op.reads[0] for op in ops]), batch, {}).values
        for op in ops:
            x = values[op.reads[0]]
            grams[op.name] = grams.get(op.name, np.zeros(())) + _gram(op, x) * (len(x) / len(places))
    found = []
    for op in ops:
        w, b = (*op.reads[1:], None)[:2]
        assert w is not None
        bias = None if b is None else graph.constants[b].array
        found.append(whitened((w, b), graph.constants[w].array, bias, grams[op.name]))
    return tuple(found)


def _gram(op: Op, x: Array) -> Array:
    """Means of products of an op's inputs and of 1, float64 [groups, K + 1, K + 1]."""
    if isinstance(op.operator, Conv2d):
        columns = unfolded(x.reshape(-1, *x.shape[2:]), op.operator.window, 0.0)
        columns = columns.reshape(op.operator.groups, -1, columns.shape[2])
    else:
        columns = x.reshape(1, -1, x.shape[-1]).swapaxes(1, 2)
    columns = np.concatenate([columns, np.ones((len(columns), 1, columns.shape[2]), np.float32)], axis=1)
    return np.asarray(np.matmul(columns, columns.swapaxes(1, 2)).astype(np.float64) / columns.shape[2])


def _mirrors(lesson: Lesson, powers: Mapping[str, float], places: Array) -> Mirrors:
    outputs = {name: power for name, power in powers.items() if name in lesson.outputs}
    samples = {name: array[places] for name, array in lesson.inputs.items()}
    return mirrors_of(samples, lambda batch: lesson.wanted(batch, tuple(outputs)), outputs)


def _powers(lesson: Lesson, places: Array) -> dict[str, float]:
    """Variance of each followed value in the reference, of those that vary."""
    sums = {name: np.zeros(2) for name in lesson.followed}
    first = next(lesson.batches(places))
    middle = {name: value.mean(axis=0) for name, value in lesson.wanted(first, lesson.followed).items()}
    for batch in lesson.batches(places):
        for name, value in lesson.wanted(batch, lesson.followed).items():
            away = (value - middle[name]).astype(np.float64)
            sums[name] += (away**2).sum(), away.size
    return {name: float(total / count) for name, (total, count) in sums.items() if total > 0}


def _error(lesson: Lesson, powers: Mapping[str, float], places: Array, constants: Mapping[str, Array]) -> float:
    """Mean over the outputs of their squared error, relative to their variance; inf where it is no number."""
    ops, total = ops_before(lesson.graph, lesson.outputs), 0.0
    names = [name for name in lesson.outputs if name in powers]
    with np.errstate(all="ignore"):
        for batch in lesson.batches(places):
            wanted, values = lesson.wanted(batch, names), Tape(lesson.graph, ops, batch, constants).values
            for name in names:
                error = (values[name] - wanted[name]).astype(np.float64)
                total += float((error**2).sum()) / (error[0].size * len(places) * powers[name] * len(names))
    return total if np.isfinite(total) else np.inf


def _slopes(
    lesson: Lesson, powers: Mapping[str, float], batch: Batch, constants: Mapping[str, Array]
) -> dict[str, Array]:
    """Of the loss by the constants that move."""
    with np.errstate(all="ignore"):
        tape = Tape(lesson.graph, ops_before(lesson.graph, lesson.followed), batch, constants)
        wanted, direct = lesson.wanted(batch, lesson.followed), {}
        for name in powers:
            share = 1 / len(lesson.outputs) if name in lesson.outputs else HINTS / len(lesson.hints)
            error = tape.values[name] - wanted[name]
            direct[name] = error * np.float32(2 * share / (error.size * powers[name]))
        found = tape.slopes(direct)
    return {name: found[name] for name in constants if name in found}
