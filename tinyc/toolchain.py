"""Every other program that tinyc starts: compilers, linkers, emulators. The one place with `subprocess`."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tinyc.errors import ToolFailed, ToolMissing

DEFAULT_TIMEOUT_SECONDS = 300.0
_ERROR_LINES = 12

_APT_PACKAGES = {
    "arm-none-eabi-gcc": "gcc-arm-none-eabi",
    "arm-none-eabi-ar": "binutils-arm-none-eabi",
    "arm-none-eabi-objdump": "binutils-arm-none-eabi",
    "riscv64-unknown-elf-gcc": "gcc-riscv64-unknown-elf",
    "riscv64-unknown-elf-ar": "binutils-riscv64-unknown-elf",
    "riscv64-unknown-elf-objdump": "binutils-riscv64-unknown-elf",
    "qemu-system-arm": "qemu-system-arm",
    "qemu-system-riscv32": "qemu-system-misc",
    "cc": "gcc",
    "gcc": "gcc",
    "clang": "clang",
    "cmake": "cmake",
}
_TARGET_LIBC = {"arm-none-eabi-": "libnewlib-arm-none-eabi", "riscv64-unknown-elf-": "picolibc-riscv64-unknown-elf"}
_NO_TARGET_LIBC = (
    *("string.h: No such file", "math.h: No such file", "cannot find -lc", "cannot find -lm"),
    "cannot read spec file",
)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a finished program left: its text output and its exit code (negative: the signal that ended it)."""

    stdout: str
    stderr: str
    returncode: int


@dataclass(frozen=True, slots=True)
class Compiler:
    """A C compiler with the flags and include folders of one job."""

    command: tuple[str, ...]
    flags: tuple[str, ...] = ()
    include_dirs: tuple[Path, ...] = ()

    def argv(self, *more: str) -> list[str]:
        """The command line, `more` at its end."""
        includes = [f"-I{folder}" for folder in self.include_dirs]
        return [*self.command, *self.flags, *includes, *more]


def find_tool(name: str) -> str:
    """The path of a program; ToolMissing names it and the package that has it."""
    path = shutil.which(name)
    if path is None:
        raise ToolMissing(f'program "{name}" is not installed or not on PATH', hint=_install_hint(name))
    return path


def host_cc() -> list[str]:
    """The host's C compiler as the start of a command line: $CC, else the first of cc, gcc, clang."""
    chosen = shlex.split(os.environ.get("CC", ""))
    if chosen:
        return [find_tool(chosen[0]), *chosen[1:]]
    for name in ("cc", "gcc", "clang"):
        if (path := shutil.which(name)) is not None:
            return [path]
    raise ToolMissing("no C compiler for this machine: looked for $CC, cc, gcc and clang", hint=_install_hint("gcc"))


def run_tool(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    check: bool = True,
) -> ToolResult:
    """Run a program to its end and return its output.

    `timeout` is in seconds. `env` replaces the environment, `stdin` is its input text (none: empty input).
    Raises ToolMissing, and ToolFailed after a time-out or, with `check`, a non-zero exit code.
    """
    words = [find_tool(str(argv[0])), *map(str, argv[1:])]
    try:
        done = subprocess.run(
            words,
            check=False,
            cwd=cwd,
            timeout=timeout,
            env=env,
            input=stdin or "",
            capture_output=True,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired as late:
        raise ToolFailed(
            f"{_name(argv)} did not end within {timeout:g} s", hint=f"command: {shlex.join(words)}"
        ) from late
    result = ToolResult(done.stdout, done.stderr, done.returncode)
    if check and result.returncode != 0:
        raise _failure(words, result)
    return result


def compile_objects(
    compiler: Compiler, sources: Sequence[Path], out_dir: Path, *, timeout: float = DEFAULT_TIMEOUT_SECONDS
) -> tuple[Path, ...]:
    """Compile each .c and .S file to `out_dir/<file name>.o`, as many at once as there are processors."""
    objects = tuple(out_dir / f"{source.name}.o" for source in sources)
    assert len(set(objects)) == len(objects), "two sources of one folder of objects have the same file name"
    out_dir.mkdir(parents=True, exist_ok=True)

    def compile_one(source: Path, target: Path) -> None:
        run_tool(compiler.argv("-c", str(source), "-o", str(target)), timeout=timeout)

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for _ in pool.map(compile_one, sources, objects):
            pass
    return objects


def link(
    compiler: Compiler,
    objects: Sequence[Path],
    out: Path,
    *,
    flags: Sequence[str] = (),
    cwd: Path | None = None,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
) -> Path:
    """Link objects to the executable or shared library `out`; `flags` come last (libraries, linker script).

    Relative objects are meant from `cwd`; a linker script that sorts by folder sees them as they are written.
    """
    run_tool(compiler.argv(*map(str, objects), "-o", str(out), *flags), cwd=cwd, timeout=timeout)
    return out


def _name(argv: Sequence[str | Path]) -> str:
    return Path(argv[0]).name


def _install_hint(name: str) -> str:
    package = _APT_PACKAGES.get(Path(name).name)
    return f"apt-get install {package}" if package else f"install {name} and put it on PATH"


def _failure(words: Sequence[str], result: ToolResult) -> ToolFailed | ToolMissing:
    name = _name(words)
    text = result.stderr.strip() or result.stdout.strip()
    library = next((package for prefix, package in _TARGET_LIBC.items() if name.startswith(prefix)), None)
    if library is not None and any(sign in text for sign in _NO_TARGET_LIBC):
        return ToolMissing(f"{name} has no C library for bare metal", hint=f"apt-get install {library}")
    how = f"exit code {result.returncode}" if result.returncode >= 0 else f"signal {-result.returncode}"
    last = "\n".join(text.splitlines()[-_ERROR_LINES:])
    return ToolFailed(f"{name} failed with {how}\n{last}", hint=f"command: {shlex.join(words)}")
