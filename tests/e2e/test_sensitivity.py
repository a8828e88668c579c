"""tinyc sensitivity on the bundled float CNN."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.command import tinyc
from tinyc.sensitivity import Question, Sensitivity, sensitivity, sqnr_db


@pytest.fixture(scope="module")
def labelled(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "labelled.npz"
    with np.load(digits / "digits_test.npz") as data:
        np.savez(path, x=data["x"][:72], y=data["y"][:72])
    return path


@pytest.fixture(scope="module")
def found(digits: Path, labelled: Path) -> Sensitivity:
    return sensitivity(Question(digits / "digits_float.onnx", labelled, limit=40))


def test_fewer_bits_cost_more(found: Sensitivity) -> None:
    signal = {(cost.layer, cost.format): cost.sqnr_db or np.inf for cost in found.costs}
    layers = {cost.layer for cost in found.costs}
    assert len(layers) >= 3
    assert all(signal[layer, "int8"] > signal[layer, "int4"] for layer in layers)
    assert all(signal[layer, "int8"] > 20 for layer in layers)
    assert found.metric == "top1" and found.value is not None and found.value > 0.9 and found.samples == 40


def test_worst_come_first(found: Sensitivity) -> None:
    worst = found.worst("int4", 2)
    drops = [cost.drop for cost in found.costs if cost.format == "int4" and cost.drop is not None]
    assert len(worst) == 2 and worst[0].drop == max(drops)


def test_json_and_table(digits: Path, labelled: Path) -> None:
    command = ("sensitivity", digits / "digits_float.onnx", "--data", labelled, "--limit", "8")
    ended = tinyc(*command, "--json")
    assert ended.code == 0, ended.stderr
    document = json.loads(ended.stdout)
    assert document["samples"] == 8 and {"int8", "int4"} <= {row["format"] for row in document["layers"]}
    table = tinyc(*command)
    assert all(row["layer"] in table.stdout for row in document["layers"])


def test_without_labels_there_is_no_drop(digits: Path, labelled: Path, tmp_path: Path) -> None:
    with np.load(labelled) as data:
        np.savez(tmp_path / "x.npz", x=data["x"][:4])
    found = sensitivity(Question(digits / "digits_float.onnx", tmp_path / "x.npz"))
    assert found.metric is None and "first 2 samples" in found.calibrated and found.samples == 2
    assert found.value is None and all(cost.drop is None and cost.sqnr_db is not None for cost in found.costs)


def test_quantised_model_is_refused(digits: Path, labelled: Path) -> None:
    ended = tinyc("sensitivity", digits / "digits_int8.onnx", "--data", labelled)
    assert ended.code == 1 and "no float layer with weights" in ended.stderr and "Hint: " in ended.stderr


def test_signal_over_error() -> None:
    assert sqnr_db(np.array([10.0]), np.array([9.0])) == pytest.approx(20.0)
    assert sqnr_db(np.array([1.0]), np.array([1.0])) is None
