"""How good outputs are: against labels, against values, and beside the outputs of another run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tinyc.codegen.manifest import Tensor
from tinyc.errors import DataError
from tinyc.host.samples import LABELS
from tinyc.ir.types import Array

SHOWN_CLASSES = 64
"""A confusion matrix of more classes is left out; its commonest mistakes are not."""

_LISTED_MISTAKES = 20


@dataclass(frozen=True, slots=True)
class Scores:
    """None where a measure does not apply: no labels, no classes, no model file. Shares of 1 but for `mse`.

    `auc` is for two classes: of the difference of the scores, of a single score, or of the reconstruction error where
    the output has the input's shape. `agreement`: share of samples with the same arg-max as the ONNX file. `cosine`:
    mean over the samples of the cosine between the output and that of the ONNX file.
    """

    samples: int
    top1: float | None = None
    top5: float | None = None
    auc: float | None = None
    mse: float | None = None
    agreement: float | None = None
    cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """So many samples of one class were taken for another."""

    label: int
    answer: int
    samples: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """`counts[label][answer]` of samples, empty for more than SHOWN_CLASSES classes; `mistakes` are the commonest."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    mistakes: tuple[Mistake, ...]


def scored_output(outputs: tuple[Tensor, ...]) -> int:
    """The number of the output that holds scores: the first of real numbers, else the first."""
    is_real = [tensor.type.dtype.is_float or tensor.type.quant is not None for tensor in outputs]
    return is_real.index(True) if any(is_real) else 0


def score(outputs: Array, labels: Array | None, inputs: Array | None = None, agreement: float | None = None) -> Scores:
    """Scores of real outputs [N, ...] against labels [N] (classes) or [N, ...] (values); None where none apply.

    `inputs` as real numbers: a model whose output has their shape reconstructs, and its error is what counts.
    DataError for labels that are no classes of the output.
    """
    count, flat = len(outputs), outputs.reshape(len(outputs), -1).astype(np.float64)
    kept = Scores(count, agreement=agreement)
    is_classes = labels is not None and labels.dtype.kind in "iub" and labels.size == count
    if inputs is not None and reconstructs(outputs, inputs):
        return _reconstruction(kept, flat, inputs.reshape(flat.shape), labels if is_classes else None)
    if labels is None:
        return kept
    if is_classes and outputs.size == count and outputs.dtype.kind in "iu":
        return replace(kept, top1=float(np.mean(flat.reshape(-1) == labels.reshape(-1))))
    if is_classes:
        return _classification(kept, flat, labels.reshape(-1))
    if labels.size == flat.size and labels.dtype.kind in "fiu":
        error = flat - labels.reshape(flat.shape).astype(np.float64)
        return replace(kept, mse=float(np.mean(error**2)))
    return kept


METRIC_NAMES = {"top1": "top-1", "top5": "top-5", "auc": "AUC", "mse": "MSE"}


def primary(scores: Scores) -> str | None:
    """The score that says what a model is good for: `top1` of classes, else `auc`, else `mse`; None without any."""
    return next((name for name in ("top1", "auc", "mse") if getattr(scores, name) is not None), None)


def loss(metric: str, before: Scores, after: Scores) -> float | None:
    """As `loss_of`, of the two runs' scores; None where the score does not apply."""
    old: float | None = getattr(before, metric)
    new: float | None = getattr(after, metric)
    return None if old is None or new is None else loss_of(metric, old, new)


def loss_of(metric: str, old: float, new: float) -> float:
    """What is lost by a score, a share of 1: the difference of shares, the relative growth of an error; negative where
    the second is better. Rounded to what counts of samples can differ by.
    """
    if metric == "mse":
        return round(new / old - 1.0, 9) if old > 0.0 else (0.0 if new == 0.0 else float("inf"))
    return round(old - new, 9)


def beside(scores: Scores, outputs: Array, original: Array | None) -> Scores:
    """The scores with what the outputs have in common with those of the original model, [N, ...] both."""
    if original is None or original.size != outputs.size or len(outputs) == 0:
        return scores
    ours, theirs = (array.reshape(len(outputs), -1).astype(np.float64) for array in (outputs, original))
    is_choice = ours.shape[1] > 1 and scores.mse is None
    same = float(np.mean(ours.argmax(axis=1) == theirs.argmax(axis=1))) if is_choice else None
    return replace(scores, agreement=same, cosine=cosine(ours, theirs))


