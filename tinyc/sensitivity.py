"""Which layers suffer from quantisation: each weighted layer alone in integers, all others in float."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tinyc.calibration.calibration import Calibration
from tinyc.codegen.manifest import Tensor, read_manifest
from tinyc.codegen.project import replace_files
from tinyc.driver import Options
from tinyc.errors import DataError, ModelError, OutputError
from tinyc.frontend.load import load
from tinyc.host.calibration_data import open_calibration
from tinyc.host.samples import Samples, load_samples
from tinyc.ir.graph import Graph, Op
from tinyc.ir.types import Array
from tinyc.layer_format import FORMATS, LayerFormat
from tinyc.lower.costs import load_costs
from tinyc.lower.select import candidates, site_of
from tinyc.original import options_of, original
from tinyc.passes.assign_layout import AssignLayout
from tinyc.passes.base import PassContext
from tinyc.passes.quantize import Quantize
from tinyc.recipe import load_recipe
from tinyc.report.html import FILE as HTML_FILE
from tinyc.report.html import html, sensitivity_page
from tinyc.report.progress import track
from tinyc.report.record import FILE as JSON_FILE
from tinyc.report.record import read_report, to_json
from tinyc.scores import Scores, loss, primary, score, sqnr_db
from tinyc.targets import Board

DEFAULT_SAMPLES = 64
CALIBRATION_SAMPLES = 32


@dataclass(frozen=True, slots=True)
class LayerCost:
    """One layer in one format.

    `sqnr_db`: signal of the model's first output over the error that this layer brings, in decibels; None without
    error. `drop`: what the model loses by its metric, a share of 1; None without labels. `bytes`: the layer's
    constants. `cycles`: the estimate for its kernel on the board; None without a board, and where none fits.
    """

    layer: str
    op: str
    source: str
    format: str
    bytes: int
    sqnr_db: float | None
    drop: float | None
    cycles: float | None = None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Costs in the order of the layers. `metric` is what `drop` counts and `value` the float model's, None without
    labels; `calibrated` says with what.
    """

    model: str
    costs: tuple[LayerCost, ...]
    samples: int
    calibrated: str
    metric: str | None
    value: float | None
    board: str | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cost.format for cost in self.costs))

    def worst(self, name: str | None = None, count: int | None = None) -> tuple[LayerCost, ...]:
        """The layers that cost most in this format (None: in any): largest drop first, least SQNR among equals."""
        return tuple(sorted((cost for cost in self.costs if name in (None, cost.format)), key=_harm)[:count])

    def as_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "metric": self.metric,
            "float": self.value,
            "samples": self.samples,
            "calibrated": self.calibrated,
            "board": self.board,
            "layers": [asdict(cost) for cost in self.costs],
            "ranking": {name: [cost.layer for cost in self.worst(name)] for name in self.formats},
        }


def _harm(cost: LayerCost) -> tuple[float, float]:
    return -(cost.drop or 0.0), float("inf") if cost.sqnr_db is None else cost.sqnr_db


@dataclass(frozen=True, slots=True)
class Question:
    """What to measure: an ONNX file, or a built folder whose file (`model`, or found by name and SHA-256) is measured
    and whose report the result joins. Without `calibration` the first samples of `data` calibrate, and `limit` samples
    behind them measure. `own`: the format of each layer by name, tried instead of `formats`; layers without one are
    left out. `page`: where to write table and plot.
    """

    target: Path
    data: Path
    calibration: Path | None = None
    limit: int = DEFAULT_SAMPLES
    options: Options = field(default_factory=Options)
    formats: Sequence[LayerFormat] = FORMATS
    own: Mapping[str, LayerFormat] | None = None
    board: Board | None = None
    model: Path | None = None
    page: Path | None = None


def sensitivity(question: Question) -> Sensitivity:
    """Measure a float model in numpy. Cost: one run of the float graph for each layer, format and sample.

    ModelError if no layer is left to quantise, DataError as for `load_samples`.
    """
    if question.page is not None and not question.page.parent.is_dir():
        raise OutputError(f"{question.page}: no such folder", hint="choose another file with --html")
    path, options = _subject(question)
    loaded = load(path, name=options.name, dims=options.dims, states=options.states)
    graph = load_recipe("float").pipeline().run(loaded.graph, PassContext())
    layers = [op for op in graph.ops if _is_weighted(graph, op)]
    if not layers:
        raise ModelError(f"{path}: no float layer with weights", hint="give the model as it was before quantisation")
    samples, calibration, said = _data(question, graph)
    meter = _Meter(graph, samples, _Once.of(calibration, graph, layers), question.board, str(question.data))
    metric = primary(meter.scores)
    value = None if metric is None else getattr(meter.scores, metric)
    trials = [(op, kind) for op in layers for kind in _formats(question, op)]
    costs, board = meter.measure(trials), question.board
    name = None if board is None else board.name
    found = Sensitivity(path.name, costs, len(samples), said, metric, value, name)
    if question.target.is_dir():
        report = read_report(question.target) | {"sensitivity": found.as_json()}
        replace_files(question.target, {JSON_FILE: to_json(report).encode(), HTML_FILE: html(report).encode()})
    if question.page is not None:
        replace_files(question.page.parent, {question.page.name: sensitivity_page(found.as_json()).encode()})
    return found


