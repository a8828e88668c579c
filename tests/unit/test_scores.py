"""Scores against labels, on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tinyc.errors import DataError
from tinyc.scores import Scores, area_under_curve, beside, confusion, loss, primary, score

LOGITS = np.array([[3, 1, 0, 0, 0, 0], [0, 2, 1, 0, 0, 0], [9, 8, 7, 6, 5, 4], [0, 0, 1, 0, 0, 1]], "f")


def test_classes() -> None:
    found = score(LOGITS, np.array([0, 2, 5, 2]))
    assert found == Scores(4, top1=0.5, top5=0.75)


def test_ties_go_to_the_lower_class_as_in_arg_max() -> None:
    assert score(np.zeros((2, 3), "f"), np.array([0, 1])).top1 == 0.5


def test_two_classes_have_an_auc() -> None:
    found = score(np.array([[2, 1], [1, 2], [0, 3], [5, 1]], "f"), np.array([0, 1, 1, 0]))
    assert (found.top1, found.top5, found.auc) == (1.0, None, 1.0)


def test_one_score_has_an_auc_and_no_top1() -> None:
    found = score(np.array([[0.1], [0.9], [0.8], [0.3]], "f"), np.array([0, 1, 0, 1]))
    assert (found.top1, found.auc) == (None, 0.75)


def test_labels_as_outputs() -> None:
    assert score(np.array([[1], [2], [7]], "int64"), np.array([1, 2, 3])).top1 == pytest.approx(2 / 3)


def test_values() -> None:
    assert score(np.array([[1.0, 2.0]], "f"), np.array([[1.0, 4.0]])).mse == 2.0


def test_reconstruction() -> None:
    """An autoencoder's anomaly score is its error."""
    inputs = np.zeros((4, 3), "f")
    outputs = np.array([[0, 0, 0], [3, 0, 0], [0, 0, 1], [3, 3, 3]], "f")
    found = score(outputs, np.array([0, 1, 0, 1]), inputs)
    assert (found.top1, found.auc) == (None, 1.0)
    assert found.mse == pytest.approx((0 + 3 + 1 / 3 + 9) / 4)
    assert score(outputs, None, inputs).mse == found.mse


def test_nothing_applies() -> None:
    assert score(LOGITS, None) == Scores(4)
    assert score(LOGITS, np.array(["a", "b", "c", "d"])) == Scores(4)


def test_labels_out_of_range_are_refused() -> None:
    with pytest.raises(DataError, match=r"labels 0\.\.6 for 6 classes"):
        score(LOGITS, np.array([0, 1, 2, 6]))


@pytest.mark.parametrize("seed", range(4))
def test_auc_is_the_share_of_ordered_pairs(seed: int) -> None:
    generator = np.random.default_rng(seed)
    scores, labels = generator.integers(0, 6, 40).astype("f"), generator.integers(0, 2, 40)
    pairs = [(a > b) + (a == b) / 2 for a in scores[labels == 1] for b in scores[labels == 0]]
    assert area_under_curve(scores, labels) == pytest.approx(float(np.mean(pairs))), f"seed {seed}"
    assert area_under_curve(scores, np.zeros(40, int)) is None


def test_beside_another_run() -> None:
    original = np.array([[1, 0], [0, 2], [0, 0], [0, 0]], "f")
    outputs = np.array([[0, 1], [0, 1], [0, 0], [1, 0]], "f")
    found = beside(Scores(4), outputs, original)
    assert (found.agreement, found.cosine) == (0.75, pytest.approx((0 + 1 + 1 + 0) / 4))
    assert beside(Scores(4, mse=1.0), outputs, original).agreement is None
    assert beside(Scores(4), outputs, original[:, :1]) == beside(Scores(4), outputs, None) == Scores(4)


LOSSES = {
    "top1": (Scores(4, top1=0.75), Scores(4, top1=0.5), 0.25),
    "auc": (Scores(4, auc=0.5), Scores(4, auc=0.75), -0.25),
    "mse": (Scores(4, mse=2.0), Scores(4, mse=3.0), 0.5),
    "top5": (Scores(4, top1=1.0), Scores(4, top1=1.0), None),
}


@pytest.mark.parametrize("metric", LOSSES)
def test_what_is_lost(metric: str) -> None:
    before, after, lost = LOSSES[metric]
    assert loss(metric, before, after) == lost
    assert primary(before) == ("top1" if metric == "top5" else metric)


def test_error_that_grows_from_nothing() -> None:
    assert loss("mse", Scores(1, mse=0.0), Scores(1, mse=0.0)) == 0.0
    assert loss("mse", Scores(1, mse=0.0), Scores(1, mse=1.0)) == float("inf")


def test_confusion() -> None:
    found = confusion(LOGITS, np.array([0, 2, 5, 2]), tuple("abcdef"))
    assert found is not None and found.classes == tuple("abcdef")
    assert found.counts[2] == (0, 1, 1, 0, 0, 0) and found.counts[5] == (1, 0, 0, 0, 0, 0)
    assert {(m.label, m.answer, m.samples) for m in found.mistakes} == {(2, 1, 1), (5, 0, 1)}
    assert confusion(LOGITS, None) is confusion(LOGITS, np.zeros((4, 6), "f")) is None
    wide = confusion(np.eye(80, dtype="f"), np.arange(80)[::-1].copy())
    assert wide is not None and wide.counts == () and len(wide.mistakes) == 20
