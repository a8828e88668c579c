"""What ONNX Runtime's quantisers write: numpy and the host's C are equal bit for bit, and both within a step of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnxruntime.quantization import QuantType

from tests.cases.case import Array, Case
from tests.support import quantised_models
from tests.support.case_models import Variant, run_onnxruntime
from tests.support.case_program import Built, build_case, run_on_host
from tinyc.ir.interp import interpret
from tinyc.ops.quantize import Dequantize
from tinyc.targets import load_board

pytestmark = pytest.mark.xdist_group("quantisers")
"""All files are one program, which is made once."""

STATIC = [
    f"{network}_{form}_{types}_{grain}"
    for network, form, types, grain in product(
        quantised_models.NETWORKS, quantised_models.FORMATS, quantised_models.TYPES, ("tensor", "channel")
    )
]
DYNAMIC = [
    f"{network}_dynamic_{weights}_{grain}"
    for network, weights, grain in product(("cnn", "mlp"), ("s8", "u8"), ("tensor", "channel"))
]
SEED = 5


@dataclass(frozen=True)
class Outcome:
    """One quantised model: how it was built, and its output by numpy, by C and by ONNX Runtime."""

    built: Built
    numpy: Array
    host: Array
    onnxruntime: Array


def quantised(name: str, folder: Path) -> onnx.ModelProto:
    network, *form, types, grain = name.split("_")
    model, per_channel = quantised_models.NETWORKS[network](), grain == "channel"
    if form == ["dynamic"]:
        weights = QuantType.QInt8 if types == "s8" else QuantType.QUInt8
        return quantised_models.dynamic(model, weights, per_channel=per_channel, folder=folder)
    return quantised_models.static(model, form[0], types, per_channel=per_channel, folder=folder)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """All models in one program, under the sanitizers."""
    folder, built = tmp_path_factory.mktemp("quantisers"), []
    for name in (*STATIC, *DYNAMIC):
        model = quantised(name, folder)
        samples = {"x": quantised_models.data(model, SEED)}
        expected = run_onnxruntime(model, samples)
        variant = Variant(Case("network", name, ()), name, model, samples, expected, integer=True)
        built.append(build_case(variant, load_board("cortex-m4"), folder))
    hosts = run_on_host(built, folder)
    found = {}
    for item, host in zip(built, hosts, strict=True):
        graph = item.result.graph
        ours = interpret(graph, item.variant.samples)[graph.outputs[0]]
        found[item.variant.name] = Outcome(item, ours, host[0], item.variant.expected[0])
    return found


@pytest.mark.parametrize("name", [*STATIC, *DYNAMIC])
def test_c_equals_numpy(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    if name in STATIC:
        np.testing.assert_array_equal(outcome.host, outcome.numpy)
    else:
        np.testing.assert_allclose(outcome.host, outcome.numpy, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", STATIC)
def test_static_is_within_a_step_of_onnxruntime(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    distance = np.abs(outcome.numpy - outcome.onnxruntime).max()
    assert distance <= 1.001 * output_step(outcome.built), f"seed {SEED}"
    assert np.ptp(outcome.onnxruntime) > 10 * output_step(outcome.built), "the data says too little"


@pytest.mark.parametrize("name", STATIC)
def test_static_runs_on_integers(name: str, outcomes: dict[str, Outcome]) -> None:
    """Between the first quantise and the last dequantise step nothing is float."""
    kinds = [op.kind for op in outcomes[name].built.result.graph.ops]
    graph = outcomes[name].built.result.graph
    floats = [op.kind for op in graph.ops if graph.types[op.outputs[0]].dtype.is_float]
    assert kinds[0] == "quantize" and kinds.count("quantize") == 1
    assert floats == ["dequantize"]


@pytest.mark.parametrize("types, grain", list(product(quantised_models.TYPES, ("tensor", "channel"))))
@pytest.mark.parametrize("network", quantised_models.NETWORKS)
def test_both_forms_land_on_the_same_operators(
    network: str, types: str, grain: str, outcomes: dict[str, Outcome]
) -> None:
    """The quantisers choose other scales for the two forms, so numbers are not compared."""
    graphs = [outcomes[f"{network}_{form}_{types}_{grain}"].built.result.graph for form in quantised_models.FORMATS]
    assert [op.kind for op in graphs[0].ops] == [op.kind for op in graphs[1].ops]


@pytest.mark.parametrize("name", DYNAMIC)
def test_dynamic_is_near_onnxruntime(name: str, outcomes: dict[str, Outcome]) -> None:
    """Scales follow the data, so a rounding that falls the other way moves a result by about a step of 1/255."""
    outcome = outcomes[name]
    assert "dynamic_quantize" in [op.kind for op in outcome.built.result.graph.ops]
    span = np.ptp(outcome.onnxruntime)
    assert np.abs(outcome.numpy - outcome.onnxruntime).max() <= span / 255


def output_step(built: Built) -> float:
    graph = built.result.graph
    last = graph.producers()[graph.outputs[0]]
    assert isinstance(last.operator, Dequantize)
    quant = graph.types[last.reads[0]].quant
    assert quant is not None
    return quant.scale[0]
