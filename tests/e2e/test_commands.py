"""The commands on real models, from ONNX to the emulated board."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.command import dense, model, samples, tinyc
from tinyc.ir.text import parse

BOARD = "cortex-m4"
MODELS = ("digits_int8", "digits_float")


@pytest.fixture(scope="module")
def built(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("built")
    for name in MODELS:
        ended = tinyc("build", digits / f"{name}.onnx", "--board", BOARD, "-o", folder / name)
        assert ended.code == 0, ended.stderr
    return {name: folder / name for name in MODELS}


@pytest.fixture(scope="module")
def images(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 20 held-out images, with labels."""
    with np.load(digits / "digits_test.npz") as held_out:
        return samples(tmp_path_factory.mktemp("data") / "images.npz", x=held_out["x"][:20], y=held_out["y"][:20])


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", MODELS)
def test_report_is_measured(name: str, built: dict[str, Path]) -> None:
    report = json.loads((built[name] / "report.json").read_text())
    flash, ram = report["flash"], report["ram"]
    assert flash["total"] == flash["weights"] + flash["tables"] + flash["code"]
    assert 500 < flash["code"] < 20_000
    assert 50 < ram["stack"] < 4096
    assert ram["total"] == ram["arena"] + ram["stack"]
    assert report["stack"]["measured"] <= report["stack"]["bound"] == ram["stack"] <= report["stack"]["measured"] + 16
    assert report["fits"] is True


@pytest.mark.parametrize("name", MODELS)
def test_same_input_same_bytes(name: str, built: dict[str, Path], digits: Path, tmp_path: Path) -> None:
    tinyc("build", digits / f"{name}.onnx", "--board", BOARD, "-o", tmp_path / "deep" / "down" / "again")
    assert files(tmp_path / "deep" / "down" / "again") == files(built[name])


