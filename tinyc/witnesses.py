"""The values of all layers as each witness computes them: the ONNX file, numpy, the host's C, the board's C."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np

from tinyc.codegen.manifest import Manifest, Tensor, read_manifest
from tinyc.emulate import Harness, build_image, run_image
from tinyc.evaluate import real_feeds
from tinyc.frontend.reference import Reference
from tinyc.host.model import load_host_model
from tinyc.host.samples import Samples, from_bytes, to_bytes
from tinyc.ir.graph import Graph
from tinyc.ir.interp import Stepper, initial_states, interpret_on
from tinyc.ir.types import Array
from tinyc.targets import Board

Values: TypeAlias = Mapping[str, Array]
"""Arrays [N, *declared shape] by tensor name."""

Witness: TypeAlias = Callable[[Samples], Values]

_TIMEOUT_SECONDS = 600.0


def numpy_witness(graph: Graph) -> Witness:
    """What the lowered graph means; states begin anew with each batch of samples."""

    def values(samples: Samples) -> Values:
        stepper = Stepper(graph)
        return _stacked(stepper.step(samples.sample(index)) for index in range(len(samples)))

    return values


def numpy_on(graph: Graph, samples: Samples, theirs: Values) -> Values:
    """What the lowered graph makes of each layer when it reads another witness's values."""
    states, runs = initial_states(graph), []
    for index in range(len(samples)):
        held = {name: array[index] for name, array in theirs.items()}
        values = interpret_on(graph, {**samples.sample(index), **states}, held)
        states = {name: held.get(output, values[output]) for name, output in graph.states}
        runs.append(values)
    return _stacked(runs)


def imported_witness(graph: Graph, reference: Reference, manifest: Manifest) -> Witness:
    """What the graph meant before any pass; it takes what the ONNX file takes."""

    def values(samples: Samples) -> Values:
        feeds = real_feeds(reference, samples, manifest.inputs)
        typed = {name: feeds[name].astype(graph.types[name].dtype.numpy, copy=False) for name in graph.fed}
        return numpy_witness(graph)(Samples(typed))

    return values


def onnx_witness(reference: Reference, manifest: Manifest) -> Witness:
    """What the ONNX file means."""

    def values(samples: Samples) -> Values:
        feeds = real_feeds(reference, samples, manifest.inputs)
        reference.restart()
        return _stacked(
            reference.run({name: array[index] for name, array in feeds.items()}) for index in range(len(samples))
        )

    return values


def host_witness(project_dir: Path, work_dir: Path) -> Witness:
    """What the C computes on this machine. ToolMissing, ToolFailed."""
    model = load_host_model(project_dir, work_dir)
    tensors = _layer_tensors(model.manifest)

    def values(samples: Samples) -> Values:
        result = model.run(to_bytes(samples, model.manifest.inputs), len(samples), layers=True)
        assert result.layers is not None
        return _unpacked(result.layers, tensors, len(samples))

    return values


def board_witness(project_dir: Path, machine: Board, work_dir: Path) -> Witness:
    """What the C computes on the emulated board. ToolMissing, ToolFailed, BoardError."""
    manifest = read_manifest(project_dir)
    image = build_image(project_dir, machine, work_dir=work_dir, harness=Harness.LAYERS)

    def values(samples: Samples) -> Values:
        content = to_bytes(samples, manifest.inputs)
        result = run_image(image, content, len(samples), timeout=_TIMEOUT_SECONDS)
        assert result.layers is not None
        pieces: dict[str, list[bytes]] = {}
        for piece in result.layers:
            name = manifest.layers[piece.layer].outputs[piece.output].name
            pieces.setdefault(name, []).append(piece.content)
        tensors = {tensor.name: tensor for tensor in _layer_tensors(manifest)}
        return {
            name: from_bytes(b"".join(parts), [tensors[name]], len(samples))[name] for name, parts in pieces.items()
        }

    return values


def _layer_tensors(manifest: Manifest) -> list[Tensor]:
    return [tensor for layer in manifest.layers for tensor in layer.outputs]


def _unpacked(content: bytes, tensors: list[Tensor], count: int) -> Values:
    return from_bytes(content, tensors, count) if tensors else {}


def _stacked(runs: Iterable[Values]) -> Values:
    kept = list(runs)
    return {name: np.stack([run[name] for run in kept]) for name in kept[0]}
