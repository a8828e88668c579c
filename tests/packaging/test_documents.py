"""Every command in README.md, docs/ and the examples' READMEs runs, in order, in a copy of nothing but the examples.

* `sh` blocks: every line is a command that must succeed. One that is neither run here nor excused below fails: an
  example that is not run is a lie waiting.
* `console` blocks: `$ command`, words that its output must hold, line by line in this order, and `[exit N]`.
* A block with a path behind its language quotes that file of the project, word for word; if the project has no such
  file, it is written to the copy before the commands run, which then compile or read it.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.packaging.conftest import run

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    str(file.relative_to(ROOT))
    for file in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/*/README.md"))]
]

# Run by CI itself or by nobody's test: they set up the machine, train, or write into the checkout.
EXCUSED = (
    "scripts/demo", "scripts/test", ".venv/bin/python examples/digits/train.py", "pip install", "git clone",
    "python -m scripts.operators_page --write",
)  # fmt: skip
RUN_AS_THEY_STAND = ("cmake", "make", "cc", "gcc", "arm-none-eabi-gcc")
TINYC = "import sys; from tinyc.cli import main; sys.exit(main())"


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(), flags=re.MULTILINE | re.DOTALL)


def named_blocks(document: Path) -> list[tuple[str, str]]:
    """Path and text of the blocks that have a path behind their language."""
    return re.findall(r"^```\w+ ([\w./-]+)\n(.*?)^```", document.read_text(), flags=re.MULTILINE | re.DOTALL)


def commands(document: Path) -> Iterator[list[str]]:
    """The words of each command of the `sh` blocks; continued lines joined, comments gone."""
    for block in blocks(document, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if (words := shlex.split(line, comments=True)) and not line.startswith(EXCUSED):
                yield words


def variables() -> dict[str, str]:
    """The benchmarks' models and data are not there: a user has none."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "TINYC_MODELS": "no-models", "TINYC_DATA": "no-data"}


def expanded(words: list[str], folder: Path) -> list[str]:
    """As the shell would: patterns become the files that they match."""
    return [found for word in words for found in (sorted(map(str, folder.glob(word))) if "*" in word else [word])]


def run_command(words: list[str], folder: Path) -> None:
    if words[0] == "tinyc":
        run(sys.executable, "-c", TINYC, *words[1:], cwd=folder, env=variables())
    elif words[:2] == ["python", "-m"]:
        run(sys.executable, *words[1:], cwd=folder, env=variables())
    else:
        program = folder / words[0]
        assert words[0] in RUN_AS_THEY_STAND or program.is_file(), f"no test runs {shlex.join(words)}"
        run(program if program.is_file() else words[0], *expanded(words[1:], folder), cwd=folder)


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder that looks like the checkout to the commands, so that what they write stays out of it."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for name in ("CMakeLists.txt", "runtime_c"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def lay_out(document: Path, folder: Path) -> None:
    """Write the document's own files."""
    for name, text in named_blocks(document):
        if not (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_run(document: str, workplace: Path) -> None:
    lay_out(ROOT / document, workplace)
    for words in commands(ROOT / document):
        run_command(words, workplace)


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if "\n```console" in (ROOT / name).read_text()])
def test_consoles_show_what_happens(document: str, workplace: Path) -> None:
    lay_out(ROOT / document, workplace)
    for block in blocks(ROOT / document, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown, code = part.splitlines()
            words = shlex.split(command)
            assert words[0] == "tinyc"
            done = subprocess.run(
                [sys.executable, "-c", TINYC, *words[1:]],
                cwd=workplace, env=variables(), capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert f"[exit {done.returncode}]" == code, command
            place, output = 0, done.stdout + done.stderr
            for line in shown:
                place = output.find(line, place)
                assert place >= 0, f"{command}: no {line!r} in\n{output}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_quotes_are_what_the_files_say(document: str) -> None:
    for name, text in named_blocks(ROOT / document):
        if (ROOT / name).is_file():
            assert text in (ROOT / name).read_text(), f"{name} says something else"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / document).read_text()):
        assert ((ROOT / document).parent / target).exists(), target


def test_index_names_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    pages = {page.name for page in ROOT.glob("docs/*.md")} - {"index.md"}
    assert [name for name in sorted(pages) if f"({name})" not in index] == []


