"""Accuracy of a built model against labels, and its agreement with the model's own ONNX file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tinyc.codegen.manifest import Manifest, Tensor, read_manifest
from tinyc.errors import DataError
from tinyc.frontend.reference import Kept, Reference
from tinyc.host.samples import LABELS, Samples, dequantized, load_samples
from tinyc.ir.types import Array
from tinyc.original import find_model
from tinyc.report.progress import track
from tinyc.run import check_place, run_samples


@dataclass(frozen=True, slots=True)
class Scores:
    """None where a measure does not apply: no labels, no classes, no model file. All but `mse` are shares of 1.

    `auc` is for two classes: of the difference of the scores, of a single score, or of the reconstruction error where
    the output has the input's shape. `agreement`: share of samples with the same arg-max as the ONNX file.
    """

    samples: int
    top1: float | None = None
    top5: float | None = None
    auc: float | None = None
    mse: float | None = None
    agreement: float | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores, where the model ran, and which engine ran the ONNX file (None: it was not found)."""

    scores: Scores
    where: str
    reference: str | None

    def as_json(self) -> dict[str, object]:
        return {**asdict(self.scores), "where": self.where, "reference": self.reference}


def evaluate(
    project_dir: Path, data: Path, where: str, limit: int | None = None, model: Path | None = None
) -> Evaluation:
    """Run the samples of a file and score them. Without `model` its file is looked for by name and SHA-256.

    TinycError of any stage.
    """
    check_place(where)
    manifest = read_manifest(project_dir)
    path = find_model(manifest, project_dir, model)
    samples = load_samples(data, manifest.inputs, limit)
    ran = run_samples(project_dir, where, samples)
    number = scored_output(manifest.outputs)
    outputs, inputs = ran.outputs[manifest.outputs[number].name], _first_input(samples, manifest.inputs)
    has_classes = _per_sample(outputs) > 1 and not _reconstructs(outputs, inputs)
    reference = Reference(path, states=kept_states(manifest)) if path is not None and has_classes else None
    agreement = None
    if reference is not None:
        agreement = _agreement(reference, samples, manifest.inputs, reference.outputs[number], outputs)
    scores = score(outputs, samples.labels, inputs, agreement)
    return Evaluation(scores, ran.where, None if reference is None else reference.engine)


def scored_output(outputs: tuple[Tensor, ...]) -> int:
    """The number of the output that holds scores: the first of real numbers, else the first."""
    is_real = [tensor.type.dtype.is_float or tensor.type.quant is not None for tensor in outputs]
    return is_real.index(True) if any(is_real) else 0


def score(outputs: Array, labels: Array | None, inputs: Array | None = None, agreement: float | None = None) -> Scores:
    """Scores of real outputs [N, ...] against labels [N] (classes) or [N, ...] (values); None where none apply.

    `inputs` as real numbers: a model whose output has their shape reconstructs, and its error is what counts.
    """
    count, flat = len(outputs), outputs.reshape(len(outputs), -1).astype(np.float64)
    kept = Scores(count, agreement=agreement)
    is_classes = labels is not None and labels.dtype.kind in "iub" and labels.size == count
    if inputs is not None and _reconstructs(outputs, inputs):
        return _reconstruction(kept, flat, inputs.reshape(flat.shape), labels if is_classes else None)
    if labels is None:
        return kept
    if is_classes and outputs.size == count and outputs.dtype.kind in "iu":
        return Scores(count, top1=float(np.mean(flat.reshape(-1) == labels.reshape(-1))), agreement=agreement)
    if is_classes:
        return _classification(kept, flat, labels.reshape(-1))
    if labels.size == flat.size and labels.dtype.kind in "fiu":
        error = flat - labels.reshape(flat.shape).astype(np.float64)
        return Scores(count, mse=float(np.mean(error**2)), agreement=agreement)
    return kept


