"""tinyc eval: the ONNX file, host and board side by side, and the confusion matrix."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from tests.support.command import Ended, model, samples, tinyc

NAMES = "zero,one,two,three,four,five,six,seven,eight,nine"


@pytest.fixture(scope="module")
def images(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with np.load(digits / "digits_test.npz") as data:
        return samples(tmp_path_factory.mktemp("data") / "images.npz", x=data["x"][:60], y=data["y"][:60])


@pytest.fixture(scope="module")
def built(digits: Path, images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Float digits as int4, calibrated with the same images."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copy(digits / "digits_float.onnx", folder)
    ended = tinyc("build", folder / "digits_float.onnx", "--board", "cortex-m4", "--recipe", "int4", "--calib", images,
                  "-o", folder / "net")  # fmt: skip
    assert ended.code == 0, ended.stderr
    return folder / "net"


def test_original_host_and_board_in_one_table(built: Path, images: Path) -> None:
    found = tinyc("eval", built, "--data", images, "--board-limit", "7", "--json").json
    original, host, board = found["columns"]
    assert (original["where"], host["where"], board["where"]) == ("ONNX file", "host C", "board C on cortex-m4 (QEMU)")
    assert (original["samples"], host["samples"], board["samples"]) == (60, 60, 7)
    assert original["top1"] > 0.95 and original["cosine"] is None
    assert 0.9 < host["cosine"] < 1.0 and host["agreement"] > 0.8
    assert {key: found[key] for key in host} == host
    text = tinyc("eval", built, "--data", images, "--on", "host").stdout
    for words in ("ONNX file", "host C", "top-1", "cosine", "run by"):
        assert words in text


def test_board_is_what_the_host_is(built: Path, images: Path) -> None:
    """Bit for bit, so that equal samples have equal scores."""
    found = tinyc("eval", built, "--data", images, "--limit", "9", "--on", "qemu", "--json").json
    _, host, board = found["columns"]
    assert {**host, "where": ""} == {**board, "where": ""} and found["where"] == board["where"]


def test_host_alone(built: Path, images: Path) -> None:
    found = tinyc("eval", built, "--data", images, "--on", "host", "--json").json
    assert [column["where"] for column in found["columns"]] == ["ONNX file", "host C"] and found["skipped"] == []


def test_confusion_is_what_numpy_counts(built: Path, images: Path, tmp_path: Path) -> None:
    tinyc("run", built, "--input", images, "--output", tmp_path / "y.npz")
    with np.load(tmp_path / "y.npz") as answers, np.load(images) as data:
        predicted, labels = answers["y"].argmax(axis=1), data["y"]
    wanted = [[int(((labels == label) & (predicted == answer)).sum()) for answer in range(10)] for label in range(10)]
    found = tinyc("eval", built, "--data", images, "--on", "host", "--classes", NAMES, "--json").json["confusion"]
    assert found["counts"] == wanted and found["classes"] == NAMES.split(",")
    for mistake in found["mistakes"]:
        assert wanted[mistake["label"]][mistake["answer"]] == mistake["samples"] > 0
    assert sum(mistake["samples"] for mistake in found["mistakes"]) == int((predicted != labels).sum())


def test_report_shows_scores_and_matrix(built: Path, images: Path) -> None:
    assert tinyc("eval", built, "--data", images, "--on", "host", "--classes", NAMES).code == 0
    page = (built / "report.html").read_text()
    assert json.loads((built / "report.json").read_text())["evaluation"]["confusion"]["classes"] == NAMES.split(",")
    for words in ("<h2>Accuracy</h2>", ">seven<", "host C", "<h2>Calibration</h2>", 'class="histogram"'):
        assert words in page
    assert re.search(r"https?://|src=", page) is None


def test_names_in_the_data_and_on_the_terminal(built: Path, images: Path, tmp_path: Path) -> None:
    with np.load(images) as data:
        named = samples(tmp_path / "n.npz", x=data["x"], y=data["y"], classes=np.array(NAMES.split(",")))
    text = tinyc("eval", built, "--data", named, "--on", "host", "--confusion").stdout
    assert "label \\ answer" in text and "seven" in text
    wrong = tinyc("eval", built, "--data", images, "--on", "host", "--classes", "a,b")
    assert wrong.code == 1 and "2 names for 10 classes" in wrong.stderr and "Hint: " in wrong.stderr


BAD_LABELS = {
    "out of range": (np.arange(60) % 11, "labels 0..10 for 10 classes"),
    "negative": (np.arange(60) % 3 - 1, "labels -1..1"),
    "too few": (np.zeros(59, int), "[59] labels for 60 samples"),
}


@pytest.mark.parametrize("name", BAD_LABELS)
def test_bad_labels(name: str, built: Path, images: Path, tmp_path: Path) -> None:
    labels, words = BAD_LABELS[name]
    before = (built / "report.json").read_bytes()
    with np.load(images) as data:
        bad = samples(tmp_path / "bad.npz", x=data["x"], y=labels)
    ended = tinyc("eval", built, "--data", bad, "--on", "host")
    assert (ended.code, ended.stdout) == (1, "") and words in ended.stderr and "bad.npz" in ended.stderr
    assert "Hint: " in ended.stderr and (built / "report.json").read_bytes() == before


AUTOENCODER = "net (float[1,6] x) => (float[1,6] y) <float[6,6] w = {W}> { y = MatMul(x, w) }"


@pytest.fixture(scope="module")
def autoencoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A matrix of rank 2 in m.onnx; in d.npz samples of which the odd ones lie elsewhere, labelled 1."""
    folder = tmp_path_factory.mktemp("autoencoder")
    generator = np.random.default_rng(1)
    half = np.linalg.qr(generator.standard_normal((6, 2)))[0]
    listed = ", ".join(f"{value:.7f}" for value in (half @ half.T).reshape(-1))
    model(AUTOENCODER.replace("W", listed), folder / "m.onnx")
    x = (generator.standard_normal((30, 2)) @ half.T + generator.standard_normal((30, 6)) / 20).astype(np.float32)
    x[1::2] += generator.standard_normal((15, 6)).astype(np.float32) / 2
    samples(folder / "d.npz", x=x, y=(np.arange(30) % 2).astype(np.int64))
    return folder