def test_generated_pages_are_fresh(root: Path) -> None:
    """In a process of its own: other tests declare operators of theirs."""
    command = [sys.executable, "-m", "scripts.operators_page", "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nrun: python -m scripts.operators_page --write"


def paths_of(value: object, place: str = "") -> Iterator[str]:
    """The keys of a JSON document: "flash.code", "layers[].op"."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield f"{place}{key}"
            yield from paths_of(below, f"{place}{key}.")
    elif isinstance(value, list) and value:
        yield from paths_of(value[0], f"{place[:-1]}[].")


@pytest.fixture
def built(workplace: Path) -> Path:
    run_command(shlex.split("tinyc build examples/digits/digits_float.onnx --board cortex-m4 -o build/net"), workplace)
    return workplace / "build" / "net"


def test_every_key_is_explained(built: Path) -> None:
    _, report, manifest = re.split(r"^## (?:report|manifest)\.json$", (ROOT / "docs/report.md").read_text(), flags=re.M)
    for name, text in (("report.json", report), ("manifest.json", manifest)):
        keys = dict.fromkeys(paths_of(json.loads((built / name).read_text())))
        assert [key for key in keys if f"`{key}`" not in text] == [], name


@pytest.mark.parametrize("model", ["digits_int8", "digits_float"])
def test_every_misra_deviation_is_listed(model: str, workplace: Path) -> None:
    run_command(["tinyc", "build", f"examples/digits/{model}.onnx", "--board", "cortex-m4", "-o", "net"], workplace)
    words = ("cppcheck", "--addon=misra", "--std=c11", "-Inet/include", *sorted(workplace.glob("net/src/*.c")))
    done = subprocess.run(words, cwd=workplace, capture_output=True, text=True, check=False)
    found = set(re.findall(r"misra-c2012-([\d.]+)", done.stderr))
    assert len(found) > 3, f"cppcheck found next to nothing: {done.stderr[-500:]}"
    table = (ROOT / "docs/integrating.md").read_text().split("### MISRA", 1)[1]
    assert [rule for rule in sorted(found) if not re.search(rf"(?<![\d.]){re.escape(rule)}(?!\d)", table)] == []


def test_reader_sees_the_commands() -> None:
    first_words = [words[0] for words in commands(ROOT / "README.md")]
    assert first_words.count("tinyc") >= 5
    assert "cmake" in first_words


def test_c_of_the_readme_classifies(workplace: Path, digits: Path) -> None:
    """The README's function, compiled with the built digits model, sees the digits that the labels name."""
    build = next(words for words in commands(ROOT / "README.md") if words[:2] == ["tinyc", "build"])
    run_command(build, workplace)
    (source,) = blocks(ROOT / "README.md", "c")
    with np.load(digits / "digits_test.npz") as held_out:
        pixels, labels = held_out["x"][:20].reshape(20, -1), held_out["y"][:20]
    numbers = ",".join(f"{value:.8f}f" for value in pixels.flatten())
    (workplace / "main.c").write_text(
        f"#include <stdio.h>\n{source}\nstatic const float images[20 * DIGITS_INPUT_0_ELEMENTS] = {{{numbers}}};\n"
        "int main(void)\n{\n    for (int i = 0; i < 20; ++i) {\n"
        '        printf("%d\\n", classify(images + i * (int)DIGITS_INPUT_0_ELEMENTS));\n    }\n    return 0;\n}\n'
    )
    compiler = shutil.which("gcc")
    assert compiler
    built = workplace / build[build.index("-o") + 1]
    warnings = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic")
    run(compiler, *warnings, f"-I{built}/include", "main.c", *built.glob("src/*.c"), "-lm", "-o", "main", cwd=workplace)
    seen = [int(line) for line in run(workplace / "main", cwd=workplace).split()]
    assert np.mean(np.array(seen) == labels) >= 0.9


def folders_of(parent: Path) -> set[str]:
    """Folders with files of the project in them, by name."""
    kept = (path for path in parent.iterdir() if path.is_dir() and path.name != "__pycache__")
    return {path.name for path in kept if any(file.suffix != ".pyc" for file in path.rglob("*.*"))}


def named_on_the_map() -> str:
    """What stands between backquotes in architecture.md, blocks left out."""
    text = re.sub(r"^```.*?^```", "", (ROOT / "docs/architecture.md").read_text(), flags=re.MULTILINE | re.DOTALL)
    return " ".join(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize("parent", ["tinyc", "runtime_c", "templates", "tests"])
def test_the_map_names_every_folder(parent: str) -> None:
    assert folders_of(ROOT / parent) - set(re.findall(r"\w+", named_on_the_map())) == set()


def test_files_on_the_map_exist() -> None:
    found = {path.name for ending in ("py", "toml", "h") for path in ROOT.glob(f"*/**/*.{ending}")}
    named = set(re.findall(r"(?<![*\w])\w+\.(?:py|toml|h)\b", named_on_the_map()))
    assert len(named) > 20 and named - found == set()
