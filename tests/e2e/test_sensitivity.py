"""tinyc sensitivity on the bundled float CNN."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.command import tinyc
from tinyc.calibration.calibration import Calibration
from tinyc.frontend.load import load
from tinyc.ir.interp import interpret
from tinyc.layer_format import FORMATS
from tinyc.passes.base import PassContext
from tinyc.passes.quantize import Quantize
from tinyc.recipe import load_recipe
from tinyc.scores import sqnr_db
from tinyc.sensitivity import Question, Sensitivity, sensitivity


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


def test_histograms_taken_once_give_what_each_layer_alone_gives(digits: Path, labelled: Path) -> None:
    """Every layer and format shares the histograms of one run; a run of its own gives the same."""
    question = Question(digits / "digits_float.onnx", labelled, limit=12)
    costs = {(cost.layer, cost.format): cost for cost in sensitivity(question).costs}
    graph = load_recipe("float").pipeline().run(load(question.target).graph, PassContext())
    with np.load(labelled) as data:
        images = [{graph.fed[0]: image.reshape(graph.types[graph.fed[0]].shape)} for image in data["x"]]
    for kind in FORMATS:
        calibration = Calibration(lambda: images[:32], 32)
        context = PassContext(calibration=calibration, selection=frozenset({"conv2d_1"}))
        step = Quantize(weights=kind.weights, first=kind.weights, activations=kind.activations)
        result = step.run(graph, context)
        wanted, got = (
            np.stack([interpret(made, image)[made.outputs[0]] for image in images[32:44]]) for made in (graph, result)
        )
        assert costs["conv2d_1", kind.name].sqnr_db == pytest.approx(sqnr_db(wanted, got))


def test_own_calibration_data_board_and_page(digits: Path, labelled: Path, tmp_path: Path) -> None:
    with np.load(labelled) as data:
        np.savez(tmp_path / "c.npz", x=data["x"][:20])
    ended = tinyc(
        "sensitivity", digits / "digits_float.onnx", "--data", labelled, "--calib", tmp_path / "c.npz", "--limit", "8",
        "--board", "cortex-m4", "--html", tmp_path / "s.html", "--json",
    )  # fmt: skip
    assert ended.code == 0, ended.stderr
    document = ended.json
    assert "calibrated with 20 samples of c.npz" in document["calibrated"] and document["board"] == "cortex-m4"
    assert all(row["cycles"] > 0 for row in document["layers"])
    assert {name: sorted(order) for name, order in document["ranking"].items()} == {
        kind.name: sorted({row["layer"] for row in document["layers"]}) for kind in FORMATS
    }
    page = (tmp_path / "s.html").read_text()
    assert page.count("<circle") == len(document["layers"]) and "calibrated with 20 samples" in page


def test_plot_joins_the_report_of_a_folder(digits: Path, labelled: Path, tmp_path: Path) -> None:
    built = tinyc("build", digits / "digits_float.onnx", "--board", "cortex-m4", "-o", tmp_path / "net")
    assert built.code == 0 and "<circle" not in (tmp_path / "net" / "report.html").read_text()
    ended = tinyc("sensitivity", tmp_path / "net", "--model", digits / "digits_float.onnx", "--data", labelled,
                  "--limit", "4", "--json")  # fmt: skip
    assert ended.code == 0, ended.stderr
    assert json.loads((tmp_path / "net" / "report.json").read_text())["sensitivity"] == ended.json
    assert "<circle" in (tmp_path / "net" / "report.html").read_text()
    assert tinyc("verify", tmp_path / "net", "--on", "host", "--model", digits / "digits_float.onnx").code == 0
