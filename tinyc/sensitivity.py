"""Which layers suffer from quantisation: each weighted layer alone in integers, all others in float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.codegen.manifest import Tensor
from tinyc.driver import Options
from tinyc.errors import ModelError
from tinyc.evaluate import score
from tinyc.frontend.load import load
from tinyc.host.samples import Samples, load_samples
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.passes.base import PassContext
from tinyc.passes.quantize import Quantize
from tinyc.passes.quantize_formats import WeightFormat
from tinyc.recipe import load_recipe

FORMATS = (WeightFormat.INT8, WeightFormat.INT4)
DEFAULT_SAMPLES = 64
CALIBRATION_SAMPLES = 32


@dataclass(frozen=True, slots=True)
class LayerCost:
    """One layer with weights of `weights` bits and int8 activations.

    `sqnr_db`: signal of the model's first output over the error that this layer brings, in decibels; None without
    error. `drop`: share of samples that the model loses at top-1; None without labels. `bytes`: the layer's constants.
    """

    layer: str
    op: str
    source: str
    weights: str
    bytes: int
    sqnr_db: float | None
    drop: float | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Costs in the order of the layers; `top1` is that of the float model, None without labels."""

    costs: tuple[LayerCost, ...]
    samples: int
    top1: float | None

    def worst(self, weights: str, count: int) -> tuple[LayerCost, ...]:
        """The layers that cost most in this format: largest drop first, least SQNR among equals."""
        return tuple(sorted((cost for cost in self.costs if cost.weights == weights), key=_harm)[:count])

    def as_json(self) -> dict[str, object]:
        costs = [asdict(cost) for cost in self.costs]
        return {"metric": "top1", "float": self.top1, "samples": self.samples, "layers": costs}


def _harm(cost: LayerCost) -> tuple[float, float]:
    return -(cost.drop or 0.0), float("inf") if cost.sqnr_db is None else cost.sqnr_db


def sensitivity(
    model: Path,
    data: Path,
    options: Options | None = None,
    limit: int = DEFAULT_SAMPLES,
    formats: Sequence[WeightFormat] = FORMATS,
) -> Sensitivity:
    """Measure a float model in numpy on the first `limit` samples of a file, labels under `y`.

    The same samples, 32 at most, calibrate. Cost: two runs of the float graph for each layer, format and sample.
    ModelError if no layer is left to quantise, DataError as for `load_samples`.
    """
    options = options or Options()
    loaded = load(model, name=options.name, dims=options.dims, states=options.states)
    graph = load_recipe("float").pipeline().run(loaded.graph, PassContext())
    layers = [op for op in graph.ops if _is_weighted(graph, op)]
    if not layers:
        raise ModelError(f"{model}: no float layer with weights", hint="give the model as it was before quantisation")
    samples = load_samples(data, [_tensor(graph, name) for name in graph.fed], limit)
    return _Meter(graph, samples).measure(layers, formats)


def _is_weighted(graph: Graph, op: Op) -> bool:
    slots = op.operator.slots
    if "w" not in slots or not op.operator.integer_ready:
        return False
    weights = op.inputs[slots.index("w")]
    return weights in graph.constants and graph.types[op.outputs[0]].dtype.is_float


def _tensor(graph: Graph, name: str) -> Tensor:
    kind = graph.types[name]
    return Tensor(name, kind.dtype.numpy.name, kind.shape, kind.layout.value, kind.bytes)


class _Meter:
    """Outputs of the float graph, and what quantised layers make of them."""

    def __init__(self, graph: Graph, samples: Samples) -> None:
        self.graph, self.samples = graph, samples
        self.output = graph.outputs.index(graph.given[0])
        self.calibration = self._data(min(len(samples), CALIBRATION_SAMPLES))
        self.wanted = self._outputs(graph, "float")
        self.top1 = self._top1(self.wanted)

    def measure(self, layers: Sequence[Op], formats: Sequence[WeightFormat]) -> Sensitivity:
        costs = [self._cost(op, weights) for op in layers for weights in formats]
        return Sensitivity(tuple(costs), len(self.samples), self.top1)

    def _cost(self, op: Op, weights: WeightFormat) -> LayerCost:
        context = PassContext(calibration=self.calibration, selection=frozenset({op.name}))
        result = Quantize(weights=weights, first=weights).run(self.graph, context)
        outputs = self._outputs(result, f"{op.name} {weights.value}")
        top1 = self._top1(outputs)
        drop = None if top1 is None or self.top1 is None else self.top1 - top1
        layer = next(other for other in result.ops if other.name == op.name)
        constants = sum(result.types[name].stored_bytes for name in layer.reads if name in result.constants)
        return LayerCost(op.name, op.kind, op.source, weights.value, constants, sqnr_db(self.wanted, outputs), drop)

    def _data(self, count: int) -> Calibration:
        kept = [self.samples.sample(index) for index in range(count)]
        return Calibration(lambda: kept, count)

    def _outputs(self, graph: Graph, title: str) -> Array:
        """The first output of all samples, [N, ...]."""
        runs = self._data(len(self.samples)).runs(graph, title)
        return np.stack([values[graph.outputs[self.output]] for values in runs])

    def _top1(self, outputs: Array) -> float | None:
        return score(outputs, self.samples.labels).top1


def sqnr_db(wanted: Array, got: Array) -> float | None:
    """10 log10 of signal over error, in decibels; None where nothing differs."""
    error = float(((got.astype(np.float64) - wanted) ** 2).sum())
    signal = float((wanted.astype(np.float64) ** 2).sum())
    return None if error == 0.0 else float(10 * np.log10(max(signal, 1e-30) / error))
