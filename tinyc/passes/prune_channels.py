"""Whole channels go: out of the layers that compute them, the layers that read them, and all tensors between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.calibration.lockstep import first_samples
from tinyc.calibration.moments import Moments
from tinyc.calibration.pattern import Pattern, Tables
from tinyc.calibration.supported import solved_within
from tinyc.calibration.surgeon import Importance, Patient
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.passes.channels import Channels, is_depthwise, is_full, without
from tinyc.passes.prune_layers import Cut, Layer, cut, is_prunable, layer_of, line_of, wanted_rows
from tinyc.passes.prune_measure import Judge
from tinyc.passes.prune_weights import JUDGED, Cutter, Found, alone, in_lockstep, parted, plain_moments

TRIED = 0.3
"""Share of a layer's inputs without which is measured what its errors do to the outputs."""
ROUND = 0.04
"""Share of the open channels that goes at once."""


@dataclass(slots=True)
class Reader:
    """A layer that reads channels which may go: what is left of it while they do.

    `worth`: what a squared error of its outputs is to the graph's.
    """

    op: Op
    into: Array
    tables: Tables
    numbers: Array
    worth: float
    patient: Patient
    outputs: Array

    def costs(self, count: int) -> Array:
        """Of each channel, [count]: what the graph's outputs lose with its columns; 0 where it is not read."""
        found = np.zeros(count)
        found[self.numbers] = self.patient.costs(self.tables) * self.worth
        return found

    def drop(self, gone: Array) -> None:
        """Let the columns and the rows of channels go."""
        self.patient.weights = self.patient.weights[~gone[self.outputs]]
        self.outputs = self.outputs[~gone[self.outputs]]
        columns = np.flatnonzero(gone[self.into])
        columns = columns[np.isin(columns, self.patient.columns)]
        if columns.size:
            self.patient.remove(columns)


@dataclass(frozen=True, slots=True)
class Queue:
    """Numbers of channels in the order in which they go, and the share of weights or MACs that is saved up to each."""

    order: Array
    saved: Array

    def until(self, share: float) -> Array:
        """Those that together save the share."""
        return self.order[: int(np.searchsorted(self.saved, share - 1e-12)) + 1] if share > 0 else self.order[:0]


