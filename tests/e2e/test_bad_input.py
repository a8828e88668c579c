"""What bad input gets: the promised exit code, a message with place, reason and way out, and nothing half-written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.support.command import DENSE, dense, model, samples, tinyc

Prepare = Callable[[Path], list[str | Path]]


@dataclass(frozen=True, slots=True)
class Case:
    """`prepare` makes files in an empty folder and returns the command; the message must hold all of `says`.

    The first of `says` is the place, the last the way out.
    """

    name: str
    prepare: Prepare
    says: tuple[str, ...]
    code: int = 1


def build(*more: str) -> Callable[[Path], list[str | Path]]:
    """The build of whatever stands in m.onnx."""
    return lambda path: ["build", path, "--board", "cortex-m4", "-o", "out", *more]


def not_onnx(folder: Path) -> list[str | Path]:
    (folder / "m.onnx").write_text("this is no protobuf at all\n" * 20)
    return build()(folder / "m.onnx")


def empty(folder: Path) -> list[str | Path]:
    (folder / "m.onnx").touch()
    return build()(folder / "m.onnx")


def truncated(folder: Path) -> list[str | Path]:
    whole = dense(folder / "m.onnx").read_bytes()
    (folder / "m.onnx").write_bytes(whole[: len(whole) * 2 // 3])
    return build()(folder / "m.onnx")


def missing_file(folder: Path) -> list[str | Path]:
    return build()(folder / "m.onnx")


def is_folder(folder: Path) -> list[str | Path]:
    (folder / "m.onnx").mkdir()
    return build()(folder / "m.onnx")


def external_data_missing(folder: Path) -> list[str | Path]:
    proto = onnx.load(dense(folder / "m.onnx"))
    for tensor in proto.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name))
    onnx.save(
        proto, folder / "m.onnx", save_as_external_data=True, location="weights.bin", size_threshold=0,
        convert_attribute=False,
    )  # fmt: skip
    (folder / "weights.bin").unlink()
    return build()(folder / "m.onnx")


def external_data_elsewhere(folder: Path) -> list[str | Path]:
    """A path that leaves the model's folder is refused, whatever lies there."""
    proto = onnx.load(dense(folder / "m.onnx"))
    tensor = proto.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../../etc/hostname")
    onnx.save(proto, folder / "m.onnx")
    return build()(folder / "m.onnx")


def text_model(text: str, *more: str, opset: int = 17, check: bool = True) -> Prepare:
    def prepare(folder: Path) -> list[str | Path]:
        return build(*more)(model(text, folder / "m.onnx", opset, check))

    return prepare


DYNAMIC = "net (float[batch,4] x) => (float[batch,4] y) { y = Relu(x) }"


def unsupported(folder: Path) -> list[str | Path]:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "first"),
        helper.make_node("Bernoulli", ["a"], ["y"], "second"),
        helper.make_node("RandomNormalLike", ["x"], ["b"], "third"),
        helper.make_node("Bernoulli", ["b"], ["z"], "fourth"),
    ]
    kinds = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in "xyz"]
    graph = helper.make_graph(nodes, "net", kinds[:1], kinds[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), folder / "m.onnx")
    return build()(folder / "m.onnx")


def bad_weights(value: float) -> Prepare:
    def prepare(folder: Path) -> list[str | Path]:
        proto = onnx.load(dense(folder / "m.onnx"))
        weights = numpy_helper.to_array(proto.graph.initializer[0]).copy()
        weights[1, 2] = value
        proto.graph.initializer[0].CopyFrom(numpy_helper.from_array(weights, "w"))
        onnx.save(proto, folder / "m.onnx")
        return build()(folder / "m.onnx")

    return prepare


def absurd_constant(folder: Path) -> list[str | Path]:
    """A constant that says to be 4 TB."""
    return text_model(
        "net (float[1,4] x) => (float[1048576,1048576] y)"
        "<int64[2] shape = {1048576, 1048576}> { c = ConstantOfShape(shape)  y = Add(c, c) }"
    )(folder)


def no_shape(folder: Path) -> list[str | Path]:
    proto = onnx.load(dense(folder / "m.onnx"))
    proto.graph.output[0].type.tensor_type.ClearField("shape")
    onnx.save(proto, folder / "m.onnx")
    return build()(folder / "m.onnx")


def repeated_value(folder: Path) -> list[str | Path]:
    nodes = [helper.make_node("Relu", ["x"], ["y"], "first"), helper.make_node("Abs", ["x"], ["y"], "second")]
    kinds = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in "xy"]
    onnx.save(helper.make_model(helper.make_graph(nodes, "net", kinds[:1], kinds[1:])), folder / "m.onnx")
    return build()(folder / "m.onnx")


