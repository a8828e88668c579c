"""What a built folder remembers: its board's file, its calibration data, its options."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.support.command import samples, tinyc
from tests.support.streams import streams
from tinyc import resources

SAMPLES = 24


@pytest.fixture(scope="module")
def images(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with np.load(digits / "digits_test.npz") as data:
        return samples(tmp_path_factory.mktemp("data") / "images.npz", x=data["x"][:SAMPLES], y=data["y"][:SAMPLES])


@pytest.fixture(scope="module")
def own_board(digits: Path, images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder calibrated for a board whose file is gone since; its model and its data lie beside it."""
    folder = tmp_path_factory.mktemp("own")
    text = (resources.boards_dir() / "cortex-m4.toml").read_text().replace('name = "cortex-m4"', 'name = "mine"')
    (folder / "mine.toml").write_text(text)
    shutil.copy(digits / "digits_float.onnx", folder)
    shutil.copy(images, folder / "calib.npz")
    ended = tinyc(
        "build", folder / "digits_float.onnx", "--board", folder / "mine.toml", "--recipe", "int8",
        "--calib", folder / "calib.npz", "-o", folder / "net",
    )  # fmt: skip
    assert ended.code == 0, ended.stderr
    (folder / "mine.toml").unlink()
    return folder


def test_a_board_of_ones_own_is_in_the_folder(own_board: Path, images: Path, tmp_path: Path) -> None:
    net = tmp_path / "net"
    shutil.copytree(own_board / "net", net)
    profiled = tinyc("profile", net, "--json")
    assert (profiled.code, profiled.json["board"]) == (0, "mine"), profiled.stderr
    ran = tinyc("run", net, "--on", "qemu", "--input", images)
    assert ran.code == 0 and "board C on mine (QEMU)" in ran.stdout


def test_verify_finds_model_and_calibration_data(own_board: Path) -> None:
    ended = tinyc("verify", own_board / "net", "--json")
    assert ended.code == 0, ended.stderr
    assert ended.json["board"] == ended.json["machine"] == "mine"
    assert {"numpy = host", "host = board"} <= set(ended.json["bit_for_bit"])


def test_manifest_names_the_data(own_board: Path) -> None:
    manifest = json.loads((own_board / "net" / "manifest.json").read_text())
    assert (manifest["calibration"]["name"], manifest["calibration"]["samples"]) == ("calib.npz", SAMPLES)
    assert 'name = "mine"' in manifest["board_text"]


def moved(own_board: Path, folder: Path) -> list[str | Path]:
    """The folder without its data; the model is given."""
    shutil.copytree(own_board / "net", folder / "net")
    return ["verify", folder / "net", "--on", "host", "--model", own_board / "digits_float.onnx"]


def test_lost_calibration_data_is_named(own_board: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    ended = tinyc(*moved(own_board, tmp_path))
    assert (ended.code, ended.stdout) == (1, "")
    for words in ("calib.npz", f"{SAMPLES} samples", "SHA-256", "Hint: --calib"):
        assert words in ended.stderr


def test_other_calibration_data_is_refused(own_board: Path, images: Path, tmp_path: Path) -> None:
    with np.load(images) as data:
        other = samples(tmp_path / "calib.npz", x=data["x"][:20])
    ended = tinyc(*moved(own_board, tmp_path), "--calib", other)
    assert ended.code == 1 and "is not the calib.npz that" in ended.stderr and "Hint: " in ended.stderr


def test_calibration_data_below_the_current_folder_is_found(
    own_board: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name and SHA-256: another file of this name does not count."""
    command = moved(own_board, tmp_path)
    samples(tmp_path / "calib.npz", x=np.zeros((2, 1, 8, 8), "f"))
    (tmp_path / "data" / "sets").mkdir(parents=True)
    shutil.copy(own_board / "calib.npz", tmp_path / "data" / "sets")
    monkeypatch.chdir(tmp_path)
    assert tinyc(*command).code == 0


@pytest.mark.slow
def test_a_folder_of_calibration_files(digits: Path, images: Path, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    with np.load(images) as data:
        for number in range(2):
            samples(tmp_path / "set" / f"{number}.npz", x=data["x"][number::2])
    shutil.copy(digits / "digits_float.onnx", tmp_path)
    command = ("build", tmp_path / "digits_float.onnx", "--board", "cortex-m4", "--recipe", "int8")
    assert tinyc(*command, "--calib", tmp_path / "set", "-o", tmp_path / "net").code == 0
    assert tinyc("verify", tmp_path / "net", "--on", "host").code == 0
    (tmp_path / "set" / "1.npz").unlink()
    assert "was not found here" in tinyc("verify", tmp_path / "net", "--on", "host").stderr


def test_verify_keeps_states_through_all_samples(tmp_path: Path) -> None:
    """More samples than verify holds at a time, of a model whose answers depend on all that came before."""
    stream = next(stream for stream in streams() if stream.name == "gru")
    data = samples(tmp_path / "x.npz", x=np.concatenate([stream.samples] * 3))
    states = [word for pair in stream.states.items() for word in ("--state", "=".join(pair))]
    path = stream.save(tmp_path)
    ended = tinyc("verify", path, "--board", "cortex-m4", "--data", data, "--samples", "27", *states, "--json")
    assert ended.code == 0 and ended.json["samples"] == 27, ended.stderr
    assert ended.json["import_error"] < 1e-4


def test_inspect_and_explain_take_states(tmp_path: Path) -> None:
    stream = next(stream for stream in streams() if stream.name == "gru")
    path = stream.save(tmp_path)
    states = [word for pair in stream.states.items() for word in ("--state", "=".join(pair))]
    plain, kept = tinyc("inspect", path, "--json").json, tinyc("inspect", path, *states, "--json").json
    assert len(kept["inputs"]) == len(plain["inputs"]) - len(stream.states)
    name = next(layer["name"] for layer in kept["layers"] if layer["op"] == "gru")
    assert "tc_gru" in tinyc("explain", path, "--op", name, *states).stdout
