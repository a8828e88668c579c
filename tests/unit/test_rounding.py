"""Roundings that look at a layer's outputs: what they promise about errors."""

from __future__ import annotations

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tests.unit.test_repairs import NETWORKS, calibration
from tinyc.calibration.gptq import gptq
from tinyc.calibration.moments import Moments, damped, moments
from tinyc.calibration.rounding import Rounding, fitted, nearest, output_error, refitted, rounded, settled
from tinyc.calibration.weights import Scales, weight_integers
from tinyc.ir.graph import Graph, Op
from tinyc.ir.interp import Stepper
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.types import Array
from tinyc.ops.dense import Dense
from tinyc.passes.base import PassContext
from tinyc.recipe import parse

SHAPES = [(1, 1, 1), (1, 5, 7), (3, 2, 9), (1, 4, 32), (2, 3, 45)]
"""Groups, output channels of each, inputs of each: single, prime, equal to GPTQ's block, greater."""
LEARNT = (Rounding.GPTQ, Rounding.ADAROUND)


def layer(shape: tuple[int, int, int], seed: int = 3) -> tuple[Array, Array, Array]:
    """Weights, 4-bit scales and the second moments of inputs that depend on each other."""
    groups, _channels, count = shape
    generator = np.random.default_rng(seed)
    weights = generator.normal(size=shape)
    inputs = generator.normal(size=(groups, 200, count)) @ generator.normal(size=(groups, count, count))
    gram = damped(np.swapaxes(inputs, 1, 2) @ inputs, 0.01)
    return weights, np.abs(weights).max(axis=2, keepdims=True) / 7, gram


def one_by_one(weights: Array, scales: Array, largest: int, gram: Array) -> Array:
    """GPTQ as the paper has it: one column, then the inverse of what is left."""
    order, work, result = list(np.argsort(-np.diagonal(gram), kind="stable")), weights.copy(), np.zeros_like(weights)
    while order:
        inverse = np.linalg.inv(gram[np.ix_(order, order)])
        column = order[0]
        result[:, column] = np.clip(np.rint(work[:, column] / scales[:, 0]), -largest, largest)
        error = work[:, column] - result[:, column] * scales[:, 0]
        work[:, order] -= error[:, None] * inverse[0] / inverse[0, 0]
        order = order[1:]
    return result


@pytest.mark.parametrize("shape", SHAPES)
def test_gptq_in_blocks_is_gptq(shape: tuple[int, int, int]) -> None:
    weights, scales, gram = layer(shape)
    wanted = [one_by_one(w, s, 7, g) for w, s, g in zip(weights, scales, gram, strict=True)]
    np.testing.assert_array_equal(gptq(weights, scales, 7, gram), wanted)


@pytest.mark.parametrize("how", LEARNT)
@pytest.mark.parametrize("shape", SHAPES)
def test_outputs_are_nearer_than_with_nearest_weights(shape: tuple[int, int, int], how: Rounding) -> None:
    weights, scales, gram = layer(shape)
    integers = rounded(weights, scales, 7, gram, how)
    assert np.array_equal(integers, np.rint(integers)) and np.abs(integers).max() <= 7
    ours = output_error(weights, integers, scales, gram).sum()
    plain = output_error(weights, nearest(weights, scales, 7), scales, gram).sum()
    assert ours <= (0.8 if shape[2] > 8 else 1.0) * plain


def test_adaround_is_as_good_as_gptq() -> None:
    ratios = []
    for seed in range(6):
        weights, scales, gram = layer((1, 16, 24), seed)
        gptqs, ours = (output_error(weights, rounded(weights, scales, 7, gram, how), scales, gram) for how in LEARNT)
        ratios.append(ours.sum() / gptqs.sum())
    assert np.exp(np.mean(np.log(ratios))) <= 1.05, ratios


@pytest.mark.parametrize("shape", SHAPES)
def test_no_weight_alone_can_lessen_the_error(shape: tuple[int, int, int]) -> None:
    weights, scales, gram = layer(shape)
    integers = settled(weights, nearest(weights, scales, 7), scales, 7, gram)
    least = output_error(weights, integers, scales, gram)
    for column in range(shape[2]):
        for step in (-1.0, 1.0):
            moved = integers.copy()
            moved[:, :, column] = np.clip(moved[:, :, column] + step, -7, 7)
            assert (output_error(weights, moved, scales, gram) >= least * (1 - 1e-9)).all()


def test_scales_of_least_output_error() -> None:
    weights, scales, gram = layer((2, 3, 45))
    integers = rounded(weights, scales, 7, gram, Rounding.GPTQ)
    best = refitted(weights, integers, scales, gram)
    least = output_error(weights, integers, best, gram)
    for factor in (0.99, 1.01):
        assert (output_error(weights, integers, best * factor, gram) > least).all()
    found, chosen = fitted(weights, np.zeros_like(scales), 7, gram, Rounding.GPTQ)
    assert output_error(weights, found, chosen, gram).sum() < least.sum()


def of_dense(real: Array, seen: Array) -> Moments:
    return moments(Op("dense_0", Dense(), ("x", "w"), ("y",)), [(real, seen)])


def test_targets_make_up_for_rounded_inputs() -> None:
    generator = np.random.default_rng(5)
    real = (generator.normal(size=(400, 6)) @ generator.normal(size=(6, 6)) + 2.0).astype(np.float32)
    rows = generator.normal(size=(1, 4, 6))
    same = of_dense(real, real)
    np.testing.assert_array_equal(same.target(rows), rows)
    seen = 0.9 * real + 0.5
    found = of_dense(real, seen)
    wanted = (real - real.mean(0)) @ rows[0].T
    ours, plain = ((wanted - (seen - seen.mean(0)) @ w[0].T).std() for w in (found.target(rows), rows))
    assert ours < 0.5 * plain
    change = found.bias_change(rows, found.target(rows))
    np.testing.assert_allclose((seen @ found.target(rows)[0].T + change).mean(0), (real @ rows[0].T).mean(0), rtol=1e-5)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("how", LEARNT)
def test_networks_gain(network: str, how: Rounding) -> None:
    graph = parse_graph(NETWORKS[network].strip())
    errors = [network_error(graph, f"rounding={name}") for name in ("nearest", how.value)]
    assert errors[1] < 0.7 * errors[0], errors


def network_error(graph: Graph, options: str) -> float:
    """Mean square over all samples of what the first output is away from the float graph's."""
    data = calibration(graph)
    recipe = parse(f"quantize(weights=int4, first=int4, {options})\n")
    result = recipe.pipeline().run(graph, PassContext(calibration=data))
    name, ours, real = graph.outputs[0], Stepper(result), Stepper(graph)
    return float(np.mean([(ours.step(sample)[name] - real.step(sample)[name]) ** 2 for sample in data.samples()]))


def test_the_largest_weight_sets_the_scale_where_asked() -> None:
    weights = np.random.default_rng(1).normal(size=(3, 50))
    integers, quant = weight_integers(weights, 7, True, None, 1.0, by=Scales.MAX)
    np.testing.assert_allclose(quant.scale, np.abs(weights).max(axis=1) / 7, rtol=1e-6)
    assert np.abs(integers).max(axis=1).tolist() == [7, 7, 7]