def wrong_board(folder: Path) -> list[str | Path]:
    return ["build", dense(folder / "m.onnx"), "--board", "cortex-m44", "-o", "out"]


def unwritable(folder: Path) -> list[str | Path]:
    (folder / "file").write_text("in the way")
    return ["build", dense(folder / "m.onnx"), "--board", "cortex-m4", "-o", folder / "file" / "out"]


def foreign_folder(folder: Path) -> list[str | Path]:
    (folder / "out").mkdir()
    (folder / "out" / "thesis.tex").write_text("years of work")
    return build()(dense(folder / "m.onnx"))


def with_options(*more: str) -> Prepare:
    return lambda folder: build(*more)(dense(folder / "m.onnx"))


def with_recipe(text: str) -> Prepare:
    def prepare(folder: Path) -> list[str | Path]:
        (folder / "r.recipe").write_text(text)
        return build("--recipe", "r.recipe")(dense(folder / "m.onnx"))

    return prepare


BUILD_CASES = [
    Case("not ONNX", not_onnx, ("m.onnx", "not an ONNX file", "Hint: ")),
    Case("empty file", empty, ("m.onnx", "not an ONNX file", "Hint: ")),
    Case("truncated", truncated, ("m.onnx", "truncated", "Hint: ")),
    Case("no such file", missing_file, ("m.onnx", "no such file", "Hint: ")),
    Case("a folder", is_folder, ("m.onnx", "folder", "Hint: ")),
    Case("external data missing", external_data_missing, ("m.onnx", "external data", "weights.bin", "Hint: ")),
    Case("external data elsewhere", external_data_elsewhere, ("m.onnx", "external data", "Hint: ")),
    Case("dynamic dimension", text_model(DYNAMIC), ('"x"', "batch", "dynamic", "--dim batch=1")),
    Case("--dim of nothing", text_model(DYNAMIC, "--dim", "size=1"), ("m.onnx", "--dim", "Hint: ")),
    Case("--dim without number", with_options("--dim", "batch"), ("--dim", "NAME=N"), code=2),
    Case(
        "unsupported operators, all of them",
        unsupported,
        ('"second"', '"third"', '"fourth"', "Bernoulli", "RandomNormalLike", "3 nodes", "Hint: "),
    ),
    Case("NaN weights", bad_weights(float("nan")), ('constant "w', "NaN", "Hint: ")),
    Case("Inf weights", bad_weights(float("inf")), ('constant "w', "Inf", "Hint: ")),
    Case(
        "zero-size dimension",
        text_model("net (float[1,0] x) => (float[1,0] y) { y = Relu(x) }"),
        ('"x"', "dimension 1 is 0", "Hint: "),
    ),
    Case(
        "absurd input shape",
        text_model("net (float[1000000,1000000] x) => (float[1000000,1000000] y) { y = Relu(x) }"),
        ('"x"', "1000000000000 elements", "Hint: "),
    ),
    Case("absurd constant", absurd_constant, ("m.onnx", "1099511627776", "Hint: ")),
    Case(
        "shapes that do not go together",
        text_model("net (float[1,4] x, float[1,5] z) => (float[1,4] y) { y = Add(x, z) }", check=False),
        ("m.onnx", "Add", "Hint: "),
    ),
    Case(
        "Split into a billion",
        text_model(
            "net (float[1,4] x) => (float[1,2] y, float[1,2] z) { y, z = Split <axis=1, num_outputs=1000000000> (x) }",
            opset=18,
            check=False,
        ),
        ("m.onnx", "Split", "num_outputs is 1000000000", "2 outputs", "Hint: "),
    ),
    Case("output without shape", no_shape, ("m.onnx", 'output "', "declared without a shape", "Hint: declare it")),
    Case("repeated value name", repeated_value, ("m.onnx", "not a valid ONNX model", "y", "Hint: ")),
    Case("unknown board", wrong_board, ("cortex-m44", "did you mean cortex-m4")),
    Case("unwritable output", unwritable, ("file/out", "Hint: ", "-o")),
    Case("output is something else", foreign_folder, ("out", "not an earlier build", "Hint: ", "-o")),
    Case("name is no C identifier", with_options("--name", "my-net"), ('"my-net"', "C symbols", "--name my_net")),
    Case("name is a C keyword", with_options("--name", "while"), ('"while"', "C symbols", "Hint: ")),
    Case("name of the runtime's own", with_options("--name", "tc_net"), ('"tc_net"', "C symbols", "Hint: ")),
    Case("unknown recipe", with_options("--recipe", "flaot"), ('"flaot"', "did you mean float")),
    Case("unknown pass", with_recipe("drop_dead\ndrop_deed\n"), ("r.recipe:2:1", "did you mean drop_dead")),
    Case("requirement without data", with_recipe("require accuracy_drop <= 1%\n"), ("r.recipe:1:1", "data", "Hint: ")),
    Case("unknown option", with_options("--bord", "x"), ("--bord", "tinyc build"), code=2),
    Case("unknown input layout", with_options("--input-layout", "nchw"), ("nchw", "declared", "nhwc"), code=2),
]  # fmt: skip