def _formats(question: Question, op: Op) -> Sequence[LayerFormat]:
    if question.own is None:
        return question.formats
    return [question.own[op.name]] if op.name in question.own else []


def _subject(question: Question) -> tuple[Path, Options]:
    if not question.target.is_dir():
        return question.target, question.options
    manifest = read_manifest(question.target)
    return original(manifest, question.target, question.model), options_of(manifest.built_from)


def _data(question: Question, graph: Graph) -> tuple[Samples, Calibration, str]:
    """The samples that measure, those that calibrate, and a sentence on the latter."""
    samples = load_samples(question.data, [_tensor(graph, name) for name in graph.fed])
    if question.calibration is not None:
        calibration = open_calibration(question.calibration, graph)
        said = f"calibrated with {calibration.count} samples of {question.calibration.name}"
        return samples.first(question.limit), calibration, said
    count = min(CALIBRATION_SAMPLES, len(samples) // 2)
    if count == 0:
        return samples, _calibration(samples), f"calibrated with the only sample of {question.data.name}"
    said = f"calibrated with the first {count} samples of {question.data.name}, measured on those behind them"
    return samples.part(count, count + question.limit), _calibration(samples.first(count)), said


def _calibration(samples: Samples) -> Calibration:
    kept = [samples.sample(index) for index in range(len(samples))]
    return Calibration(lambda: kept, len(kept))


def _is_weighted(graph: Graph, op: Op) -> bool:
    slots = op.operator.slots
    if "w" not in slots or not op.operator.integer_ready:
        return False
    weights = op.inputs[slots.index("w")]
    return weights in graph.constants and graph.types[op.outputs[0]].dtype.is_float


def _tensor(graph: Graph, name: str) -> Tensor:
    kind = graph.types[name]
    return Tensor(name, kind.dtype.numpy.name, kind.shape, kind.layout.value, kind.bytes)


@dataclass(frozen=True, slots=True)
class _Once(Calibration):
    """Calibration data whose histograms of one graph are taken once, for all layers and formats."""

    graph: Graph | None = None
    kept: Mapping[str, Any] | None = None

    @staticmethod
    def of(data: Calibration, graph: Graph, layers: Sequence[Op]) -> _Once:
        names = {name for op in layers for name in (*op.reads, *op.outputs) if name not in graph.constants}
        return _Once(data.samples, data.count, data.track, data.read_for, graph, data.histograms(graph, names))

    def histograms(self, graph: Graph, names: Any) -> dict[str, Any]:
        if graph is self.graph and self.kept is not None and set(names) <= self.kept.keys():
            return {name: self.kept[name] for name in names}
        return Calibration.histograms(self, graph, names)


class _Meter:
    """Outputs of the float graph, and what quantised layers make of them."""

    def __init__(
        self, graph: Graph, samples: Samples, calibration: Calibration, board: Board | None, place: str
    ) -> None:
        self.graph, self.samples, self.calibration, self.board, self.place = graph, samples, calibration, board, place
        self.output = graph.outputs.index(graph.given[0])
        self.inputs = samples.inputs[graph.fed[0]] if len(graph.fed) == 1 else None
        self.wanted = self._outputs(graph, "float")
        self.scores = self._score(self.wanted)

    def measure(self, trials: Sequence[tuple[Op, LayerFormat]]) -> tuple[LayerCost, ...]:
        found = []
        with track("layers alone", len(trials)) as advance:
            for op, kind in trials:
                found.append(self._cost(op, kind))
                advance(1)
        return tuple(found)

    def _cost(self, op: Op, kind: LayerFormat) -> LayerCost:
        context = PassContext(calibration=self.calibration, selection=frozenset({op.name}))
        step = Quantize(weights=kind.weights, first=kind.weights, activations=kind.activations)
        result = step.run(self.graph, context)
        outputs = self._outputs(result, f"{op.name} {kind.name}")
        metric = primary(self.scores)
        drop = None if metric is None else loss(metric, self.scores, self._score(outputs))
        layer = next(other for other in result.ops if other.name == op.name)
        constants = sum(result.types[name].stored_bytes for name in layer.reads if name in result.constants)
        sqnr = sqnr_db(self.wanted, outputs)
        return LayerCost(op.name, op.kind, op.source, kind.name, constants, sqnr, drop, self._cycles(result, op.name))

    def _cycles(self, graph: Graph, name: str) -> float | None:
        if self.board is None:
            return None
        laid_out = AssignLayout().run(graph, PassContext())
        op = next(other for other in laid_out.ops if other.name == name)
        return candidates(site_of(laid_out, op), self.board, load_costs(self.board))[0].cycles

    def _outputs(self, graph: Graph, title: str) -> Array:
        """The first output of all samples, [N, ...]."""
        runs = _calibration(self.samples).runs(graph, title)
        return np.stack([values[graph.outputs[self.output]] for values in runs])

    def _score(self, outputs: Array) -> Scores:
        try:
            return score(outputs, self.samples.labels, self.inputs)
        except DataError as error:
            raise DataError(f"{self.place}: {error.reason}", hint=error.hint) from error
