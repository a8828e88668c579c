"""Files that exporters wrote: they build for a board, compute what their framework computes, and no debris is left.

The scripts in tests/models say which exporters, in which versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.cases.case import Array, Case
from tests.support.case_models import Variant
from tests.support.case_program import Built, build_case, run_on_host
from tinyc.ir.interp import interpret
from tinyc.targets import load_board

pytestmark = pytest.mark.xdist_group("exporters")
"""All files are one program, which is made once."""

MODELS = Path(__file__).resolve().parents[1] / "models"
CALLS = Path(__file__).with_name("exporter_calls.txt")
NAMES = sorted(path.stem for path in MODELS.glob("*.onnx"))
MOVING = ("move", "copy", "pad", "concat", "gather", "relayout")


@dataclass(frozen=True)
class Outcome:
    """One file: how it was built, and its outputs by numpy, by C and by the framework that made it."""

    built: Built
    numpy: list[Array]
    host: list[Array]
    framework: list[Array]

    @property
    def calls(self) -> list[str]:
        """Kernels in the order of their calls, without the words that all share."""
        return [call.kernel.removeprefix("tc_").removesuffix("_ref") for call in self.built.result.program.calls]


def samples_of(name: str) -> tuple[list[Array], list[Array]]:
    """Inputs and outputs of the network: its file has the longest name that this one starts with."""
    files = [path for path in MODELS.glob("*.npz") if name.startswith(f"{path.stem}_")]
    with np.load(max(files, key=lambda path: len(path.stem))) as stored:
        return [[stored[key] for key in stored.files if key.startswith(side)] for side in ("in", "out")]  # type: ignore[return-value]


def variant_of(name: str) -> Variant:
    model, (inputs, outputs) = onnx.load(MODELS / f"{name}.onnx"), samples_of(name)
    samples = dict(zip([value.name for value in fed(model)], inputs, strict=True))
    return Variant(Case("exporter", name, ()), name, model, samples, outputs, integer=False)


def fed(model: onnx.ModelProto) -> list[onnx.ValueInfoProto]:
    """Inputs that are not initialisers: up to opset 8 exporters list both."""
    constants = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in constants]


def dims_of(variant: Variant) -> dict[str, int]:
    """A batch of 1 where the exporter left the length of an axis open."""
    shapes = {value.name: value.type.tensor_type.shape.dim for value in fed(variant.model)}
    return {f"{name}.{axis}": 1 for name, dims in shapes.items() for axis, dim in enumerate(dims) if dim.dim_param}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """All files in one program, under the sanitizers."""
    folder, board = tmp_path_factory.mktemp("exporters"), load_board("cortex-m4")
    variants = [variant_of(name) for name in NAMES]
    built = [build_case(variant, board, folder, dims=dims_of(variant)) for variant in variants]
    found = {}
    for item, host in zip(built, run_on_host(built, folder), strict=True):
        graph = item.result.graph
        values = interpret(graph, item.variant.samples)
        ours = [values[name] for name in graph.outputs]
        found[item.variant.name] = Outcome(item, ours, host, item.variant.expected)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_c_equals_numpy(name: str, outcomes: dict[str, Outcome]) -> None:
    for ours, host in zip(outcomes[name].numpy, outcomes[name].host, strict=True):
        np.testing.assert_allclose(host, ours, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_numpy_is_what_the_framework_computes(name: str, outcomes: dict[str, Outcome]) -> None:
    for ours, theirs in zip(outcomes[name].numpy, outcomes[name].framework, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5, strict=True)


def test_calls_are_as_written_down(outcomes: dict[str, Outcome], update_golden: bool) -> None:
    lines = [f"{name}: {' '.join(shortened(outcomes[name].calls))}" for name in NAMES]
    if update_golden:
        CALLS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert CALLS.read_text(encoding="utf-8").splitlines() == lines


@pytest.mark.parametrize("network", ["image", "flattened"])
def test_transposes_around_channels_last_layers_are_gone(network: str, outcomes: dict[str, Outcome]) -> None:
    found = [name for name in NAMES if name.startswith(f"keras_{network}_")]
    assert len(found) == 3
    for name in found:
        source = [node.op_type for node in outcomes[name].built.variant.model.graph.node]
        assert "Transpose" in source, "the exporter wrote none, so the test says nothing"
        assert moving(outcomes[name]) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("torch_cnn_")])
def test_only_the_image_is_turned(name: str, outcomes: dict[str, Outcome]) -> None:
    (turned,) = moving(outcomes[name])
    assert turned.startswith("move_x32") and outcomes[name].calls[0] == turned


@pytest.mark.parametrize("name", NAMES)
def test_shapes_are_not_computed_at_run_time(name: str, outcomes: dict[str, Outcome]) -> None:
    """What is left of int64 in a program is an output of the model."""
    graph = outcomes[name].built.result.graph
    wide = {value for value, kind in graph.types.items() if kind.dtype.value == "s64"}
    assert wide <= set(graph.outputs)


def moving(outcome: Outcome) -> list[str]:
    """Calls that move elements and compute nothing."""
    return [call for call in outcome.calls if call.split("_")[0] in MOVING]


def shortened(calls: list[str]) -> list[str]:
    """Equal neighbours counted: move_x32*3."""
    runs = [(call, len(list(same))) for call, same in groupby(calls)]
    return [call if count == 1 else f"{call}*{count}" for call, count in runs]
