"""Networks of ops that work by rows, built in code, and any runs of them made to streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  declares the operators
from tinyc.ir.graph import Draft, Graph, Op, Operator
from tinyc.ir.types import Array, DType, Layout, Quant, TensorType
from tinyc.ir.verify import verify
from tinyc.kernels.record import Kernel, Site
from tinyc.lower.costs import load_costs
from tinyc.lower.goal import Goal
from tinyc.lower.lower import arranged, lower
from tinyc.lower.program import Program
from tinyc.lower.select import site_of
from tinyc.lower.streams.slices import Slices
from tinyc.lower.streams.stages import Rows, StreamKernel
from tinyc.lower.streams.strip_stages import StripRows
from tinyc.ops.conv2d import Conv2d
from tinyc.ops.windows import Window
from tinyc.targets import Board


@dataclass(slots=True)
class RowNet:
    """A network under construction on one input x [1, C, rows, ...] that lies channels-last; values of `dtype`."""

    shape: tuple[int, ...]
    dtype: DType = DType.S8
    draft: Draft = field(default_factory=lambda: Draft("net"))
    seed: int = 0

    def __post_init__(self) -> None:
        self.draft.inputs.append("x")
        self.draft.types["x"] = self._kind(TensorType(self.dtype, self.shape, Layout.CHANNELS_LAST))

    def conv(
        self, x: str, channels: int, kernel: tuple[int, ...], strides: int = 1, begin: tuple[int, ...] = (),
        end: tuple[int, ...] = (), groups: int = 1, clamp: tuple[float, float] | None = None, dilation: int = 1,
    ) -> str:  # fmt: skip
        """`begin` and `end`: rows and columns of padding, none by default."""
        none = (0,) * len(kernel)
        window = Window(kernel, (strides,) * len(kernel), (dilation,) * len(kernel), begin or none, end or none)
        inputs = self.draft.types[x].shape[1] // groups
        weights = self._weights((channels, inputs, *kernel))
        return self.add(Conv2d(window, groups, clamp), x, weights, self._bias(channels))

    def add(self, operator: Operator, *names: str, kind: TensorType | None = None) -> str:
        """An op; its output in the net's format, or of `kind`."""
        number = len(self.draft.ops)
        (y,) = operator.infer(tuple(self.draft.types[name] for name in names))
        name = f"v{number}"
        self.draft.types[name] = kind or self._kind(y)
        self.draft.ops.append(Op(f"{operator.kind}_{number}", operator, names, (name,)))
        return name

    def constant(self, *shape: int) -> str:
        values = self._generator().integers(-100, 100, shape)
        kind = TensorType(self.dtype, shape)
        array = values / 40 if self.dtype.is_float else values
        return self.draft.add_constant(f"c{self.seed}", array.astype(self.dtype.numpy), self._kind(kind))

    def graph(self, *outputs: str) -> Graph:
        self.draft.outputs.extend(outputs)
        made = self.draft.freeze()
        verify(made)
        return made

    def _kind(self, kind: TensorType) -> TensorType:
        if self.dtype.is_float:
            return kind
        zero = 0 if self.dtype is DType.S16 else (-7, 3, 12, -128)[len(self.draft.ops) % 4]
        scale = 0.0004 if self.dtype is DType.S16 else (0.05, 0.08)[len(self.draft.ops) % 2]
        return kind.with_quant(self.dtype, Quant.per_tensor(scale, zero + 128 * (self.dtype is DType.U8)))

    def _weights(self, shape: tuple[int, ...]) -> str:
        name, generator = f"w{self.seed}", self._generator()
        if self.dtype.is_float:
            real = generator.normal(0, 0.3, shape).astype(np.float32)
            return self.draft.add_constant(name, real, TensorType(DType.F32, shape))
        quant = Quant((0.01,) * shape[0], (0,) * shape[0], 0)
        integers = generator.integers(-90, 90, shape).astype(np.int8)
        return self.draft.add_constant(name, integers, TensorType(DType.S8, shape, quant=quant))

    def _bias(self, channels: int) -> str:
        name, generator = f"b{self.seed}", self._generator()
        if self.dtype.is_float:
            bias = generator.normal(0, 0.3, channels).astype(np.float32)
            return self.draft.add_constant(name, bias, TensorType(DType.F32, (channels,)))
        bias, quant = generator.integers(-900, 900, channels), Quant((0.0005,) * channels, (0,) * channels, 0)
        kind = TensorType(DType.S32, (channels,), quant=quant)
        return self.draft.add_constant(name, bias.astype(np.int32), kind)

    def _generator(self) -> np.random.Generator:
        self.seed += 1
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Streamed:
    """A graph some of whose ops are streams, with a kernel and a site for each op: what `chosen` gives."""

    graph: Graph
    kernels: dict[str, Kernel]
    sites: dict[str, Site]

    @property
    def streams(self) -> list[StreamKernel]:
        return [kernel for kernel in self.kernels.values() if isinstance(kernel, StreamKernel)]


