"""Four witnesses side by side: the ONNX file, numpy, the host's C and the board's C, layer by layer."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tinyc.codegen.manifest import Manifest, read_manifest
from tinyc.codegen.project import write
from tinyc.compare import Difference, Distance, difference, distance
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate.twin import emulated
from tinyc.errors import BoardError
from tinyc.evaluate import kept_states
from tinyc.frontend.reference import Reference
from tinyc.host.samples import Samples, load_samples, random_samples
from tinyc.ir.graph import Graph
from tinyc.ir.types import Array
from tinyc.lower.lower import arranged
from tinyc.ops.quantize import Quantize
from tinyc.original import original, rebuild
from tinyc.recipe import Recipe
from tinyc.report.progress import track
from tinyc.run import HOST, check_place
from tinyc.targets import Board
from tinyc.verification import GATES, IMPORTED, PAIRS, LayerCheck, Verification
from tinyc.witnesses import (
    Values,
    Witness,
    board_witness,
    host_witness,
    imported_witness,
    numpy_on,
    numpy_witness,
    onnx_witness,
)

RANDOM_SAMPLES = 4
SEED = 1

_CHUNK = 8
"""Samples in memory at a time; of a model with states all of them, since its states go from one to the next."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to verify: an ONNX file for a board, or a built folder (`model`: its file, if it is not found by itself)."""

    target: Path
    board: Board | None
    recipe: Recipe
    options: Options
    data: Path | None = None
    samples: int | None = None
    model: Path | None = None
    where: str = "qemu"
    calibration: Path | None = None


def verify(request: Request) -> Verification:
    """Build (or build again) and compare. TinycError of any stage; a difference is a result, not an error."""
    check_place(request.where)
    with tempfile.TemporaryDirectory(prefix="tinyc-verify-") as name:
        result, project_dir = _subject(request, Path(name))
        return _verified(request, result, project_dir, Path(name))


def _subject(request: Request, work_dir: Path) -> tuple[BuildResult, Path]:
    if request.target.is_dir():
        manifest = read_manifest(request.target)
        if request.board is not None and request.board.name != manifest.board:
            raise BoardError(
                f"{request.target} was built for {manifest.board}, not for {request.board.name}",
                hint=f"leave --board out, or verify the model: tinyc verify MODEL.onnx --board {request.board.name}",
            )
        model = original(manifest, request.target, request.model)
        return rebuild(request.target, model, request.calibration), request.target
    assert request.board is not None, "the command line asks for a board"
    result = build(request.target, request.board, request.recipe, request.options, request.calibration)
    write(result.project, work_dir / "project")
    return result, work_dir / "project"


def _verified(request: Request, result: BuildResult, project_dir: Path, work_dir: Path) -> Verification:
    manifest, graph = read_manifest(project_dir), arranged(result.graph, result.board, result.goal)[0]
    samples = _samples(request, manifest, result.graph)
    reference = Reference(result.model.path, graph.types, kept_states(manifest))
    witnesses: dict[str, Witness] = {
        "onnx": onnx_witness(reference, manifest),
        "imported": imported_witness(result.imported, reference, manifest),
        "numpy": numpy_witness(graph),
        "host": host_witness(project_dir, work_dir / "host"),
    }
    machine, skipped = _machine(request, result.board)
    if machine is not None:
        witnesses["board"] = board_witness(project_dir, machine, work_dir / "board")
    is_quantised = any(kind.quant is not None for kind in result.imported.types.values())
    outputs = {} if is_quantised else dict(zip(result.imported.given, reference.outputs, strict=True))
    chunk = len(samples) if manifest.states else _CHUNK
    layers, import_error = _compared(_blank(manifest, graph), graph, witnesses, samples, outputs, chunk)
    return Verification(
        model=result.program.name,
        board=result.board.name,
        machine=None if machine is None else machine.name,
        engine=reference.engine,
        samples=len(samples),
        data=f"random, seed {SEED}" if request.data is None else request.data.name,
        layers=layers,
        outputs=tuple(layer for layer in layers if layer.tensor in graph.outputs),
        import_error=None if is_quantised else import_error,
        skipped=skipped,
    )


def _machine(request: Request, board: Board) -> tuple[Board | None, tuple[str, ...]]:
    if request.where == HOST:
        return None, ("board C was left out: --on host",)
    try:
        return emulated(board), ()
    except BoardError as reason:
        return None, (f"board C was left out: {reason.reason}",)


