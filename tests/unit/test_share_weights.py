"""Codebooks: what is promised of their integers, and of the layer's outputs; graphs are in tests/mdtest/passes."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tests.unit.test_repairs import NETWORKS, calibration, mean_outputs
from tests.unit.test_rounding import SHAPES, layer
from tinyc.calibration.calibration import Calibration
from tinyc.calibration.levels import best_levels, nearest_level
from tinyc.calibration.rounding import Rounding, fitted, output_error
from tinyc.calibration.sharing import Layer, shared
from tinyc.calibration.shrinkage import shrunk
from tinyc.errors import RecipeError
from tinyc.ir.graph import Graph
from tinyc.ir.interp import Stepper
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.types import Array
from tinyc.passes.base import PassContext
from tinyc.recipe import parse

QUANTIZE = "quantize(calibrate=minmax, rounding=gptq)\n"


def cost(values: Array, weights: Array, levels: Array) -> float:
    return float((weights * np.abs(values[:, None] - levels).min(axis=1) ** 2).sum())


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("with_zero", [False, True])
def test_no_levels_are_better(seed: int, with_zero: bool) -> None:
    generator = np.random.default_rng(seed)
    values = generator.integers(-8, 9, generator.integers(1, 9))
    weights, count = generator.random(len(values)), int(generator.integers(1, 4))
    levels = best_levels(values, weights, count, with_zero)
    trials = [trial for trial in combinations_with_replacement(range(-8, 9), count) if 0 in trial or not with_zero]
    assert len(levels) <= count and (0 in levels or not with_zero)
    assert cost(values, weights, levels) == pytest.approx(min(cost(values, weights, np.array(t)) for t in trials))


def test_few_values_are_their_own_levels() -> None:
    values = np.array([-128, 127, 5, 5, -128])
    assert best_levels(values, np.ones(5), 4).tolist() == [-128, 5, 127]
    assert best_levels(values, np.zeros(5), 4).tolist() == [-128, 5, 127]
    assert best_levels(values, np.ones(5), 4, with_zero=True).tolist() == [-128, 0, 5, 127]


def of(shape: tuple[int, int, int], count: int, zeros: Array | None = None, moves: bool = True) -> tuple[Layer, Array]:
    weights, scales, gram = layer(shape)
    scales = scales * 7 / 127
    weights = weights if zeros is None else np.where(zeros, 0.0, weights)
    return Layer(weights, gram, np.zeros(shape[:2], int), count, 127, zeros, scales * 1e-3, moves), scales


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("moves", [False, True])
def test_outputs_are_nearer_than_with_the_nearest_levels(shape: tuple[int, int, int], moves: bool) -> None:
    own, scales = of(shape, 4, moves=moves)
    found = shared(own, scales)
    integers = np.rint(own.weights / scales).astype(int)
    levels = best_levels(integers, np.ones(integers.shape), 4)
    near = nearest_level(integers, np.broadcast_to(levels, (*shape, len(levels))))
    plain = output_error(own.weights, near, scales, own.gram)
    assert own.error(found) <= (0.8 if shape[2] > 8 else 1.0) * float(plain.sum())
    assert set(np.unique(found.integers)) <= set(found.levels[0]) and np.abs(found.levels).max() <= 127
    assert moves or np.array_equal(found.scales, scales)


@pytest.mark.parametrize("shape", [(1, 4, 32), (2, 3, 45)])
def test_free_levels_beat_even_ones(shape: tuple[int, int, int]) -> None:
    """Of one number: 7 levels of a codebook for all channels, 7 even levels with a scale for each channel."""
    own, scales = of(shape, 7)
    integers, even = fitted(own.weights, scales * 1e-3, 3, own.gram, Rounding.GPTQ)
    assert own.error(shared(own, scales)) < float(output_error(own.weights, integers, even, own.gram).sum())


def test_zeros_stay_zero() -> None:
    zeros = np.random.default_rng(1).random((2, 3, 45)) < 0.5
    own, scales = of((2, 3, 45), 4, zeros)
    found = shared(own, scales)
    assert (found.integers[zeros] == 0).all() and 0 in found.levels[0]


def quantised(graph: Graph, recipe: str, data: Calibration | None = None) -> Graph:
    return parse(recipe).pipeline().run(graph, PassContext(calibration=data or calibration(graph)))


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("activations", ["int8", "float", "dynamic"])
@pytest.mark.parametrize("by", ["kmeans", "hessian"])
def test_layers_have_few_integers(network: str, activations: str, by: str) -> None:
    graph = parse_graph(NETWORKS[network].strip())
    result = quantised(graph, f"quantize(activations={activations})\nshare_weights(bits=2, by={by})\n")
    for op in result.ops:
        weights = result.constant(op.inputs[1]) if "w" in op.operator.slots else None
        if weights is not None and weights.size > 8 + weights.size // 4:
            assert len(np.unique(weights)) <= 4, op.name


def test_each_channel_has_its_own_codebook() -> None:
    tensors = "input x: f32[1,40]\nconst w: f32[6,40] = normal(seed=1)"
    graph = parse_graph(f"graph g\n{tensors}\ny = dense(x, w, _)\noutput y")
    for scope, share in (("layer", 6), ("channel", 1), ("group, group=2", 2), ("group, group=4", 4)):
        for by in ("kmeans", "hessian"):
            result = quantised(graph, f"{QUANTIZE}share_weights(bits=2, by={by}, scope={scope})\n")
            weights = next(blob.array for blob in result.constants.values() if blob.array.shape == (6, 40))
            for start in range(0, 6, share):
                assert len(np.unique(weights[start : start + share])) <= 4
            assert share == 6 or len(np.unique(weights)) > 4


def sqnr_db(graph: Graph, result: Graph, data: Calibration) -> float:
    one, two = (outputs(each, data) for each in (graph, result))
    return float(10 * np.log10((one**2).sum() / ((one - two) ** 2).sum()))


def outputs(graph: Graph, data: Calibration) -> Array:
    stepper = Stepper(graph)
    return np.array([stepper.step(sample)[graph.outputs[0]] for sample in data.samples()])


def test_errors_of_outputs_are_what_hessian_keeps_small() -> None:
    graph = parse_graph(NETWORKS["convolutions"].strip())
    data = calibration(graph)
    one, two = (quantised(graph, f"{QUANTIZE}share_weights(bits=3, by={by})\n", data) for by in ("hessian", "kmeans"))
    assert sqnr_db(graph, one, data) > 1.0 + sqnr_db(graph, two, data)
    wanted = mean_outputs(graph, data)
    assert np.abs(mean_outputs(one, data) - wanted).max() < np.abs(mean_outputs(two, data) - wanted).max()


def test_pruned_weights_stay_pruned() -> None:
    """Against the float graph, and where there is none."""
    generator = np.random.default_rng(2)
    weights = np.where(generator.random((8, 12)) < 0.4, 0.0, generator.normal(size=(8, 12))).astype(np.float32)
    rows = "[" + ", ".join("[" + ", ".join(f"{v}f" for v in row.tolist()) + "]" for row in weights) + "]"
    graph = parse_graph(f"graph g\ninput x: f32[1,12]\nconst w: f32[8,12] = {rows}\ny = dense(x, w, _)\noutput y")
    data = calibration(graph)
    base = quantised(graph, QUANTIZE, data)
    results = [quantised(graph, f"{QUANTIZE}share_weights(bits=2, by={by})\n", data) for by in ("kmeans", "hessian")]
    results.append(parse("share_weights(bits=2)\n").pipeline().run(base, PassContext(calibration=data)))
    for result in results:
        shared_weights = next(blob.array for name, blob in result.constants.items() if blob.array.shape == (8, 12))
        assert (shared_weights[weights == 0] == 0).all()
        assert len(np.unique(shared_weights)) <= 4


def test_numbers_that_overflow_are_named() -> None:
    graph = parse_graph("graph g\ninput x: f32[1,8]\nconst w: f32[8,8] = normal(seed=1)\ny = dense(x, w, _)\noutput y")
    base = quantised(graph, "quantize(activations=float)\n")
    broken = Calibration(lambda: [{"x": np.full((1, 8), np.nan, np.float32)}], 1)
    with pytest.raises(RecipeError, match='op "dense_0"'):
        parse("share_weights(bits=2)\n").pipeline().run(base, PassContext(calibration=broken))


def test_moments_of_few_samples_are_shrunk() -> None:
    """They come nearer to the true ones; those of many samples hardly move."""
    generator = np.random.default_rng(8)
    root = generator.normal(size=(30, 30))
    true = root.T @ root
    for count, closer in ((20, 0.9), (20000, 1.01)):
        inputs = generator.normal(size=(count, 30)) @ root
        found = (inputs.T @ inputs)[None] / count
        errors = [np.linalg.norm(each[0] - true) for each in (shrunk(found, count), found)]
        assert errors[0] < closer * errors[1]
    assert np.isfinite(shrunk(np.full((1, 1, 1), 2.0), 5)).all()