@dataclass(slots=True)
class Choice:
    """Which channels go, cheapest first: least error of the outputs for the weights or MACs that are saved."""

    graph: Graph
    channels: Channels
    readers: list[Reader]
    may_go: Array
    by_macs: bool
    gone: Array = field(init=False)

    def __post_init__(self) -> None:
        self.gone = np.zeros(self.channels.count, bool)

    def queue(self, most: float) -> Queue:
        """All channels that may go, or as many as save the share `most`."""
        whole = self.price()
        at_once = max(1, round(ROUND * int(self.may_go.sum())))
        order: list[int] = []
        saved: list[float] = []
        while (candidates := self._candidates()).any() and (not saved or saved[-1] < most):
            savings = self.savings()
            costs = sum((reader.costs(self.channels.count) for reader in self.readers), np.zeros(self.channels.count))
            numbers = np.flatnonzero(candidates)
            density = costs[numbers] / np.maximum(savings[numbers], 1)
            for number in numbers[np.argsort(density, kind="stable")][:at_once]:
                if self._candidates()[number]:
                    self.gone[number] = True
                    order.append(int(number))
                    saved.append(1 - self.price() / whole)
            self._drop(order[-at_once:])
        return Queue(np.array(order, int), np.array(saved))

    def _drop(self, numbers: list[int]) -> None:
        fresh = np.zeros(self.channels.count, bool)
        fresh[numbers] = True
        for reader in self.readers:
            reader.drop(fresh)

    def _candidates(self) -> Array:
        """Channels that may go and are not the last of a value."""
        found = self.may_go & ~self.gone
        for numbers in self.channels.numbers.values():
            left = np.unique(numbers[~self.gone[numbers]])
            if len(left) == 1:
                found[left] = False
        return found

    def price(self) -> float:
        """Weights or MACs of all layers without the channels that went."""
        return float(sum(self._op_price(op, *self._left(op)) for op in self._layers()))

    def savings(self) -> Array:
        """Of each channel: what goes with it, [channels]."""
        found = np.zeros(self.channels.count)
        for op in self._layers():
            into, out = self._left(op)
            whole = self._op_price(op, into, out)
            if is_full(self.graph, op):
                np.add.at(found, self.channels.numbers[op.reads[0]], whole / into)
            np.add.at(found, self.channels.numbers[op.outputs[0]], whole / out)
        return found

    def _layers(self) -> list[Op]:
        return [op for op in self.graph.ops if is_full(self.graph, op) or is_depthwise(self.graph, op)]

    def _left(self, op: Op) -> tuple[int, int]:
        """Input and output channels that are left."""
        into, out = (self.channels.numbers[name] for name in (op.reads[0], op.outputs[0]))
        return int((~self.gone[into]).sum()), int((~self.gone[out]).sum())

    def _op_price(self, op: Op, into: int, out: int) -> float:
        shape = self.graph.types[op.reads[1]].shape
        weights = out * (into if is_full(self.graph, op) else 1) * prod(shape[2:])
        return float(weights * (self.graph.macs(op) // prod(shape) if self.by_macs else 1))


def queue_of(graph: Graph, channels: Channels, may_go: Array, most: float, by_macs: bool, data: Calibration) -> Queue:
    """The channels that may go, in order, until weights or MACs have shrunk by the share `most`."""
    return Choice(graph, channels, _readers(graph, channels, may_go, data), may_go, by_macs).queue(most)


def _readers(graph: Graph, channels: Channels, may_go: Array, data: Calibration) -> list[Reader]:
    reading = [op for op in graph.ops if is_full(graph, op) and may_go[channels.numbers[op.reads[0]]].any()]
    layers = [layer_of(graph, op, _by_channel(graph, op, channels)) for op in reading]
    fit, held = parted(graph, data)
    seen, judge = plain_moments(graph, layers, fit), Judge(graph, first_samples(held, JUDGED))
    return [_reader(graph, channels, layer, seen[layer.op.name], judge) for layer in layers]


def _by_channel(graph: Graph, op: Op, channels: Channels) -> Pattern:
    """Blocks of the columns that read one channel each, in the order of the channels' numbers."""
    shape = graph.types[op.reads[1]].shape
    owners = np.repeat(channels.numbers[op.reads[0]], prod(shape[2:]))
    blocks = tuple(np.flatnonzero(owners == number) for number in np.unique(owners))
    return Pattern(shape[0], blocks, np.zeros(len(blocks), int))


def _reader(graph: Graph, channels: Channels, layer: Layer, seen: Moments, judge: Judge) -> Reader:
    op, pattern = layer.op, layer.pattern
    shape = graph.types[op.reads[1]].shape
    into, out = (channels.numbers[name] for name in (op.reads[0], op.outputs[0]))
    wanted = wanted_rows(layer, seen, Importance.HESSIAN)
    line = line_of(layer, wanted, seen, Importance.HESSIAN)
    tried = cut(layer, line, wanted, seen, Importance.HESSIAN, min(layer.most, round(TRIED * layer.rows.size)))
    loss = tried.error * float(((wanted @ seen.gram) * wanted).sum())
    worth = judge.error(alone(graph, layer, tried)) / loss if loss > 0 else 0.0
    patient = Patient(wanted[0], np.linalg.inv(seen.gram[0]), np.arange(wanted.shape[2]))
    owners = np.repeat(into, prod(shape[2:]))
    return Reader(op, owners, pattern.tables(), np.unique(owners), worth, patient, out)


def prune_channels(graph: Graph, channels: Channels, numbers: Array, by: Importance, data: Calibration) -> Found:
    """The graph without channels; the layers that read them are fitted anew, one after the other."""
    gone = np.zeros(channels.count, bool)
    gone[numbers] = True
    cutters = {op.name: _fitted(graph, op, channels, gone, by) for op in graph.ops if is_prunable(graph, op)}
    found = in_lockstep(graph, cutters, data)
    return Found(without(found.graph, channels, gone), found.layers)


def _fitted(graph: Graph, op: Op, channels: Channels, gone: Array, by: Importance) -> Cutter:
    """What becomes of a layer: zero for channels that go, and the others make up for them."""
    layer = layer_of(graph, op, Pattern(1, (), np.zeros(0, int)))
    free = np.ones(layer.rows.shape, bool)
    if is_full(graph, op) or is_depthwise(graph, op):
        free &= ~gone[channels.numbers[op.outputs[0]]].reshape(*layer.rows.shape[:2], 1)
    if is_full(graph, op):
        taps = layer.rows.shape[2] // len(channels.numbers[op.reads[0]])
        free &= ~np.repeat(gone[channels.numbers[op.reads[0]]], taps)

    def run(seen: Moments | None) -> Cut | None:
        assert seen is not None
        if free.all() and not seen.moved:
            return None
        wanted = wanted_rows(layer, seen, by)
        rows = np.stack([solved_within(*g) for g in zip(seen.gram, wanted @ seen.gram, free, strict=True)])
        alive = free.any(axis=2, keepdims=True)
        error, power = (rows - wanted) * alive, float(((wanted @ seen.gram) * wanted * alive).sum())
        loss = float(((error @ seen.gram) * error).sum()) / max(power, 1e-30)
        return Cut(rows, seen.bias_change(layer.rows, rows) * alive.reshape(-1), loss)

    return run


def open_channels(graph: Graph, channels: Channels, selected: Sequence[Op]) -> Array:
    """Channels that only selected layers compute, and that a layer reads; bool [channels]."""
    made, read = np.zeros(channels.count, bool), np.zeros(channels.count, bool)
    chosen = {op.name for op in selected}
    others = np.zeros(channels.count, bool)
    for op in graph.ops:
        if is_full(graph, op):
            (made if op.name in chosen else others)[channels.numbers[op.outputs[0]]] = True
            read[channels.numbers[op.reads[0]]] = True
    return np.asarray(made & read & ~others & channels.is_open)
