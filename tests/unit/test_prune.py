"""Pruning: the order in which weights go is that of least loss, and graphs without channels compute what they did."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tests.unit.test_repairs import NETWORKS, WINDOW, calibration
from tinyc.calibration.allocate import Choices, allocate
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.moments import damped
from tinyc.calibration.pattern import Pattern, blocks_of, channels_of, elements, some_of
from tinyc.calibration.supported import solved_within
from tinyc.calibration.surgeon import Importance, in_line, ranked, surgery
from tinyc.errors import DataError, TinycError
from tinyc.ir.blobs import Blob
from tinyc.ir.graph import Graph
from tinyc.ir.interp import interpret
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.types import Array
from tinyc.ir.verify import verify
from tinyc.passes.base import PassContext
from tinyc.passes.channels import channels_in, is_full, without
from tinyc.passes.prune_layers import LEFT_OUT, LISTED
from tinyc.passes.prune_measure import Judge
from tinyc.recipe import parse

PATTERNS = {
    "elements": (elements(5, 2), 3),
    "blocks": (blocks_of(2, 2, 5, 2), 3),
    "two of four": (some_of(2, 4, 6, 2), 2),
    "channels": (channels_of(3, 5, 2), 3),
}
"""Patterns over channels by taps, none of which the blocks divide, and the number of rows."""


def problem(pattern: Pattern, rows: int, groups: int = 2, seed: int = 3) -> tuple[Array, Array]:
    """Weights and the moments of inputs that depend on each other."""
    generator = np.random.default_rng(seed)
    count = int(pattern.lengths.sum())
    x = generator.normal(size=(groups, 60, count)) @ generator.normal(size=(groups, count, count))
    return generator.normal(size=(groups, rows, count)), damped(np.swapaxes(x, 1, 2) @ x, 0.01)


def loss(weights: Array, gram: Array, free: Array) -> float:
    """Squared error of the outputs with the best weights that are zero outside `free`."""
    error = solved_within(gram, weights @ gram, free) - weights
    return float(((error @ gram) * error).sum())


@pytest.mark.parametrize("name", PATTERNS)
def test_each_unit_is_the_one_that_costs_least(name: str) -> None:
    pattern, rows = PATTERNS[name]
    weights, gram = problem(pattern, rows)
    trace = surgery(weights, gram, pattern)
    per_group = len(pattern.heights(rows))
    for line, (order, costs) in enumerate(zip(trace.order, trace.costs, strict=True)):
        group, place = divmod(line, per_group)
        own = weights[group, place * pattern.rows : (place + 1) * pattern.rows]
        free, before = np.ones(own.shape, bool), 0.0
        for block, cost in zip(order, costs, strict=True):
            if block < 0:
                break
            found = {i: cut(pattern, free, i) for i in candidates(pattern, free)}
            losses = {i: loss(own, gram[group], trial) - before for i, trial in found.items()}
            assert losses[block] == pytest.approx(cost, rel=1e-6, abs=1e-9)
            assert losses[block] / len(pattern.blocks[block]) <= min(
                value / len(pattern.blocks[i]) for i, value in losses.items()
            ) * (1 + 1e-6)
            before, free = before + losses[block], found[block]


def candidates(pattern: Pattern, free: Array) -> list[int]:
    """Blocks that have not gone, in sets that may lose one more."""
    alive = [i for i, block in enumerate(pattern.blocks) if free[0, block[0]]]
    left = {int(number): sum(pattern.sets[i] == number for i in alive) for number in pattern.sets}
    return [i for i in alive if left[int(pattern.sets[i])] > pattern.kept]


def cut(pattern: Pattern, free: Array, block: int) -> Array:
    """`free` without one block."""
    fewer = free.copy()
    fewer[:, pattern.blocks[block]] = False
    return fewer


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("count", [0, 1, 7, 12])
def test_as_many_weights_go_as_are_asked(name: str, count: int) -> None:
    pattern, rows = PATTERNS[name]
    weights, gram = problem(pattern, rows)
    for trace in (surgery(weights, gram, pattern), ranked(weights**2, pattern)):
        free = in_line(trace, pattern, weights.shape).free(weights.shape, pattern, count)
        gone = int((~free).sum())
        assert count <= gone < count + pattern.rows * int(pattern.lengths.max())
        for group, row in np.ndindex(*weights.shape[:2]):
            for number in np.unique(pattern.sets):
                own = [i for i in np.flatnonzero(pattern.sets == number) if free[group, row, pattern.blocks[i][0]]]
                assert len(own) >= min(pattern.kept, int((pattern.sets == number).sum()))


def test_the_least_important_weights_go() -> None:
    weights = np.array([[[3.0, -1.0, 2.0, 0.5], [0.1, 4.0, -0.2, 5.0]]])
    line = in_line(ranked(weights**2, elements(4, 1)), elements(4, 1), weights.shape)
    free = line.free(weights.shape, elements(4, 1), 4)
    assert free.tolist() == [[[True, False, True, False], [False, True, False, True]]]


def test_allocation_is_the_least_sum_of_errors() -> None:
    generator = np.random.default_rng(1)
    layers = [
        Choices(np.arange(6.0) * price, np.append(0.0, np.cumsum(np.sort(generator.random(5)))) * price)
        for price in (1.0, 3.0, 2.0)
    ]
    for goal in (0.0, 4.0, 11.0, 25.0, 30.0, 99.0):
        chosen = allocate(layers, goal)
        saved = sum(layer.savings[i] for layer, i in zip(layers, chosen, strict=True))
        assert saved >= min(goal, 30.0)
        ours = sum(layer.errors[i] for layer, i in zip(layers, chosen, strict=True))
        trials = product(range(6), repeat=3)
        best = min(
            sum(layer.errors[i] for layer, i in zip(layers, trial, strict=True))
            for trial in trials
            if sum(layer.savings[i] for layer, i in zip(layers, trial, strict=True)) >= saved
        )
        assert ours <= best + 1e-9


def error_of(graph: Graph, options: str) -> tuple[float, float]:
    """Relative squared error of the outputs, and the share of zeros, after `prune`."""
    data = calibration(graph)
    result = parse(f"prune({options})\n").pipeline().run(graph, PassContext(calibration=data))
    verify(result)
    arrays = [result.constants[op.reads[1]].array for op in result.ops if op.kind in ("dense", "conv2d")]
    return Judge(graph, data).error(result), sum(int((a == 0).sum()) for a in arrays) / sum(a.size for a in arrays)


@pytest.mark.parametrize("network", NETWORKS)
def test_networks_keep_their_outputs(network: str) -> None:
    graph = parse_graph(NETWORKS[network].strip())
    errors = {by: error_of(graph, f"sparsity=40%, scope=layer, by={by.value}") for by in Importance}
    best = error_of(graph, "sparsity=40%")
    assert all(0.35 < zeros < 0.5 for _, zeros in (*errors.values(), best))
    assert errors[Importance.HESSIAN][0] < min(errors[Importance.MAGNITUDE][0], errors[Importance.ACTIVATION][0])
    assert best[0] <= 1.1 * errors[Importance.HESSIAN][0]


THREE = """
graph g
input x: f32[4,12]
const a: f32[16,12] = normal(seed=1)
const b: f32[16,16] = normal(seed=2)
const c: f32[8,16] = normal(seed=3)
p = dense(x, a, _, clamp=[0.0, inf])
q = dense(p, b, _, clamp=[0.0, inf])
y = dense(q, c, _)
output y
"""


def test_cycles_are_saved_where_zeros_are_many() -> None:
    graph = parse_graph(THREE.strip())
    shares = {}
    for cost in ("macs", "cycles"):
        context = PassContext(calibration=calibration(graph))
        result = parse(f"prune(sparsity=12%, structure=block[4, 2], cost={cost})").pipeline().run(graph, context)
        arrays = [result.constants[op.reads[1]].array for op in result.ops]
        shares[cost] = [(float((array == 0).mean()), array.size) for array in arrays]
    assert any(0 < share < LISTED / LEFT_OUT for share, _ in shares["macs"])
    assert all(share == 0 or share > LISTED / LEFT_OUT for share, _ in shares["cycles"])
    saved = sum((LEFT_OUT * share - LISTED) * size for share, size in shares["cycles"] if share)
    assert saved >= 0.12 * sum(size for _, size in shares["cycles"])


PIXELS = f"""
graph g
input x: f32[1,8,8,8]
const w: f32[8,8,3,3] = normal(seed=1)
const d: f32[8,1,3,3] = normal(seed=2)
const v: f32[64,512] = normal(seed=3)
const u: f32[8,64] = normal(seed=4)
h = conv2d(x, w, _, {WINDOW}, clamp=[0.0, inf])
k = conv2d(h, d, _, {WINDOW}, groups=8, clamp=[0.0, inf])
f = reshape(k, shape=[1, 512])
m = dense(f, v, _, clamp=[0.0, inf])
y = dense(m, u, _)
output y
"""


def test_single_weights_go_where_pixels_are_many_and_blocks_elsewhere() -> None:
    graph = parse_graph(PIXELS.strip())
    context = PassContext(calibration=calibration(graph))
    result = parse("prune(sparsity=60%, structure=auto, cost=cycles)").pipeline().run(graph, context)
    conv, depthwise, dense, _ = (result.constants[op.reads[1]].array for op in result.ops if len(op.reads) > 1)
    assert (conv == 0).mean() > 0.5 and not (depthwise == 0).any()
    zeros = (dense == 0).reshape(16, 4, 128, 4).mean(axis=(1, 3))
    assert set(np.unique(zeros)) == {0.0, 1.0}
    quads = (conv == 0).reshape(2, 4, 2, 4, 9).mean(axis=(1, 3))
    assert ((quads > 0) & (quads < 1)).any()


def test_no_accuracy_goes_for_little_time() -> None:
    graph = parse_graph(PIXELS.strip())
    context = PassContext(calibration=calibration(graph))
    assert parse("prune(sparsity=4%, loss=90%, structure=auto, cost=cycles)").pipeline().run(graph, context) is graph


@pytest.mark.parametrize("bound", ["1%", "10%"])
def test_a_bound_on_the_loss_is_kept(bound: str) -> None:
    graph = parse_graph(NETWORKS["convolutions"].strip())
    error, zeros = error_of(graph, f"loss={bound}")
    assert error <= 1.2 * float(bound[:-1]) / 100
    assert zeros > 0.05


POINT = "window={kernel=[1, 1], strides=[1, 1], dilations=[1, 1], begin=[0, 0], end=[0, 0]}"
CHANNELS = f"""
graph g
input x: f32[1,2,4,4]
const a: f32[4,2,3,3] = normal(seed=1)
const b: f32[4,4,1,1] = normal(seed=2)
const d: f32[4,1,3,3] = normal(seed=3)
const c: f32[3,2,1,1] = normal(seed=4)
const e: f32[5,28] = normal(seed=5)
const f: f32[2,5] = normal(seed=6)
p = conv2d(x, a, _, {WINDOW}, clamp=[0.0, inf])
q = conv2d(p, d, _, {WINDOW}, groups=4)
r = conv2d(q, b, _, {POINT})
s = add(p, r)
t = conv2d(x, c, _, {POINT})
u = concat(s, t, axis=1)
m = max_pool(u, window={{kernel=[2, 2], strides=[2, 2], dilations=[1, 1], begin=[0, 0], end=[0, 0]}})
v = reshape(m, shape=[1, 28])
w = dense(v, e, _, clamp=[0.0, inf])
y = dense(w, f, _)
output y
"""


def test_which_channels_are_one() -> None:
    channels = channels_in(parse_graph(CHANNELS.strip()))
    numbers = channels.numbers
    assert np.array_equal(numbers["p"], numbers["r"]) and np.array_equal(numbers["p"], numbers["q"])
    assert np.array_equal(numbers["u"], np.concatenate([numbers["s"], numbers["t"]]))
    assert np.array_equal(numbers["v"], np.repeat(numbers["u"], 4))
    assert int(channels.is_open.sum()) == 4 + 3 + 5
    assert not channels.is_open[numbers["x"]].any() and not channels.is_open[numbers["y"]].any()


@pytest.mark.parametrize("gone", [pair for count in (1, 2) for pair in combinations((0, 2, 5, 8), count)])
def test_channels_that_nobody_reads_leave_no_trace(gone: tuple[int, ...]) -> None:
    graph = parse_graph(CHANNELS.strip())
    channels = channels_in(graph)
    mask = np.zeros(channels.count, bool)
    mask[np.flatnonzero(channels.is_open)[list(gone)]] = True
    draft = graph.draft()
    for op in graph.ops:
        if is_full(graph, op):
            weights = graph.constants[op.reads[1]].array.copy()
            weights[:, mask[channels.numbers[op.reads[0]]]] = 0.0
            draft.constants[op.reads[1]] = Blob(weights)
    zeroed = draft.freeze()
    narrow = without(zeroed, channels, mask)
    verify(narrow)
    x = {"x": np.random.default_rng(0).normal(size=(1, 2, 4, 4)).astype(np.float32)}
    before, after = interpret(zeroed, x), interpret(narrow, x)
    np.testing.assert_allclose(after["y"], before["y"], rtol=1e-5, atol=1e-5)
    for name, numbers in channels.numbers.items():
        assert narrow.types[name].shape[1] == int((~mask[numbers]).sum())


def test_whole_channels_go_and_the_rest_is_fitted() -> None:
    graph = parse_graph(CHANNELS.strip())
    result = (
        parse("prune(sparsity=30%, structure=channel)")
        .pipeline()
        .run(graph, PassContext(calibration=calibration(graph)))
    )
    verify(result)
    kinds = ("dense", "conv2d")
    sizes = [sum(g.constants[op.reads[1]].array.size for op in g.ops if op.kind in kinds) for g in (graph, result)]
    assert sizes[1] <= 0.7 * sizes[0]
    assert Judge(graph, calibration(graph)).error(result) < 0.5


@pytest.mark.parametrize("options", ["sparsity=40%", "sparsity=20%, structure=channel", "sparsity=40%, by=activation"])
def test_weights_that_are_not_numbers(options: str) -> None:
    graph = parse_graph(NETWORKS["convolutions"].strip())
    draft = graph.draft()
    name = next(op.reads[1] for op in graph.ops if op.kind == "conv2d")
    array = graph.constants[name].array.copy()
    array.flat[3] = np.nan
    draft.constants[name] = Blob(array)
    with pytest.raises(TinycError, match="NaN"):
        parse(f"prune({options})").pipeline().run(draft.freeze(), PassContext(calibration=calibration(graph)))


@pytest.mark.parametrize("options", ["sparsity=40%", "sparsity=40%, scope=layer", "sparsity=20%, structure=channel"])
def test_data_that_is_no_number(options: str) -> None:
    graph = parse_graph(NETWORKS["convolutions"].strip())
    good = list(calibration(graph).samples())
    bad = {name: np.full_like(array, np.nan) for name, array in good[0].items()}
    data = Calibration(lambda: [*good, bad], len(good) + 1)
    with pytest.raises(DataError, match="NaN"):
        parse(f"prune({options})").pipeline().run(graph, PassContext(calibration=data))


@pytest.mark.parametrize("structure", ["element", "block[2, 2]", "channel", "1:2"])
def test_inputs_that_never_change(structure: str) -> None:
    graph = parse_graph(NETWORKS["convolutions"].strip())
    sample = {name: np.zeros(graph.types[name].shape, np.float32) for name in graph.fed}
    data = Calibration(lambda: [sample] * 8, 8)
    result = parse(f"prune(sparsity=20%, structure={structure})").pipeline().run(graph, PassContext(calibration=data))
    verify(result)
    found = interpret(result, sample)[graph.outputs[0]]
    np.testing.assert_allclose(found, interpret(graph, sample)[graph.outputs[0]], rtol=1e-4, atol=1e-4)
