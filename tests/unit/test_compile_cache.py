"""The tests' own cache of objects: a hit gives what the compiler would, and a change of what it reads is a miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support import compile_cache
from tests.support.compile_cache import CompileCache
from tinyc.emulate.image import STACK_FACTS
from tinyc.errors import ToolFailed, ToolMissing
from tinyc.toolchain import ToolResult, run_tool

SOURCE = """#include <stdint.h>
#include "outer.h"
int32_t twice(int32_t x) { return apply(x) + VALUE; }
"""
OUTER = """#include "inner.h"
extern int (*pointer)(int);
static inline int apply(int x) { return pointer(x) + 1; }
"""
INNER = "#define VALUE 1\n"
OTHER = "#define VALUE 2\n"
FILES = {"src/a.c": SOURCE, "include/outer.h": OUTER, "late/inner.h": INNER}
ARM = "arm-none-eabi-gcc"


@dataclass
class Compiling:
    """Folders of the same files, compiled through one cache; `runs` counts how often a compiler was started."""

    folder: Path
    runs: int = field(default=0)

    def counted(self, argv: Sequence[str | Path], **how: Any) -> ToolResult:
        self.runs += "-c" in argv
        return run_tool(argv, **how)

    def made(self, name: str, *flags: str, cc: str = "gcc", also: dict[str, str] | None = None) -> Path:
        """The object of src/a.c in the folder `name`, with some files changed or added."""
        place = self.folder / name
        for file, text in {**FILES, **(also or {})}.items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(text, encoding="utf-8")
        target, includes = place / "a.c.o", [f"-I{place}/{folder}" for folder in ("include", "early", "late")]
        cache = CompileCache(self.folder)
        cache.run_tool([cc, *flags, *includes, "-c", str(place / "src" / "a.c"), "-o", str(target)], timeout=60)
        return target


@pytest.fixture
def compiling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiling:
    found = Compiling(tmp_path)
    monkeypatch.setattr(compile_cache, "run_tool", found.counted)
    return found


def test_equal_content_is_compiled_once(compiling: Compiling) -> None:
    first, second = compiling.made("one", "-O1"), compiling.made("two", "-O1")
    assert compiling.runs == 1
    direct = run_tool(["gcc", "-O1", f"-I{second.parent}/include", f"-I{second.parent}/late", "-c",
                       second.parent / "src" / "a.c", "-o", second.parent / "direct.o"])  # fmt: skip
    assert (direct.returncode, (second.parent / "direct.o").read_bytes()) == (0, second.read_bytes())
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "changed",
    [
        {"src/a.c": SOURCE + "\n"},
        {"include/outer.h": OUTER.replace("+ 1", "+ 2")},
        {"late/inner.h": OTHER},
        {"early/inner.h": OTHER},
        {"include/inner.h": OTHER},
        {"include/stdint.h": "typedef long int32_t;\n"},
    ],
    ids=str,
)
def test_whatever_is_read_counts(changed: dict[str, str], compiling: Compiling) -> None:
    """Other text in a header that is included by a header, and a file that is found before the one that was."""
    first = compiling.made("one")
    second = compiling.made("two", also=changed)
    assert compiling.runs == 2
    assert first.read_bytes() != second.read_bytes() or "src/a.c" in changed


def test_what_is_not_read_does_not_count(compiling: Compiling) -> None:
    compiling.made("one")
    compiling.made("two", also={"late/unused.h": OTHER, "src/b.c": OTHER})
    assert compiling.runs == 1


def test_flags_compiler_and_environment_count(compiling: Compiling, monkeypatch: pytest.MonkeyPatch) -> None:
    compiling.made("one")
    compiling.made("two", "-O2")
    compiling.made("three", cc="clang")
    monkeypatch.setenv("CPATH", str(compiling.folder))
    compiling.made("four")
    assert compiling.runs == 4


@pytest.mark.parametrize(
    "line",
    ["#define NAME <stdint.h>\n#include NAME\n", "#if __has_include(<a.h>)\n#endif\n", "char file[] = __FILE__;\n"],
)
def test_sources_that_do_not_tell_what_they_read_are_compiled_each_time(line: str, compiling: Compiling) -> None:
    for place in ("one", "two"):
        compiling.made(place, also={"late/inner.h": INNER + line})
    assert compiling.runs == 2


def test_warnings_are_seen_each_time(compiling: Compiling) -> None:
    for place in ("one", "two"):
        compiling.made(place, also={"late/inner.h": INNER + "#warning careful\n"})
    assert compiling.runs == 2


def test_failures_are_not_kept(compiling: Compiling) -> None:
    for place in ("one", "two"):
        with pytest.raises(ToolFailed, match="VALUE"):
            compiling.made(place, also={"late/inner.h": "\n"})
    assert compiling.runs == 2


def test_a_compiler_that_is_gone_is_missed(compiling: Compiling, monkeypatch: pytest.MonkeyPatch) -> None:
    compiling.made("one")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissing, match="gcc"):
        compiling.made("two")


@pytest.mark.parametrize("suffix", [".su", ".ci"])
def test_what_the_compiler_tells_names_the_files_of_the_job(suffix: str, compiling: Compiling) -> None:
    first = compiling.made("one", *STACK_FACTS, cc=ARM).with_suffix(suffix)
    second = compiling.made("two", *STACK_FACTS, cc=ARM).with_suffix(suffix)
    assert compiling.runs == 1
    told = first.read_text(encoding="utf-8")
    assert "outer.h" in told or suffix == ".su"
    assert second.read_text(encoding="utf-8") == told.replace(f"{first.parent}/", f"{second.parent}/")