def build(folder: Path, recipe: str, out: Path) -> Ended:
    (out / "r.recipe").write_text(recipe)
    data = folder / "d.npz"
    return tinyc("build", folder / "m.onnx", "--board", "cortex-m4", "--recipe", out / "r.recipe", "--calib", data,
                 "--data", data, "-o", out / "net")  # fmt: skip


INT8 = "include float\nquantize\n"


def test_reconstruction_is_held_against_the_data(autoencoder: Path, tmp_path: Path) -> None:
    """The error is that to the data's real numbers, which the ONNX file gets, not to what integers make of them."""
    assert build(autoencoder, INT8, tmp_path).code == 0
    data, net = autoencoder / "d.npz", tmp_path / "net"
    tinyc("run", net, "--input", data, "--output", tmp_path / "y.npz")
    with np.load(tmp_path / "y.npz") as answers, np.load(data) as given:
        x = given["x"]
        error = float(((answers["y"].reshape(30, 6) - x) ** 2).mean())
    onnx_file = autoencoder / "m.onnx"
    found = tinyc("eval", net, "--data", data, "--on", "host", "--model", onnx_file, "--json").json
    weights = numpy_helper.to_array(onnx.load(onnx_file).graph.initializer[0])
    assert found["mse"] == pytest.approx(error, rel=1e-6)
    assert found["columns"][0]["mse"] == pytest.approx(float(((x @ weights - x) ** 2).mean()), rel=1e-5)
    assert found["auc"] > 0.9 and found["top1"] is None and found["agreement"] is None and found["confusion"] is None


REQUIREMENTS = {
    "auc_drop <= 3%\nrequire mse_growth <= 5%": 0,
    "mse_growth <= -50%": 4,
    "accuracy_drop <= -40%": 4,
}
"""Exit code of a build that must meet each: a bound below zero demands to be better than float."""


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_require_takes_every_score(requirement: str, autoencoder: Path, tmp_path: Path) -> None:
    ended = build(autoencoder, f"{INT8}require {requirement}\n", tmp_path)
    assert ended.code == REQUIREMENTS[requirement], ended.stderr
    accuracy = json.loads((tmp_path / "net" / "report.json").read_text())["accuracy"]
    assert accuracy["metric"] == "auc" and accuracy["drop"] == pytest.approx(accuracy["float"] - accuracy["model"])
    if ended.code:
        name = "MSE grown by" if "mse" in requirement else "lost of AUC"
        for words in ("r.recipe:3:1", name, "dense_0 at int8: SQNR", "quantize(activations=int16) on dense_0"):
            assert words in ended.stderr, ended.stderr


def test_requirements_are_in_the_effective_recipe(autoencoder: Path, tmp_path: Path) -> None:
    (tmp_path / "r.recipe").write_text(f"{INT8}require auc_drop <= 1.5%\nrequire flash <= 8K\n")
    command = ("build", autoencoder / "m.onnx", "--board", "cortex-m4", "--recipe", tmp_path / "r.recipe")
    lines = tinyc(*command, "--print-recipe").stdout.splitlines()
    assert lines[-2:] == ["require auc_drop <= 1.5%", "require flash <= 8192"]