def contents(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*")}


def check(case: Case, folder: Path) -> None:
    command = case.prepare(folder)
    before = contents(folder)
    ended = tinyc(*command)
    assert (ended.code, ended.stdout) == (case.code, ""), ended
    assert [word for word in case.says if word not in ended.stderr] == [], ended.stderr
    assert "Traceback" not in ended.stderr
    assert contents(folder) == before, "something was written"


@pytest.mark.parametrize("case", BUILD_CASES, ids=lambda case: case.name)
def test_build_refuses(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check(case, tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    ended = tinyc("build", dense(folder / "m.onnx"), "--board", "cortex-m4", "-o", folder / "net")
    assert ended.code == 0, ended.stderr
    return folder / "net"


def ones(*shape: int, dtype: str = "float32") -> np.ndarray:
    return np.ones(shape, dtype)


DATA_CASES = {
    "wrong shape": ({"x": ones(5, 7)}, ('key "x"', "[7]", "[1, 4]", "Hint: ")),
    "one sample without N": ({"x": ones(4)}, ('key "x"', "Hint: ")),
    "wrong dtype": ({"x": np.array([["a", "b", "c", "d"]])}, ('key "x"', "<U1", "Hint: ")),
    "complex": ({"x": ones(1, 4, dtype="complex64")}, ('key "x"', "complex64", "Hint: ")),
    "NaN": ({"x": np.array([[0, 0, 0, 0], [0, 1, np.nan, 0]], "f")}, ('key "x"', "sample 1", "nan", "Hint: ")),
    "missing key": ({"images": ones(1, 4)}, ('"x"', '"images"', "Hint: ")),
    "objects": ({"x": np.array([None, {}])}, ('"x"', "found none", "Hint: ")),
    "no samples": ({"x": ones(0, 4)}, ('key "x"', "no samples", "Hint: ")),
    "a number": ({"x": np.float32(1)}, ('key "x"', "no samples", "Hint: ")),
    "labels of another length": ({"x": ones(3, 4), "y": np.array([1, 2])}, ('key "y"', "3 samples", "Hint: ")),
}


@pytest.mark.parametrize("name", DATA_CASES)
@pytest.mark.parametrize("command", ["run --input", "eval --data", "verify --on host --data"])
def test_data_is_refused(name: str, command: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays, says = DATA_CASES[name]
    file = samples(tmp_path / "data.npz", **arrays)
    verb, *options = command.split()
    monkeypatch.chdir(built.parent)
    before = contents(built.parent)
    ended = tinyc(verb, built, *options, file)
    assert (ended.code, ended.stdout) == (1, ""), ended
    assert [word for word in ("data.npz", *says) if word not in ended.stderr] == [], ended.stderr
    assert contents(built.parent) == before


FILE_CASES = {
    "no such file": (None, "No such file"),
    "not an npz": (b"x,y\n1,2\n", "not an .npz file"),
    "a plain npy": (b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 4), }", "npz"),
    "damaged": (b"PK\x03\x04 and then nothing", "not an .npz file"),
}


@pytest.mark.parametrize("name", FILE_CASES)
def test_data_file_is_refused(name: str, built: Path, tmp_path: Path) -> None:
    content, reason = FILE_CASES[name]
    if content is not None:
        (tmp_path / "data.npz").write_bytes(content)
    ended = tinyc("run", built, "--input", tmp_path / "data.npz")
    assert (ended.code, ended.stdout) == (1, ""), ended
    assert "data.npz" in ended.stderr and reason in ended.stderr and "Hint: " in ended.stderr


def test_too_large_is_written_with_its_report(tmp_path: Path) -> None:
    """600 KB of weights for a board with 256 KB of flash."""
    weights = np.ones((400, 400), np.float32)
    kinds = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 400]) for name in "xy"]
    node = helper.make_node("MatMul", ["x", "w"], ["y"], "big")
    graph = helper.make_graph([node], "net", kinds[:1], kinds[1:], [numpy_helper.from_array(weights, "w")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), tmp_path / "m.onnx")
    ended = tinyc("build", tmp_path / "m.onnx", "--board", "microbit", "-o", tmp_path / "out", "--json")
    assert ended.code == 3
    for word in ("DoesNotFit", "microbit", "flash: 641600 bytes of 262144", "640000 dense_0_weights", "Hint: "):
        assert word in ended.stderr
    report = ended.json
    assert (report["fits"], report["flash"]["weights"], report["flash"]["total"]) == (False, 641600, None)
    assert {"report.json", "report.html", "manifest.json"} <= {path.name for path in (tmp_path / "out").iterdir()}


