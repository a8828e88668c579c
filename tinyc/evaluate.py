"""Scores of a built model beside those of the model's own ONNX file: on this machine and on the emulated board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tinyc.codegen.manifest import Manifest, Tensor, read_manifest
from tinyc.codegen.project import replace_files
from tinyc.errors import BoardError, DataError, ToolMissing
from tinyc.frontend.reference import Kept, Reference
from tinyc.host.samples import Samples, class_names, dequantized, load_samples
from tinyc.ir.types import Array
from tinyc.original import find_model
from tinyc.report.html import FILE as HTML_FILE
from tinyc.report.html import html
from tinyc.report.progress import track
from tinyc.report.record import FILE as JSON_FILE
from tinyc.report.record import read_report, to_json
from tinyc.run import HOST, QEMU, check_place, run_samples
from tinyc.scores import Confusion, Scores, beside, confusion, score, scored_output

BOARD_SAMPLES = 50


@dataclass(frozen=True, slots=True)
class Column:
    """Scores in one place: the ONNX file, the C on this machine, the C on the emulated board."""

    where: str
    scores: Scores


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`columns` from the original to the board. `main` is the place that was asked for, `reference` the engine that ran
    the ONNX file (None: it was not found), `confusion` that of the C with most samples. `skipped` says what was left
    out and why.
    """

    data: str
    columns: tuple[Column, ...]
    main: Column
    reference: str | None
    confusion: Confusion | None
    skipped: tuple[str, ...] = ()

    @property
    def scores(self) -> Scores:
        return self.main.scores

    def as_json(self) -> dict[str, Any]:
        """The main column's scores at the top, and all columns."""
        return {
            **asdict(self.scores),
            "where": self.main.where,
            "reference": self.reference,
            "data": self.data,
            "columns": [{"where": column.where, **asdict(column.scores)} for column in self.columns],
            "confusion": None if self.confusion is None else asdict(self.confusion),
            "skipped": list(self.skipped),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """What to evaluate. `where`: host (the board is left out), qemu (it is demanded), or None: it runs if its tools are
    there. `board_limit` counts the first samples that run on the board; None: all if it is demanded, else
    BOARD_SAMPLES. Without `model` the ONNX file is looked for by name and SHA-256.
    """

    project_dir: Path
    data: Path
    where: str | None = None
    limit: int | None = None
    board_limit: int | None = None
    model: Path | None = None
    classes: tuple[str, ...] = ()


def evaluate(question: Question) -> Evaluation:
    """Run the samples of a file, score them, and write the scores into the folder's report. TinycError of any stage."""
    check_place(question.where or QEMU)
    manifest, report = read_manifest(question.project_dir), read_report(question.project_dir)
    samples = load_samples(question.data, manifest.inputs, question.limit)
    found = _evaluated(question, manifest, samples)
    report["evaluation"] = found.as_json()
    replace_files(question.project_dir, {JSON_FILE: to_json(report).encode(), HTML_FILE: html(report).encode()})
    return found


def _evaluated(question: Question, manifest: Manifest, samples: Samples) -> Evaluation:
    path = find_model(manifest, question.project_dir, question.model)
    reference = None if path is None else Reference(path, states=kept_states(manifest))
    original = None if reference is None else _originals(reference, samples, manifest)
    inputs, place = _first_input(samples, manifest.inputs), str(question.data)
    columns = [] if original is None else [Column("ONNX file", _score(original, samples, inputs, None, place))]
    runs = [(HOST, samples)]
    if question.where != HOST:
        runs.append((QEMU, samples.first(_board_samples(question, len(samples)))))
    skipped, matrix = [], None
    for where, some in runs:
        try:
            ran = run_samples(question.project_dir, where, some)
        except (BoardError, ToolMissing) as missing:
            if where == HOST or question.where == QEMU:
                raise
            skipped.append(f"board C was left out: {missing.reason}")
            continue
        outputs = ran.outputs[manifest.outputs[scored_output(manifest.outputs)].name]
        columns.append(Column(ran.where, _score(outputs, some, inputs, original, place)))
        if matrix is None:
            names = question.classes or class_names(question.data)
            matrix = confusion(outputs, some.labels, names) if columns[-1].scores.top1 is not None else None
    main = columns[-1] if question.where == QEMU else next(c for c in columns if c.where == "host C")
    engine = None if reference is None else reference.engine
    return Evaluation(question.data.name, tuple(columns), main, engine, matrix, tuple(skipped))


def _board_samples(question: Question, count: int) -> int:
    if question.board_limit is not None:
        return question.board_limit
    return count if question.where == QEMU else BOARD_SAMPLES


def _score(outputs: Array, samples: Samples, inputs: Array | None, original: Array | None, place: str) -> Scores:
    """The scores of the first samples; those beside the original for the C only."""
    count = len(outputs)
    try:
        found = score(outputs, samples.labels, None if inputs is None else inputs[:count])
    except DataError as error:
        raise DataError(f"{place}: {error.reason}", hint=error.hint) from error
    return beside(found, outputs, None if original is None else original[:count])


def _first_input(samples: Samples, inputs: tuple[Tensor, ...]) -> Array | None:
    if len(inputs) != 1:
        return None
    return real_inputs(samples, inputs)[inputs[0].name]


def real_inputs(samples: Samples, inputs: tuple[Tensor, ...]) -> Mapping[str, Array]:
    """The samples as real numbers: those of the file where it has them, else what the model's integers stand for."""
    return {
        tensor.name: samples.real.get(tensor.name, dequantized(samples.inputs[tensor.name], tensor.type))
        for tensor in inputs
    }


def _originals(reference: Reference, samples: Samples, manifest: Manifest) -> Array | None:
    """The scored output of the ONNX file as real numbers [N, ...]; None where its shape changes with the sample."""
    number = scored_output(manifest.outputs)
    wanted, tensor = reference.outputs[number], manifest.outputs[number]
    feeds = real_feeds(reference, samples, manifest.inputs, exact=True)
    kept = []
    with track(f"running {reference.engine}", len(samples)) as advance:
        for index in range(len(samples)):
            kept.append(reference.run({key: array[index] for key, array in feeds.items()})[wanted])
            advance(1)
    if len({values.shape for values in kept}) != 1:
        return None
    return _real(np.stack(kept).reshape(len(kept), -1), tensor)


def _real(values: Array, tensor: Tensor) -> Array:
    """What a quantised output of the ONNX file stands for; uint8 there is int8 here, 128 apart."""
    if values.dtype.kind not in "iu" or tensor.scale is None:
        return values
    if values.dtype == np.uint8 and tensor.dtype == "int8":
        values = values.view(np.int8) ^ np.int8(-128)
    return dequantized(values, tensor.type)


def kept_states(manifest: Manifest) -> dict[str, Kept]:
    """The states of a built model, by the names of its ONNX file."""
    pairs: Mapping[str, str] = manifest.built_from.options.get("states", {})
    kinds = zip(pairs.items(), manifest.states, strict=True)
    return {name: Kept(output, tensor.type) for (name, output), tensor in kinds}


def real_feeds(
    reference: Reference, samples: Samples, inputs: tuple[Tensor, ...], exact: bool = False
) -> Mapping[str, Array]:
    """What the ONNX file takes for these samples: real numbers where it takes floats, else the integers.

    A built model may take int8 where the file takes uint8: the same number, 128 apart. `exact`: real numbers as they
    are in the data, else as the built model's integers round them.
    """
    feeds = {}
    for tensor, declared in zip(inputs, reference.inputs, strict=True):
        values = samples.inputs[tensor.name]
        if declared.dtype.kind == "f":
            rounded = dequantized(values, tensor.type)
            values = samples.real.get(tensor.name, rounded) if exact else rounded
        elif values.dtype == np.int8 and declared.dtype == np.uint8:
            values = values.view(np.uint8) ^ np.uint8(128)
        feeds[declared.name] = values.astype(declared.dtype, copy=False)
    return feeds
