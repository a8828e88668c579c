"""The counting plugin for QEMU: compiled for the QEMU that is installed, by the host's compiler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tinyc import resources
from tinyc.emulate.run import COUNTED_FILE
from tinyc.errors import ToolFailed
from tinyc.toolchain import Compiler, host_cc, link, run_tool

_CFLAGS = ("-std=c11", "-O2", "-fPIC", "-shared")
_FIRST_QEMU_WITH_PLUGINS = (4, 2)


@dataclass(frozen=True, slots=True)
class Count:
    """Instructions of a segment, and cycles by the model of `runtime_c/emulate/cycle_model.c`."""

    instructions: int
    cycles: int


def plugin_flags(work_dir: Path, qemu: str) -> tuple[str, ...]:
    """The flags of the emulator `qemu` that load the plugin, which is compiled into `work_dir`.

    Raises ToolMissing (no QEMU or no host compiler) and ToolFailed (QEMU without plugins, or of an unknown version).
    """
    api = plugin_api(run_tool([qemu, "--version"]).stdout)
    if "-plugin" not in run_tool([qemu, "-help"]).stdout:
        raise ToolFailed(f"this {qemu} was built without plugins")
    folder = resources.runtime_dir() / "emulate"
    work_dir.mkdir(parents=True, exist_ok=True)
    compiler = Compiler((*host_cc(), *_CFLAGS, f"-DTINYC_QEMU_PLUGIN_API={api}"))
    library = link(compiler, sorted(folder.glob("*.c")), work_dir.resolve() / "count.so")
    return ("-plugin", f"{str(library).replace(',', ',,')},out={COUNTED_FILE}")


def plugin_api(qemu_version: str) -> int:
    """The version of the plugin interface to compile for, from the text of `qemu --version`."""
    found = re.search(r"version (\d+)\.(\d+)", qemu_version)
    if found is None:
        raise ToolFailed(f"QEMU does not tell its version: {qemu_version.strip()[:80]!r}")
    version = (int(found[1]), int(found[2]))
    if version < _FIRST_QEMU_WITH_PLUGINS:
        raise ToolFailed(f"QEMU {found[1]}.{found[2]} has no plugins", hint="QEMU 4.2 or later has")
    if version < (9, 0):
        return 1
    return 2 if version < (9, 1) else 3


def read_counts(text: str) -> Iterator[Count]:
    """The segments that the plugin wrote, in the order in which they ended."""
    for line in text.splitlines():
        instructions, cycles = line.split()
        yield Count(int(instructions), int(cycles))
