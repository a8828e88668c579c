"""Random graphs of ONNX operators through the whole line: numpy equals the C under sanitizers.

    python -m tests.fuzz.random_graphs --cases 20000 --seed 1

Two kinds: float graphs, equal within a relative bound; and graphs with quantise and dequantise steps around every
operator, whose integers are equal bit for bit. A program holds many graphs, so that compiling does not dominate.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from tests.cases.case import Array, Case
from tests.support.case_models import Variant
from tests.support.case_program import Built, build_case, run_on_host
from tinyc.errors import ToolFailed
from tinyc.ir.interp import interpret
from tinyc.targets import load_board

MAX_ELEMENTS = 1500
BATCH = 80
RELATIVE = 2e-4


@dataclass
class Graph:
    """A model under construction; `shapes` and `low`, `high` of every value that may be read."""

    rng: random.Random
    integer: bool
    nodes: list[Any] = field(default_factory=list)
    inputs: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    samples: dict[str, Array] = field(default_factory=dict)
    count: int = 0

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def array(self, *shape: int, scale: float = 1.0) -> Array:
        generator = np.random.default_rng(self.rng.randrange(2**31))
        return (generator.uniform(-scale, scale, shape)).astype(np.float32)

    def constant(self, array: Array) -> str:
        name = self.fresh()
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weights(self, array: Array) -> str:
        """A float constant; in integer graphs an int8 one behind a dequantise step."""
        if not self.integer:
            return self.constant(array)
        scale = np.float32(max(float(np.abs(array).max(initial=0)), 1e-3) / 127)
        integers = np.clip(np.rint(array / scale), -127, 127).astype(np.int8)
        return self.dequantised(self.constant(integers), scale, 0)

    def dequantised(self, source: str, scale: Any, zero: int) -> str:
        name = self.fresh()
        steps = [source, self.constant(np.asarray(scale, np.float32)), self.constant(np.asarray(zero, np.int8))]
        self.nodes.append(helper.make_node("DequantizeLinear", steps, [name]))
        return name

    def add(self, op_type: str, inputs: list[str], shape: tuple[int, ...], **attributes: Any) -> None:
        """A node; in integer graphs its result is quantised to a random scale and dequantised again."""
        name = self.fresh()
        self.nodes.append(helper.make_node(op_type, inputs, [name], **attributes))
        if self.integer:
            scale, zero = np.float32(self.rng.uniform(0.005, 0.1)), self.rng.randint(-128, 127)
            target = self.fresh()
            steps = [name, self.constant(np.asarray(scale)), self.constant(np.asarray(zero, np.int8))]
            self.nodes.append(helper.make_node("QuantizeLinear", steps, [target]))
            name = self.dequantised(target, scale, zero)
        self.shapes[name] = shape

    def pick(self, rank: int | None = None) -> tuple[str, tuple[int, ...]] | None:
        fitting = [item for item in self.shapes.items() if rank is None or len(item[1]) == rank]
        return self.rng.choice(fitting[-4:]) if fitting else None


def _unary(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    kinds = ["Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSwish", "Abs", "Elu", "HardSigmoid", "Softplus", "Neg", "Exp"]
    g.add(g.rng.choice(kinds), [name], shape)


def _binary(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    same = [other for other, its in g.shapes.items() if its == shape]
    if g.rng.random() < 0.5:
        other = g.rng.choice(same)
    else:
        kept = [n if g.rng.random() < 0.6 else 1 for n in shape][g.rng.randint(0, len(shape)) :]
        other = g.weights(g.array(*kept))
    pair = [name, other] if g.rng.random() < 0.7 else [other, name]
    g.add(g.rng.choice(["Add", "Sub", "Mul"]), pair, shape)


def _conv(g: Graph) -> None:
    picked = g.pick(g.rng.choice([3, 4]))
    if picked is None:
        return
    name, (n, c, *spatial) = picked
    groups = g.rng.choice([d for d in (1, 2, c) if c % d == 0])
    outs = groups * g.rng.randint(1, 3)
    kernel = [g.rng.randint(1, 3) for _ in spatial]
    strides = [g.rng.randint(1, 2) for _ in spatial]
    dilations = [g.rng.randint(1, 2) for _ in spatial]
    pads = [g.rng.randint(0, 2) for _ in range(2 * len(spatial))]
    out = [
        (length + pads[i] + pads[i + len(spatial)] - (kernel[i] - 1) * dilations[i] - 1) // strides[i] + 1
        for i, length in enumerate(spatial)
    ]
    if min(out) < 1:
        return
    inputs = [name, g.weights(g.array(outs, c // groups, *kernel))]
    g.add("Conv", inputs, (n, outs, *out), group=groups, kernel_shape=kernel, strides=strides, dilations=dilations,
          pads=pads)  # fmt: skip


def _pool(g: Graph) -> None:
    picked = g.pick(4)
    if picked is None:
        return
    name, (n, c, h, w) = picked
    kernel = [g.rng.randint(1, min(3, h)), g.rng.randint(1, min(3, w))]
    strides = [g.rng.randint(1, 2), g.rng.randint(1, 2)]
    pads = [g.rng.randint(0, kernel[0] - 1), g.rng.randint(0, kernel[1] - 1)] * 2
    out = [(length + 2 * pads[i] - kernel[i]) // strides[i] + 1 for i, length in enumerate((h, w))]
    kind = g.rng.choice(["MaxPool", "AveragePool"])
    more = {"count_include_pad": g.rng.randint(0, 1)} if kind == "AveragePool" else {}
    g.add(kind, [name], (n, c, *out), kernel_shape=kernel, strides=strides, pads=pads, **more)


def _dense(g: Graph) -> None:
    picked = g.pick(2)
    if picked is None:
        return
    name, (rows, columns) = picked
    outs = g.rng.randint(1, 9)
    if g.rng.random() < 0.5:
        g.add("MatMul", [name, g.weights(g.array(columns, outs))], (rows, outs))
    else:
        g.add("Gemm", [name, g.weights(g.array(outs, columns))], (rows, outs), transB=1)


def _transpose(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    perm = g.rng.sample(range(len(shape)), len(shape))
    g.add("Transpose", [name], tuple(shape[axis] for axis in perm), perm=perm)


def _reshape(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    size = prod(shape)
    first = g.rng.choice([d for d in range(1, size + 1) if size % d == 0])
    rest = g.rng.choice([d for d in range(1, size // first + 1) if (size // first) % d == 0])
    last = size // first // rest
    target = g.rng.choice([(first, size // first), (first, rest, last), (1, first, rest, last)])
    g.add("Reshape", [name, g.constant(np.array(target, np.int64))], target)


def _concat(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    axis = g.rng.randrange(len(shape))
    others = [o for o, s in g.shapes.items() if len(s) == len(shape) and all(
        a == b or i == axis for i, (a, b) in enumerate(zip(s, shape, strict=True)))]  # fmt: skip
    chosen = [name, *(g.rng.choice(others) for _ in range(g.rng.randint(1, 2)))]
    total = sum(g.shapes[o][axis] for o in chosen)
    g.add("Concat", chosen, (*shape[:axis], total, *shape[axis + 1 :]), axis=axis)


def _slice(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    axis = g.rng.randrange(len(shape))
    start = g.rng.randrange(shape[axis])
    end, step = g.rng.randint(start + 1, shape[axis]), g.rng.randint(1, 2)
    length = -(-(end - start) // step)
    operands = [g.constant(np.array([value], np.int64)) for value in (start, end, axis, step)]
    g.add("Slice", [name, *operands], (*shape[:axis], length, *shape[axis + 1 :]))


def _pad(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    pads = [g.rng.randint(0, 2) for _ in range(2 * len(shape))]
    out = tuple(n + pads[i] + pads[i + len(shape)] for i, n in enumerate(shape))
    g.add("Pad", [name, g.constant(np.array(pads, np.int64))], out)


def _reduce(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    axes = sorted(g.rng.sample(range(len(shape)), g.rng.randint(1, len(shape))))
    if len(axes) == len(shape):
        return
    keep = g.rng.randint(0, 1)
    out = tuple(1 if i in axes else n for i, n in enumerate(shape) if keep or i not in axes)
    g.add(g.rng.choice(["ReduceMean", "ReduceMax"]), [name], out, axes=axes, keepdims=keep)


def _softmax(g: Graph) -> None:
    name, shape = g.pick() or ("", ())
    g.add("Softmax", [name], shape, axis=g.rng.randrange(len(shape)))


_STEPS: tuple[Callable[[Graph], None], ...] = (
    _unary, _unary, _binary, _binary, _conv, _conv, _conv, _pool, _dense, _dense, _transpose, _reshape, _concat, _slice,
    _pad, _reduce, _softmax,
)  # fmt: skip


def random_variant(seed: int) -> Variant:
    """One random model with one sample; opset 17."""
    rng = random.Random(seed)
    g = Graph(rng, integer=bool(seed % 2))
    for _ in range(rng.randint(1, 2)):
        _add_input(g)
    for _ in range(rng.randint(1, 8)):
        before = dict(g.shapes)
        rng.choice(_STEPS)(g)
        if any(prod(shape) > MAX_ELEMENTS for shape in g.shapes.values()):
            g.shapes = before
    outputs = _outputs(g)
    typed = [helper.make_tensor_value_info(name, TensorProto.FLOAT, g.shapes[name]) for name in outputs]
    graph = helper.make_graph(g.nodes, "fuzz", g.inputs, typed, g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return Variant(Case("fuzz", str(seed), ()), f"g{seed}", model, g.samples, [], integer=g.integer)


def _add_input(g: Graph) -> None:
    rank = g.rng.choice([1, 2, 2, 3, 4, 4, 4])
    shape = tuple(g.rng.randint(1, 7) for _ in range(rank)) if rank < 3 else (
        g.rng.choice([1, 1, 2]), *(g.rng.randint(1, 6) for _ in range(rank - 1)))  # fmt: skip
    name = g.fresh()
    if g.integer:
        g.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT8, shape))
        g.samples[name] = np.random.default_rng(g.rng.randrange(2**31)).integers(-128, 128, shape).astype(np.int8)
        name = g.dequantised(name, g.rng.uniform(0.005, 0.05), g.rng.randint(-128, 127))
    else:
        g.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        g.samples[name] = g.array(*shape, scale=2.0)
    g.shapes[name] = shape


def _outputs(g: Graph) -> list[str]:
    names = list(g.shapes)
    chosen = {names[-1], *g.rng.sample(names, min(len(names), g.rng.randint(0, 2)))}
    return sorted(chosen, key=names.index)


def check(built: Built, outputs: list[Array]) -> str | None:
    """What is wrong with the C's outputs, or None."""
    graph = built.result.graph
    values = interpret(graph, built.variant.samples)
    exact = built.variant.integer and not any(
        kind.dtype.is_float and name not in graph.outputs for name, kind in graph.types.items()
    )
    for name, got in zip(graph.outputs, outputs, strict=True):
        expected = values[name]
        if exact and not np.array_equal(got, expected):
            return f"{name}: integers differ"
        size = np.abs(expected[np.isfinite(expected)]).max(initial=0)
        bound = RELATIVE * size + _step(built)
        if not exact and not np.allclose(got, expected, rtol=RELATIVE, atol=bound, equal_nan=True):
            return f"{name}: off by {np.abs(got - expected).max()} of {size}"
    return None