def _samples(request: Request, manifest: Manifest, graph: Graph) -> Samples:
    if request.data is not None:
        return load_samples(request.data, manifest.inputs, request.samples or _CHUNK)
    samples = random_samples(manifest.inputs, request.samples or RANDOM_SAMPLES, SEED)
    return Samples({name: _in_range(array, graph, name) for name, array in samples.inputs.items()})


def _in_range(values: Array, graph: Graph, name: str) -> Array:
    """Normal floats, moved to the range of the quantise step that reads them, if there is one."""
    steps = [op.operator for op in graph.consumers()[name] if isinstance(op.operator, Quantize)]
    if not steps:
        return values
    low, high = steps[0].dtype.bounds
    scale, zero_point = steps[0].quant.scale[0], steps[0].quant.zero_point[0]
    middle, half = scale * ((low + high) / 2 - zero_point), scale * (high - low) / 2
    return np.asarray(middle + values * (half / 2), dtype=np.float32)


def _blank(manifest: Manifest, graph: Graph) -> list[LayerCheck]:
    return [
        LayerCheck(number, layer.name, layer.op, layer.kernel, tensor.name, graph.types[tensor.name])
        for number, layer in enumerate(manifest.layers)
        for tensor in layer.outputs
    ]


def _compared(
    layers: list[LayerCheck],
    graph: Graph,
    witnesses: Mapping[str, Witness],
    samples: Samples,
    outputs: Mapping[str, str],
    chunk: int,
) -> tuple[tuple[LayerCheck, ...], float]:
    """The layers, and the largest relative difference of `outputs` (imported graph's name to the ONNX file's name)."""
    import_error = 0.0
    with track("comparing", len(samples)) as advance:
        for start in range(0, len(samples), chunk):
            some = Samples({name: array[start : start + chunk] for name, array in samples.inputs.items()})
            values = {name: witness(some) for name, witness in witnesses.items()}
            alone = _Alone(graph, some, values)
            layers = [_merged(layer, values, alone) for layer in layers]
            pairs = [(values["imported"][ours], values["onnx"][theirs]) for ours, theirs in outputs.items()]
            import_error = max([import_error, *(difference(a, b.astype(a.dtype)).relative for a, b in pairs)])
            advance(len(some))
    return tuple(layers), import_error


class _Alone:
    """Layers on the inputs that a witness had: computed for those alone that do not hold otherwise.

    A layer that rounds to integers at run time takes a float input one step up or down where it lies next to a tie;
    inputs within the bound then make a difference that is not the layer's own.
    """

    def __init__(self, graph: Graph, samples: Samples, values: Mapping[str, Values]) -> None:
        self.graph, self.samples, self.values = graph, samples, values
        self.found: dict[str, Values] = {}

    def difference(self, witness: str, tensor: str) -> Difference:
        """Between a witness's layer and numpy's on the same inputs; never called bit for bit."""
        if witness not in self.found:
            self.found[witness] = numpy_on(self.graph, self.samples, self.values[witness])
        return replace(difference(self.found[witness][tensor], self.values[witness][tensor]), equal=False)


def _merged(layer: LayerCheck, values: Mapping[str, Values], alone: _Alone) -> LayerCheck:
    found = {witness: arrays[layer.tensor] for witness, arrays in values.items() if layer.tensor in arrays}
    ours, theirs, onnx = found["numpy"], found.get("onnx"), layer.onnx
    if theirs is not None and theirs.size == ours.size:
        onnx = (onnx or Distance()) | distance(ours, layer.kind, theirs.reshape(ours.shape))
    pairs = dict(layer.pairs)
    for name, (left, right) in PAIRS.items():
        if left in found and right in found and _comparable(name, found[left], found[right]):
            apart = difference(found[left], found[right])
            if name in GATES and layer.kind.dtype.is_float and not apart.holds(is_float=True):
                apart = alone.difference(right, layer.tensor)
            pairs[name] = pairs.get(name, Difference()) | apart
    return replace(layer, onnx=onnx, pairs=pairs)


def _comparable(pair: str, left: Array, right: Array) -> bool:
    """Passes may change a value's format and take channels out of it; the C holds exactly what numpy holds."""
    return left.dtype == right.dtype and (pair != IMPORTED or left.shape == right.shape)
