"""The command line itself: what it lists, what its help teaches, how it ends."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from tests.support.command import dense, tinyc
from tinyc.cli import app
from tinyc.recipe import load_recipe, parse
from tinyc.version import __version__

COMMANDS = (
    *("build", "run", "eval", "verify", "profile", "bench"),
    *("pareto", "inspect", "sensitivity", "boards", "explain"),
)
PROMISED = {
    "build": ("--board", "-o", "--name", "--recipe", "--format", "--json", "--dim", "--io", "--input-layout"),
    "run": ("--on", "--input", "--output"),
    "verify": ("--board", "--data"),
    "profile": ("--json",),
    "eval": ("--data", "--on", "--limit", "--board-limit", "--confusion", "--classes", "--json"),
    "inspect": ("--board", "--state"),
    "explain": ("--op", "--state"),
    "sensitivity": ("--data", "--calib", "--board", "--html", "--json"),
}


def test_help_lists_the_commands_in_their_order() -> None:
    listed = re.findall(r"^  (\w+)  +\S", tinyc("--help").stdout.split("Commands:")[1], re.MULTILINE)
    assert tuple(name for name in listed if name != "tinyc") == COMMANDS


def test_no_arguments_show_the_help() -> None:
    assert "Commands:" in tinyc().stdout + tinyc().stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_that_the_command_accepts(command: str) -> None:
    """The options of the example are options of the command, and its words are as many as it takes."""
    text = " ".join(tinyc(command, "--help").stdout.split())
    examples = re.findall(r"Example: (tinyc .*?)(?= Example:| Arguments:| Options:)", text)
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert words[:2] == ["tinyc", command]
        parser = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
        assert parser.make_context(command, words[2:]) is not None


@pytest.mark.parametrize("command", PROMISED)
def test_promised_options_exist(command: str) -> None:
    text = tinyc(command, "--help").stdout
    assert [option for option in PROMISED[command] if not re.search(rf"{option}\b", text)] == []


def test_version() -> None:
    assert tinyc("--version").stdout == f"tinyc {__version__}\n"


WRONG_USAGE = {
    "unknown command": ["bulid", "m.onnx"],
    "build without a board": ["build", "m.onnx"],
    "build without a model": ["build", "--board", "cortex-m4"],
    "run without input": ["run", "net"],
    "eval without data": ["eval", "net"],
    "verify a model without a board": ["verify", "m.onnx"],
    "no samples": ["eval", "net", "--data", "x.npz", "--limit", "0"],
    "explain a model without op": ["explain", "m.onnx"],
    "explain an op without model": ["explain", "--op", "conv2d_0"],
    "another format": ["build", "m.onnx", "--board", "cortex-m4", "--format", "zip"],
}


@pytest.mark.parametrize("name", WRONG_USAGE)
def test_wrong_usage_is_2(name: str) -> None:
    ended = tinyc(*WRONG_USAGE[name])
    assert (ended.code, ended.stdout) == (2, "")
    assert "Usage: tinyc" in ended.stderr


def test_interrupt_is_130_and_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tinyc.targets.board_names", interrupted)
    ended = tinyc("boards")
    assert (ended.code, ended.stdout, ended.stderr) == (130, "", "")


def test_closed_pipe_is_quiet(root: Path) -> None:
    code = "from tinyc.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "explain"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1


def test_our_own_mistakes_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tinyc.targets.board_names", broken)
    with pytest.raises(ZeroDivisionError):
        tinyc("boards")


def test_print_recipe_writes_nothing_and_reads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = tinyc("build", dense(tmp_path / "m.onnx"), "--board", "cortex-m4", "--print-recipe")
    assert parse(ended.stdout).steps == load_recipe("float").steps
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]


def test_boards_as_json() -> None:
    found = {board["name"]: board for board in tinyc("boards", "--json").json}
    assert found["cortex-m4"]["core"] == "cortex-m4"
    assert found["microbit"]["budget"]["ram_bytes"] == 16384


EXPLAINED = {
    "cortex-m4": "mps2-an386",
    "conv2d": "tc_conv2d_s8_ref",
    "tc_conv2d_s8_ref": "Exactness:",
    "Conv": "conv2d",
    "fuse_activation": "When it is exact",
    "float": "fuse_activation",
}


@pytest.mark.parametrize("topic", EXPLAINED)
def test_explain(topic: str) -> None:
    ended = tinyc("explain", topic)
    assert (ended.code, ended.stderr) == (0, "")
    assert EXPLAINED[topic] in ended.stdout


def test_explain_lists_every_topic() -> None:
    text = tinyc("explain").stdout
    assert [topic for topic in EXPLAINED if topic not in text] == []


def test_explain_offers_the_nearest() -> None:
    ended = tinyc("explain", "fuse_activaton")
    assert (ended.code, ended.stdout) == (1, "")
    assert "did you mean fuse_activation" in ended.stderr


def test_explain_every_topic_has_a_text() -> None:
    from tinyc.explain import topics

    found = topics()
    assert len(found) > 60
    assert [topic.name for topic in found if not topic.text().strip() or not topic.summary.strip()] == []


def test_explain_one_op_of_a_model(tmp_path: Path) -> None:
    ended = tinyc("explain", dense(tmp_path / "m.onnx"), "--op", "dense_0")
    assert "* tc_dense_f32_ref" in ended.stdout
    assert "x must be s8, is f32" in ended.stdout
    wrong = tinyc("explain", tmp_path / "m.onnx", "--op", "dense_1")
    assert (wrong.code, "dense_0" in wrong.stderr) == (1, True)
