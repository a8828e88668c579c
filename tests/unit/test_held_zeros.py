"""Weights that a pass before has set to zero stay zero, whatever rounds the others."""

from __future__ import annotations

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tests.unit.test_repairs import NETWORKS, calibration
from tests.unit.test_rounding import LEARNT, SHAPES, layer
from tinyc.calibration.adaround import adaround
from tinyc.calibration.gptq import gptq
from tinyc.calibration.grouped import grouped_integers
from tinyc.calibration.moments import damped, moments
from tinyc.calibration.rounding import Rounding, fitted, nearest, output_error, rounded
from tinyc.calibration.supported import held_zeros, solved_within
from tinyc.ir.graph import Graph, Op
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.types import Array
from tinyc.ops.dense import Dense
from tinyc.passes.base import PassContext
from tinyc.recipe import parse


def pruned_layer(shape: tuple[int, int, int]) -> tuple[Array, Array, Array, Array]:
    """As `layer`, with half of the weights zero: weights, scales, gram, zeros."""
    weights, scales, gram = layer(shape)
    zeros = np.random.default_rng(9).random(shape) < 0.5
    return weights * ~zeros, scales, gram, zeros


@pytest.mark.parametrize("method", [gptq, adaround])
@pytest.mark.parametrize("shape", SHAPES)
def test_methods_alone(shape: tuple[int, int, int], method: object) -> None:
    weights, scales, gram, zeros = pruned_layer(shape)
    assert callable(method)
    assert not method(weights, scales, 7, gram, zeros)[zeros].any()


@pytest.mark.parametrize("how", LEARNT)
@pytest.mark.parametrize("shape", SHAPES[2:])
def test_the_others_still_make_up_for_each_other(shape: tuple[int, int, int], how: Rounding) -> None:
    weights, scales, gram, zeros = pruned_layer(shape)
    plain = output_error(weights, nearest(weights, scales, 7), scales, gram).sum()
    integers = rounded(weights, scales, 7, gram, how, zeros)
    assert not integers[zeros].any()
    assert output_error(weights, integers, scales, gram).sum() < 0.9 * plain
    integers, scales = fitted(weights, np.zeros_like(scales), 7, gram, how, zeros)
    assert not integers[zeros].any()
    assert output_error(weights, integers, scales, gram).sum() < 0.9 * plain


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("how", LEARNT)
@pytest.mark.parametrize("options", ["", ", scales=max", ", per_channel=false", ", activations=float"])
def test_networks(network: str, how: Rounding, options: str) -> None:
    graph = parse_graph(NETWORKS[network].strip())
    pruned, zeros = with_zeros(graph)
    recipe = parse(f"quantize(weights=int4, first=int4, rounding={how.value}{options})\n")
    result = recipe.pipeline().run(pruned, PassContext(calibration=calibration(graph)))
    layers = [op for op in result.ops if op.name in zeros]
    assert layers
    for op in layers:
        weights = result.constant(op.inputs[1])
        assert weights is not None and not weights[zeros[op.name]].any()
        assert (weights != 0).any()


def with_zeros(graph: Graph) -> tuple[Graph, dict[str, Array]]:
    """Every third weight zero; where the zeros are, by op name."""
    draft, zeros = graph.draft(), {}
    for op in graph.ops:
        weights = graph.constant(op.inputs[1]) if len(op.inputs) > 1 else None
        if weights is None or op.inputs[1] is None or op.kind not in ("dense", "conv2d"):
            continue
        zeros[op.name] = (np.arange(weights.size) % 3 == 0).reshape(weights.shape)
        draft.constants[op.inputs[1]] = type(draft.constants[op.inputs[1]])(weights * ~zeros[op.name])
    return draft.freeze(), zeros


@pytest.mark.parametrize("how", LEARNT)
def test_scales_of_groups(how: Rounding) -> None:
    generator = np.random.default_rng(6)
    x = generator.normal(size=(60, 8)).astype(np.float32)
    seen = moments(Op("dense_0", Dense(), ("x", "w"), ("y",)), [(x, 0.9 * x + 0.1)])
    weights = generator.normal(size=(5, 8)) * (generator.random((5, 8)) < 0.5)
    integers, _quant = grouped_integers(weights, 1, 4, 7, seen, how)
    assert not integers[weights == 0].any() and integers[weights != 0].any()


def test_a_few_zeros_are_chance() -> None:
    rows = np.ones((10, 20))
    rows[0, :2] = 0.0
    assert held_zeros(rows) is None
    rows[1, :] = 0.0
    held = held_zeros(rows)
    assert held is not None and np.array_equal(held, rows == 0.0)


def test_solutions_within_a_support() -> None:
    generator = np.random.default_rng(4)
    x = generator.normal(size=(30, 6))
    gram, wanted = damped((x.T @ x)[None], 0.01)[0], generator.normal(size=(5, 6))
    free = generator.random((5, 6)) < 0.6
    free[2], free[3] = free[1], False
    found = solved_within(gram, wanted, free)
    assert not found[~free].any()
    np.testing.assert_allclose((found @ gram)[free], wanted[free])