def cosine(ours: Array, theirs: Array) -> float:
    """Mean over the rows of [N, K]; two rows of zeros are alike, one is not like anything."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    both_zero = (np.abs(ours).max(axis=1, initial=0.0) == 0.0) & (np.abs(theirs).max(axis=1, initial=0.0) == 0.0)
    products = (ours * theirs).sum(axis=1) / np.where(lengths > 0.0, lengths, 1.0)
    return float(np.where(both_zero, 1.0, products).mean())


def area_under_curve(scores: Array, labels: Array) -> float | None:
    """Chance that a sample of class 1 scores above one of class 0, ties counted half; None if a class is missing."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    if not len(positive) or not len(negative):
        return None
    ordered = np.sort(negative)
    below, below_or_equal = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + below_or_equal).mean() / (2 * len(negative)))


def confusion(outputs: Array, labels: Array | None, names: tuple[str, ...] = ()) -> Confusion | None:
    """Which classes are taken for which; None unless the labels are classes [N] of outputs [N, K > 1].

    Classes without a name are called by their number. DataError for more names than classes, or fewer.
    """
    count = len(outputs)
    flat = outputs.reshape(count, -1)
    if labels is None or labels.dtype.kind not in "iub" or labels.size != count or flat.shape[1] < 2:
        return None
    classes = flat.shape[1]
    if names and len(names) != classes:
        raise DataError(f"{len(names)} names for {classes} classes", hint="one name for each class, in order")
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (labels.reshape(-1).astype(np.int64), flat.argmax(axis=1)), 1)
    shown = tuple(tuple(int(value) for value in row) for row in table) if classes <= SHOWN_CLASSES else ()
    return Confusion(names or tuple(str(number) for number in range(classes)), shown, _mistakes(table))


def _mistakes(table: Array) -> tuple[Mistake, ...]:
    wrong = table * (1 - np.eye(len(table), dtype=np.int64))
    worst = np.argsort(-wrong, axis=None, kind="stable")[:_LISTED_MISTAKES]
    cells = [divmod(int(index), len(table)) for index in worst]
    return tuple(Mistake(label, answer, int(wrong[label, answer])) for label, answer in cells if wrong[label, answer])


def reconstructs(outputs: Array, inputs: Array | None) -> bool:
    """True for an autoencoder: as many numbers out as in."""
    return inputs is not None and inputs.size == outputs.size and outputs.size // max(len(outputs), 1) > 2


def _classification(kept: Scores, flat: Array, labels: Array) -> Scores:
    classes = flat.shape[1]
    if classes == 1:
        return replace(kept, auc=_two_class_auc(flat[:, 0], labels))
    if labels.min() < 0 or labels.max() >= classes:
        reason = f'key "{LABELS}": labels {labels.min()}..{labels.max()} for {classes} classes'
        raise DataError(reason, hint=f"classes count from 0: 0..{classes - 1}")
    # A stable sort breaks ties as arg-max does: the lower class first.
    order = np.argsort(-flat, axis=1, kind="stable")
    hits = order == labels[:, None]
    return replace(
        kept,
        top1=float(hits[:, :1].any(axis=1).mean()),
        top5=float(hits[:, :5].any(axis=1).mean()) if classes > 5 else None,
        auc=_two_class_auc(flat[:, 1] - flat[:, 0], labels) if classes == 2 else None,
    )


def _reconstruction(kept: Scores, flat: Array, inputs: Array, labels: Array | None) -> Scores:
    errors = np.mean((flat - inputs) ** 2, axis=1)
    auc = None if labels is None else _two_class_auc(errors, labels.reshape(-1))
    return Scores(kept.samples, auc=auc, mse=float(errors.mean()))


def _two_class_auc(scores: Array, labels: Array) -> float | None:
    return area_under_curve(scores, labels) if set(np.unique(labels)) <= {0, 1} else None


def sqnr_db(wanted: Array, got: Array) -> float | None:
    """10 log10 of signal over error, in decibels; None where nothing differs."""
    error = float(((got.astype(np.float64) - wanted) ** 2).sum())
    signal = float((wanted.astype(np.float64) ** 2).sum())
    return None if error == 0.0 else float(10 * np.log10(max(signal, 1e-30) / error))