def streamed(
    graph: Graph, board: Board, runs: Sequence[tuple[int, int]], group: int = 1, scratch: float = np.inf,
    strips: int = 1,
) -> Streamed | None:  # fmt: skip
    """The graph whose ops `first` to `last` of each run are one stream each, in so many strips; None if one of them
    cannot be.
    """
    graph, kernels = arranged(graph, board, Goal.RAM)
    rows = Rows(graph, Slices(graph, board, load_costs(board)))
    ops = list(graph.ops)
    for first, last in sorted(runs, reverse=True):
        run = graph.ops[first : last + 1]
        able = all(rows.slices.window(op) for op in run)
        way = None if not able else rows if strips == 1 else StripRows.of(rows, run, strips)
        made = None if way is None else way.stream(run, group, scratch)
        if made is None:
            return None
        op, kernel = made
        ops[first : last + 1] = [op]
        kernels = {**kernels, op.name: kernel}
    graph = replace(graph, ops=tuple(ops))
    return Streamed(graph, {op.name: kernels[op.name] for op in ops}, {op.name: site_of(graph, op) for op in ops})


def longest_runs(
    graph: Graph, board: Board, group: int = 1, scratch: float = np.inf, strips: int = 1
) -> list[tuple[int, int]]:
    """From the first op on, the longest runs of two ops or more that can be streams, in so many strips."""
    runs, first, count = list[tuple[int, int]](), 0, len(arranged(graph, board, Goal.RAM)[0].ops)
    while first < count:
        ends = (last for last in range(count - 1, first, -1)
                if streamed(graph, board, [(first, last)], group, scratch, strips) is not None)  # fmt: skip
        last = next(ends, first)
        if last > first:
            runs.append((first, last))
        first = last + 1
    return runs


def lowered(graph: Graph, made: Streamed, name: str, board: Board, patch: pytest.MonkeyPatch) -> Program:
    """The program of `graph` with the streams that were made of it, instead of those that lowering would choose."""
    module = import_module("tinyc.lower.lower")
    with patch.context() as during:
        during.setattr(module, "chosen", lambda *_: (replace(made.graph, name=name), made.kernels, made.sites))
        return lower(replace(graph, name=name), board, Goal.RAM)


def samples_of(graph: Graph, seed: int) -> dict[str, Array]:
    """All numbers of the inputs' formats."""
    generator, found = np.random.default_rng(seed), dict[str, Array]()
    for name in graph.inputs:
        kind = graph.types[name]
        if kind.dtype.is_float:
            found[name] = generator.normal(0, 1, kind.shape).astype(np.float32)
        else:
            low, high = kind.dtype.bounds
            found[name] = generator.integers(low, high + 1, kind.shape).astype(kind.dtype.numpy)
    return found


def in_memory(graph: Graph, values: dict[str, Array], names: Sequence[str]) -> bytes:
    return b"".join(graph.types[name].to_memory(values[name]).tobytes() for name in names)
