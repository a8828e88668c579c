"""Every command in README.md, docs/ and the examples' READMEs runs, in order, in a copy of nothing but the examples.

A command that is neither run here nor excused below fails: an example that is not run is a lie waiting.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
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

# Run by CI itself or by nobody's test: they set up the machine or train.
EXCUSED = ("scripts/demo", "scripts/test", ".venv/bin/python examples/digits/train.py", "pip install", "git clone")
RUN_AS_THEY_STAND = ("cmake", "cc", "gcc", "arm-none-eabi-gcc")


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(), flags=re.MULTILINE | re.DOTALL)


def commands(document: Path) -> Iterator[list[str]]:
    """The words of each command of the `sh` blocks; continued lines joined, comments gone."""
    for block in blocks(document, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if (words := shlex.split(line, comments=True)) and not line.startswith(EXCUSED):
                yield words


def run_command(words: list[str], folder: Path) -> None:
    if words[0] == "tinyc":
        code = "import sys; from tinyc.cli import main; sys.exit(main())"
        run(sys.executable, "-c", code, *words[1:], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)})
        return
    assert words[0] in RUN_AS_THEY_STAND, f"no test runs {shlex.join(words)}"
    run(*words, cwd=folder)


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder that looks like the checkout to the commands, so that what they write stays out of it."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for name in ("CMakeLists.txt", "runtime_c"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_run(document: str, workplace: Path) -> None:
    for words in commands(ROOT / document):
        run_command(words, workplace)


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