def area_under_curve(scores: Array, labels: Array) -> float | None:
    """Chance that a sample of class 1 scores above one of class 0, ties counted half; None if a class is missing."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    if not len(positive) or not len(negative):
        return None
    ordered = np.sort(negative)
    below, below_or_equal = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + below_or_equal).mean() / (2 * len(negative)))


def _classification(kept: Scores, flat: Array, labels: Array) -> Scores:
    classes = flat.shape[1]
    if classes == 1:
        return Scores(kept.samples, auc=_two_class_auc(flat[:, 0], labels), agreement=kept.agreement)
    if labels.min() < 0 or labels.max() >= classes:
        raise DataError(f'key "{LABELS}": labels {labels.min()}..{labels.max()} for {classes} classes')
    # A stable sort breaks ties as arg-max does: the lower class first.
    order = np.argsort(-flat, axis=1, kind="stable")
    hits = order == labels[:, None]
    return Scores(
        samples=kept.samples,
        top1=float(hits[:, :1].any(axis=1).mean()),
        top5=float(hits[:, :5].any(axis=1).mean()) if classes > 5 else None,
        auc=_two_class_auc(flat[:, 1] - flat[:, 0], labels) if classes == 2 else None,
        agreement=kept.agreement,
    )


def _reconstruction(kept: Scores, flat: Array, inputs: Array, labels: Array | None) -> Scores:
    errors = np.mean((flat - inputs) ** 2, axis=1)
    auc = None if labels is None else _two_class_auc(errors, labels.reshape(-1))
    return Scores(kept.samples, auc=auc, mse=float(errors.mean()))


def _two_class_auc(scores: Array, labels: Array) -> float | None:
    return area_under_curve(scores, labels) if set(np.unique(labels)) <= {0, 1} else None


def _per_sample(outputs: Array) -> int:
    return outputs.size // max(len(outputs), 1)


def _reconstructs(outputs: Array, inputs: Array | None) -> bool:
    """True for an autoencoder: as many numbers out as in."""
    return inputs is not None and inputs.size == outputs.size and _per_sample(outputs) > 2


def _first_input(samples: Samples, inputs: tuple[Tensor, ...]) -> Array | None:
    if len(inputs) != 1:
        return None
    return dequantized(samples.inputs[inputs[0].name], inputs[0].type)


def _agreement(
    reference: Reference, samples: Samples, inputs: tuple[Tensor, ...], wanted: str, outputs: Array
) -> float | None:
    feeds = real_feeds(reference, samples, inputs)
    same = 0
    with track(f"running {reference.engine}", len(samples)) as advance:
        for index, ours in enumerate(outputs):
            theirs = reference.run({key: array[index] for key, array in feeds.items()})[wanted]
            if theirs.size != ours.size:
                return None
            same += int(theirs.reshape(-1).argmax() == ours.reshape(-1).argmax())
            advance(1)
    return same / len(samples)


def kept_states(manifest: Manifest) -> dict[str, Kept]:
    """The states of a built model, by the names of its ONNX file."""
    pairs: Mapping[str, str] = manifest.built_from.options.get("states", {})
    kinds = zip(pairs.items(), manifest.states, strict=True)
    return {name: Kept(output, tensor.type) for (name, output), tensor in kinds}


def real_feeds(reference: Reference, samples: Samples, inputs: tuple[Tensor, ...]) -> Mapping[str, Array]:
    """What the ONNX file takes for these samples: real numbers where it takes floats, else the integers.

    A built model may take int8 where the file takes uint8: the same number, 128 apart.
    """
    feeds = {}
    for tensor, declared in zip(inputs, reference.inputs, strict=True):
        values = samples.inputs[tensor.name]
        if declared.dtype.kind == "f":
            values = dequantized(values, tensor.type)
        elif values.dtype == np.int8 and declared.dtype == np.uint8:
            values = values.view(np.uint8) ^ np.uint8(128)
        feeds[declared.name] = values.astype(declared.dtype, copy=False)
    return feeds