TOOLS = {
    "arm-none-eabi-gcc": "apt-get install gcc-arm-none-eabi",
    "qemu-system-arm": "apt-get install qemu-system-arm",
}
BUILD_TOOLS = {**TOOLS, "arm-none-eabi-objdump": "apt-get install binutils-arm-none-eabi"}


@pytest.fixture
def without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A function that takes one program off PATH; the others stay, through links."""

    def hide(name: str) -> None:
        links = tmp_path / "bin"
        links.mkdir()
        for folder in os.environ["PATH"].split(os.pathsep):
            for tool in Path(folder).glob("*") if Path(folder).is_dir() else ():
                if tool.name != name and not (links / tool.name).exists():
                    (links / tool.name).symlink_to(tool)
        monkeypatch.setenv("PATH", str(links))

    return hide


@pytest.mark.parametrize("tool", TOOLS)
def test_missing_tool_is_named_with_its_package(
    tool: str, built: Path, tmp_path: Path, without: Callable[[str], None]
) -> None:
    data = samples(tmp_path / "data.npz", x=ones(1, 4))
    without(tool)
    verify = ["verify", built, "--model", built.parent / "m.onnx"]
    for command in (["run", built, "--on", "qemu", "--input", data], verify, ["profile", built]):
        ended = tinyc(*command)
        assert (ended.code, ended.stdout) == (1, ""), ended
        assert "ToolMissing" in ended.stderr and tool in ended.stderr and TOOLS[tool] in ended.stderr


@pytest.mark.parametrize("tool", BUILD_TOOLS)
def test_build_without_tool_leaves_null_and_says_so(tool: str, tmp_path: Path, without: Callable[[str], None]) -> None:
    without(tool)
    ended = tinyc("build", dense(tmp_path / "m.onnx"), "--board", "cortex-m4", "-o", tmp_path / "out", "--json")
    assert ended.code == 0, ended.stderr
    assert (ended.json["stack"] is None) is (tool != "qemu-system-arm")
    assert ended.json["stack"] is None or ended.json["stack"]["measured"] is None
    assert (ended.json["flash"]["code"] is None) is (tool == "arm-none-eabi-gcc")
    assert any(BUILD_TOOLS[tool] in note for note in ended.json["notes"])


@pytest.mark.parametrize("place", ["serial:/dev/ttyACM0", "hots", ""])
def test_unknown_place(place: str, built: Path, tmp_path: Path) -> None:
    ended = tinyc("run", built, "--on", place, "--input", samples(tmp_path / "data.npz", x=ones(1, 4)))
    assert ended.code == 2
    assert place in ended.stderr and "host" in ended.stderr


FOLDERS = {
    "not a build": {},
    "damaged manifest": {"manifest.json": "{"},
    "another schema": {"manifest.json": '{"schema": 99}'},
    "a list": {"manifest.json": "[]"},
}


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("command", ["run --input x.npz", "eval --data x.npz", "verify", "profile"])
def test_folder_is_refused(name: str, command: str, tmp_path: Path) -> None:
    for file, text in FOLDERS[name].items():
        (tmp_path / file).write_text(text)
    verb, *options = command.split()
    ended = tinyc(verb, tmp_path, *options)
    assert (ended.code, ended.stdout) == (1, ""), ended
    assert "manifest" in ended.stderr and "Hint: " in ended.stderr


def test_changed_c_is_noticed(built: Path, tmp_path: Path) -> None:
    """A folder whose C was edited is not what its model gives."""
    edited = tmp_path / "net"
    shutil.copytree(built, edited)
    source = edited / "src" / "m.c"
    source.write_text(source.read_text() + "/* mine */\n")
    ended = tinyc("verify", edited, "--model", built.parent / "m.onnx", "--on", "host")
    assert ended.code == 1
    assert "m.c" in ended.stderr and "Hint: " in ended.stderr


def test_other_model_is_noticed(built: Path, tmp_path: Path) -> None:
    other = model(DENSE.replace("0.5, -0.25", "0.5, 0.25"), tmp_path / "m.onnx")
    ended = tinyc("verify", built, "--model", other, "--on", "host")
    assert ended.code == 1
    assert "m.onnx" in ended.stderr and "Hint: " in ended.stderr