def test_summary_and_default_folder(digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = tinyc("build", digits / "digits_int8.onnx", "--board", BOARD, "--name", "mine")
    assert (ended.code, ended.stderr) == (0, "")
    for words in ("mine on cortex-m4", "flash: weights", "RAM: stack", "stack: at most", "peak: ", "written: mine"):
        assert words in ended.stdout
    assert (tmp_path / "mine" / "include" / "mine.h").exists()


def test_json_is_the_report(digits: Path, tmp_path: Path) -> None:
    ended = tinyc("build", digits / "digits_int8.onnx", "--board", BOARD, "-o", tmp_path / "out", "--json")
    assert ended.json == json.loads((tmp_path / "out" / "report.json").read_text())


def test_dump_has_every_stage(digits: Path, tmp_path: Path) -> None:
    out, dump = tmp_path / "out", tmp_path / "dump"
    ended = tinyc("build", digits / "digits_int8.onnx", "--board", BOARD, "-o", out, "--dump", dump, "--json")
    stages = sorted(path.name for path in dump.iterdir())
    passes = [step["name"] for step in ended.json["passes"]]
    assert stages == ["00_imported.graph", *(f"{n:02}_{word}.graph" for n, word in enumerate(passes, 1)), stages[-1]]
    for name in stages[:-1]:
        parse((dump / name).read_text())
    assert "conv2d_0: tc_conv2d_" in (dump / stages[-1]).read_text()


@pytest.mark.parametrize("name", MODELS)
def test_host_and_board_give_the_same(name: str, built: dict[str, Path], images: Path, tmp_path: Path) -> None:
    outputs = []
    for where in ("host", "qemu"):
        ended = tinyc("run", built[name], "--on", where, "--input", images, "--output", tmp_path / f"{where}.npz")
        assert (ended.code, ended.stderr) == (0, "")
        assert "20 samples" in ended.stdout
        outputs.append(np.load(tmp_path / f"{where}.npz")["y"])
    host, board = outputs
    assert host.shape == (20, 10)
    np.testing.assert_allclose(board, host, rtol=0, atol=0 if name == "digits_int8" else 1e-5 * np.abs(host).max())


@pytest.mark.parametrize("where", ["host", "qemu"])
@pytest.mark.parametrize("name", MODELS)
def test_eval(name: str, where: str, built: dict[str, Path], images: Path, digits: Path) -> None:
    model_file = digits / f"{name}.onnx"
    found = tinyc("eval", built[name], "--data", images, "--on", where, "--model", model_file, "--json").json
    assert found["samples"] == 20
    assert found["top1"] >= 0.9 and found["top5"] >= found["top1"]
    assert found["agreement"] == 1.0 and found["cosine"] > 0.99
    assert (found["auc"], found["mse"]) == (None, None)


def test_eval_finds_its_model_by_hash(
    built: dict[str, Path], images: Path, digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    without = tinyc("eval", built["digits_int8"], "--data", images, "--limit", "5", "--json").json
    assert (without["agreement"], without["samples"]) == (None, 5)
    (tmp_path / "models").mkdir()
    shutil.copy(digits / "digits_float.onnx", tmp_path / "digits_int8.onnx")
    shutil.copy(digits / "digits_int8.onnx", tmp_path / "models")
    assert tinyc("eval", built["digits_int8"], "--data", images, "--limit", "5", "--json").json["agreement"] == 1.0


@pytest.mark.parametrize("name", MODELS)
def test_verify_a_folder(name: str, built: dict[str, Path], digits: Path, images: Path) -> None:
    model_file = digits / f"{name}.onnx"
    ended = tinyc("verify", built[name], "--model", model_file, "--data", images, "--samples", "10", "--json")
    found = ended.json
    assert (ended.code, found["equal"], found["samples"], found["skipped"]) == (0, True, 10, [])
    if name == "digits_int8":
        assert {"numpy = host", "host = board"} <= set(found["bit_for_bit"])
    else:
        assert found["import_error"] < 1e-5
        assert all(value < 1e-5 for value in found["max_relative"].values())
    assert all(layer["pairs"]["numpy = host"] for layer in found["layers"])
    assert any(layer["onnx_max_abs"] is not None for layer in found["layers"])


def test_verify_a_model_in_words(digits: Path) -> None:
    ended = tinyc("verify", digits / "digits_int8.onnx", "--board", BOARD)
    assert ended.code == 0
    assert "numpy = host C: equal bit for bit" in ended.stdout
    assert "host C = board C on cortex-m4 (QEMU): equal bit for bit" in ended.stdout
    assert ended.stdout.rstrip().endswith("digits_int8: verified")


def test_verify_without_board_says_so(digits: Path) -> None:
    found = tinyc("verify", digits / "digits_int8.onnx", "--board", BOARD, "--on", "host", "--json").json
    assert found["skipped"] == ["board C was left out: --on host"]
    assert found["max_relative"]["host = board"] is None


def test_verify_for_a_board_without_emulator(digits: Path) -> None:
    """Its code runs on the emulated board of the same core."""
    found = tinyc("verify", digits / "digits_int8.onnx", "--board", "nucleo-l4r5zi", "--json").json
    assert (found["equal"], found["board"], found["machine"]) == (True, "nucleo-l4r5zi", "cortex-m4")


def test_verify_finds_a_wrong_weight(built: dict[str, Path], digits: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """One changed byte of the C, with the check of the folder's files out of the way, ends with 5."""
    broken = tmp_path / "broken"
    shutil.copytree(built["digits_int8"], broken)
    source = next(broken.glob("src/*_weights.c"))
    lines = source.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.endswith(",") and line[0] in "-0123456789")
    value, rest = lines[first].split(",", 1)
    lines[first] = f"{(int(value) + 60) % 120},{rest}"
    source.write_text("\n".join(lines) + "\n")
    monkeypatch.setattr("tinyc.original._holds", lambda file, content: True)
    ended = tinyc("verify", broken, "--model", digits / "digits_int8.onnx", "--json")
    found = ended.json
    assert (ended.code, found["equal"]) == (5, False)
    assert "host = board" in found["bit_for_bit"] and "numpy = host" not in found["bit_for_bit"]
    wrong = [layer["name"] for layer in found["layers"] if not layer["holds"]]
    assert wrong
    text = tinyc("verify", broken, "--model", digits / "digits_int8.onnx", "--on", "host")
    assert text.code == 5
    assert f"numpy = host C: DIFFERENT in {wrong[0]}" in text.stdout and "NOT EQUAL" in text.stdout


@pytest.mark.parametrize("name", MODELS)
def test_profile_joins_the_report(name: str, built: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(built[name], folder)
    found = tinyc("profile", folder, "--json").json
    layers = found["layers"]
    assert sum(layer["instructions"] for layer in layers) <= found["instructions"]
    assert all(layer["cycles_model"] >= layer["instructions"] > 0 for layer in layers)
    assert "1.2" in found["cycle_model"] and 50 < found["stack_high_water"] < 4096
    report = json.loads((folder / "report.json").read_text())
    assert [layer["instructions"] for layer in report["layers"]] == [layer["instructions"] for layer in layers]
    assert f"{layers[0]['instructions']:,}" in (folder / "report.html").read_text()
    assert sorted(files(folder)) == sorted(files(built[name]))


def test_profile_in_words(built: dict[str, Path]) -> None:
    text = tinyc("profile", built["digits_int8"]).stdout
    for words in ("whole inference", "stack:", "cycles:", "x 1.2"):
        assert words in text


def test_inspect(digits: Path) -> None:
    found = tinyc("inspect", digits / "digits_int8.onnx", "--board", BOARD, "--json").json
    conv = next(layer for layer in found["layers"] if layer["op"] == "conv2d")
    assert conv["kernel"] == next(c["kernel"] for c in conv["candidates"] if c["refusal"] is None)
    assert any(candidate["refusal"] for candidate in conv["candidates"])
    assert found["macs"] == 23680 and conv["out_channels"] == 8 and conv["dead_channels"] == 0


def test_inspect_pictures_the_arena(digits: Path) -> None:
    ended = tinyc("inspect", digits / "digits_int8.onnx", "--board", BOARD, "--memory")
    assert ended.code == 0, ended.stderr
    assert "< peak" in ended.stdout and "scratch" in ended.stdout and "peak: " in ended.stdout
    assert tinyc("inspect", digits / "digits_int8.onnx", "--memory").code == 2


def test_inspect_counts_dead_channels(tmp_path: Path) -> None:
    text = "net (float[1,2] x) => (float[1,3] y) <float[2,3] w = {1, 0, 2, 3, 0, 0}> { y = MatMul(x, w) }"
    found = tinyc("inspect", model(text, tmp_path / "m.onnx"), "--json").json
    (layer,) = (layer for layer in found["layers"] if layer["op"] == "dense")
    assert (layer["zero_weights"], layer["weights"], layer["dead_channels"], layer["out_channels"]) == (3, 6, 1, 3)
    assert layer["candidates"] == []


def test_inspect_lists_what_is_not_supported(tmp_path: Path) -> None:
    text = "net (float[1,4] x) => (float[1,4] y) { [one] a = Bernoulli(x)  [two] y = RandomNormalLike(a) }"
    ended = tinyc("inspect", model(text, tmp_path / "m.onnx"), "--json")
    assert ended.code == 1
    assert [(entry["node"], entry["op"]) for entry in ended.json["unsupported"]] == [
        ("one", "Bernoulli"),
        ("two", "RandomNormalLike"),
    ]
    words = tinyc("inspect", tmp_path / "m.onnx")
    assert words.code == 1 and "2 nodes are not supported" in words.stdout and "Bernoulli" in words.stdout


IO = {
    "native": (["--io", "native"], "int8"),
    "float": (["--io", "float"], "float32"),
}


@pytest.mark.parametrize("edges", IO)
def test_edges_of_a_quantised_model(edges: str, digits: Path, images: Path, tmp_path: Path) -> None:
    options, dtype = IO[edges]
    tinyc("build", digits / "digits_int8.onnx", "--board", BOARD, "-o", tmp_path / "out", *options)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [port["dtype"] for port in (*manifest["inputs"], *manifest["outputs"])] == [dtype, dtype]
    assert tinyc("eval", tmp_path / "out", "--data", images, "--json").json["top1"] >= 0.9
    assert tinyc("verify", tmp_path / "out", "--model", digits / "digits_int8.onnx", "--on", "host").code == 0


def test_channels_last_inputs(tmp_path: Path) -> None:
    """The tool takes the declared order, whatever the firmware takes."""
    text = "net (float[1,2,3,3] x) => (float[1,2,1,1] y) <float[2,2,3,3] w> { y = Conv(x, w) }"
    weights = ", ".join(str(value / 8) for value in range(36))
    path = model(text.replace(" w>", f" w = {{{weights}}}>"), tmp_path / "m.onnx")
    data = samples(tmp_path / "x.npz", x=np.random.default_rng(3).standard_normal((4, 2, 3, 3)).astype("f"))
    answers = []
    for layout in ("declared", "nhwc"):
        out = tmp_path / layout
        assert tinyc("build", path, "--board", BOARD, "-o", out, "--input-layout", layout).code == 0
        assert tinyc("run", out, "--input", data, "--output", tmp_path / "y.npz").code == 0
        answers.append(np.load(tmp_path / "y.npz")["y"])
        assert tinyc("verify", out, "--model", path, "--data", data).code == 0
    np.testing.assert_array_equal(*answers)
    manifest = json.loads((tmp_path / "nhwc" / "manifest.json").read_text())
    assert manifest["inputs"][0]["layout"] == "channels_last"


def test_symbolic_batch_is_fixed(tmp_path: Path) -> None:
    text = "net (float[batch,4] x) => (float[batch,4] y) { y = Relu(x) }"
    path = model(text, tmp_path / "m.onnx")
    assert tinyc("build", path, "--board", BOARD, "-o", tmp_path / "out", "--dim", "batch=1").code == 0
    data = samples(tmp_path / "x.npz", x=np.array([[-1, 2, -3, 4]], "f"))
    assert tinyc("verify", tmp_path / "out", "--model", path, "--data", data, "--on", "host").code == 0


def test_rebuilding_replaces_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    tinyc("build", dense(tmp_path / "m.onnx"), "--board", BOARD, "-o", out, "--name", "first")
    assert tinyc("build", tmp_path / "m.onnx", "--board", BOARD, "-o", out, "--name", "second").code == 0
    assert (out / "include" / "second.h").exists() and not (out / "include" / "first.h").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.onnx", "out"]


def test_requirement_on_flash(tmp_path: Path) -> None:
    (tmp_path / "r.recipe").write_text("include float\nrequire flash <= 100\n")
    path = dense(tmp_path / "m.onnx")
    ended = tinyc("build", path, "--board", BOARD, "-o", tmp_path / "out", "--recipe", tmp_path / "r.recipe")
    assert ended.code == 4
    assert 'r.recipe:2:1: "require flash <= 100" does not hold: this build reaches' in ended.stderr
    assert "dense_0 (dense)" in ended.stderr
    assert (tmp_path / "out" / "report.json").exists()