def _step(built: Built) -> float:
    """Where floats are quantised on the way, a tie may fall to either side: a few steps of the largest scale."""
    scales = [kind.quant.scale[0] for kind in built.result.graph.types.values() if kind.quant is not None]
    return 3 * max(scales, default=0.0)


def run_seeds(seeds: range, folder: Path, kernels_at: Path) -> list[str]:
    """Findings of one batch, each with its seed."""
    board, built, findings = load_board("cortex-m4"), [], []
    for seed in seeds:
        try:
            built.append(build_case(random_variant(seed), board, folder))
        except Exception as error:
            findings.append(f"seed {seed}: {type(error).__name__}: {error}")
    try:
        results = run_on_host(built, folder, kernels_at)
    except ToolFailed as error:
        return [f"seeds {seeds}: {error}"] if len(seeds) == 1 else _halves(seeds, kernels_at)
    checked = [(b.variant.case.name, check(b, outputs)) for b, outputs in zip(built, results, strict=True)]
    return findings + [f"seed {seed}: {found}" for seed, found in checked if found]


def _halves(seeds: range, kernels_at: Path) -> list[str]:
    middle = len(seeds) // 2
    findings = []
    for part in (seeds[:middle], seeds[middle:]):
        with tempfile.TemporaryDirectory() as folder:
            findings += run_seeds(part, Path(folder), kernels_at)
    return findings


def fuzz(cases: int, seed: int) -> list[str]:
    first, findings = seed * 10**6, []
    with tempfile.TemporaryDirectory() as kernels:
        for start in range(first, first + cases, BATCH):
            with tempfile.TemporaryDirectory() as folder:
                batch = range(start, min(start + BATCH, first + cases))
                findings += run_seeds(batch, Path(folder), Path(kernels))
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    findings = fuzz(options.cases, options.seed)
    print(f"seed {options.seed}")
    for finding in findings:
        print(f"FAILED {finding}")
    print(f"{options.cases - len(findings)} passed, {len(findings)} failed")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
