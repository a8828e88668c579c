"""What equalize and correct_bias do to numbers; their graphs are in tests/mdtest/passes."""

from __future__ import annotations

import numpy as np
import pytest

import tinyc.ops  # noqa: F401  (registers every operator)
from tinyc.calibration.calibration import Calibration
from tinyc.ir.graph import Graph
from tinyc.ir.interp import Stepper
from tinyc.ir.text import parse as parse_graph
from tinyc.ir.types import Array
from tinyc.passes.base import PassContext
from tinyc.recipe import parse

WINDOW = "window={kernel=[3, 3], strides=[1, 1], dilations=[1, 1], begin=[1, 1], end=[1, 1]}"
NETWORKS = {
    "convolutions": f"""
graph g
input x: f32[1,2,6,6]
const w: f32[4,2,3,3] = normal(seed=1)
const b: f32[4] = normal(seed=2)
const d: f32[4,1,3,3] = normal(seed=3)
const v: f32[3,4,3,3] = normal(seed=4)
h = conv2d(x, w, b, {WINDOW}, clamp=[0.0, inf])
k = conv2d(h, d, _, {WINDOW}, groups=4, clamp=[0.0, inf])
y = conv2d(k, v, _, {WINDOW})
output y
""",
    "a state": """
graph g
input x: f32[1,4]
input past: f32[1,4]
const w: f32[4,4] = normal(seed=1)
const b: f32[4] = normal(seed=2)
const v: f32[3,4] = normal(seed=3)
h = dense(x, w, b, clamp=[0.0, inf])
next = add(h, past)
m = clip(next, low=0.0, high=2.0)
y = dense(m, v, _)
output y
output m
state past = m
""",
}


def calibration(graph: Graph) -> Calibration:
    generator = np.random.default_rng(7)
    samples = [
        {name: generator.normal(0.3, 1.0, graph.types[name].shape).astype(np.float32) for name in graph.fed}
        for _ in range(48)
    ]
    return Calibration(lambda: samples, len(samples))


def mean_outputs(graph: Graph, data: Calibration) -> Array:
    stepper, name = Stepper(graph), graph.outputs[0]
    axes = (0, 2, 3) if graph.types[name].rank == 4 else (0,)
    return np.mean([stepper.step(sample)[name].mean(axis=axes) for sample in data.samples()], axis=0)


@pytest.mark.parametrize("network", NETWORKS)
def test_correction_brings_the_means_back(network: str) -> None:
    graph = parse_graph(NETWORKS[network].strip())
    data = calibration(graph)
    wanted = mean_outputs(graph, data)
    quantize = "quantize(weights=int4, first=int4, calibrate=minmax)\n"
    errors = []
    for recipe in (quantize, quantize + "correct_bias(samples=48)\n"):
        result = parse(recipe).pipeline().run(graph, PassContext(calibration=data))
        errors.append(np.abs(mean_outputs(result, data) - wanted).max())
    assert errors[1] < errors[0] / 4, errors


def test_reference_is_the_graph_before_the_first_quantize() -> None:
    graph = parse_graph(NETWORKS["convolutions"].strip())
    context = PassContext(calibration=calibration(graph))
    parse("quantize on conv2d_0\nquantize on conv2d_1, conv2d_2\n").pipeline().run(graph, context)
    assert context.reference is graph


def test_fewer_samples_are_enough_to_ask_for() -> None:
    graph = parse_graph(NETWORKS["convolutions"].strip())
    context = PassContext(calibration=calibration(graph))
    parse("quantize(weights=int4)\ncorrect_bias(samples=5)\n").pipeline().run(graph, context)
    assert context.notes[-1].note == "3 layers, 5 samples"


def test_equalize_brings_ranges_together_and_keeps_the_function() -> None:
    text = NETWORKS["convolutions"].strip()
    graph = parse_graph(text)
    result = parse("equalize\n").pipeline().run(graph, PassContext())
    ranges = [np.abs(result.constants[op.inputs[1] or ""].array) for op in result.ops]
    before, behind = ranges[1].max(axis=(1, 2, 3)), ranges[2].max(axis=(0, 2, 3))
    np.testing.assert_allclose(before, behind, rtol=2e-2)
    data = calibration(graph)
    np.testing.assert_allclose(mean_outputs(result, data), mean_outputs(graph, data), rtol=1e-4, atol=1e-5)
