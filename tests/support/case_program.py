"""All cases of a family in one program: for the host with sanitizers, or for an emulated board.

The program reads the inputs of every case from input.bin and writes the outputs of every case to output.bin.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.support.case_models import Variant, save
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate.image import STACK_FACTS, board_compiler, link_image
from tinyc.emulate.run import run_elf
from tinyc.ir.types import Array
from tinyc.lower.program import Program
from tinyc.resources import runtime_dir
from tinyc.targets import Board
from tinyc.toolchain import Compiler, compile_objects, host_cc, link, run_tool

WARNINGS = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-pedantic", "-Wvla", "-Walloca")
HOST = ("-O1", "-g1", "-ffp-contract=off", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_QUICK = ("-O0", "-fomit-frame-pointer")
"""For files whose speed does not matter. With a frame pointer, frames could not be read from the machine code."""
_STDIO_PORT = Path(__file__).with_name("port_stdio.c")


@dataclass(frozen=True)
class Runnable:
    """A program, the folder of its project, and the bytes of all inputs of one execution."""

    program: Program
    folder: Path
    content: bytes

    @property
    def name(self) -> str:
        return self.program.name

    def outputs(self, raw: bytes) -> list[Array]:
        """Outputs in logical shapes from the bytes of one execution."""
        found, place = [], 0
        for tensor in self.program.outputs:
            part = np.frombuffer(raw[place : place + tensor.type.bytes], tensor.type.dtype.numpy)
            found.append(tensor.type.from_memory(part))
            place += tensor.type.bytes
        return found

    @property
    def output_bytes(self) -> int:
        return sum(tensor.type.bytes for tensor in self.program.outputs)


@dataclass(frozen=True)
class Built:
    """A case that went through the line, and its folder."""

    variant: Variant
    result: BuildResult
    folder: Path

    @property
    def runnable(self) -> Runnable:
        graph = self.result.graph
        content = b"".join(graph.types[n].to_memory(self.variant.samples[n]).tobytes() for n in graph.inputs)
        return Runnable(self.result.program, self.folder, content)


def build_case(
    variant: Variant, board: Board, folder: Path, dims: Mapping[str, int] | None = None, optimize: str = "balanced",
    *, channels_last: bool = False,
) -> Built:  # fmt: skip
    """Build the variant, with these axes fixed, and write its project. `channels_last`: so images are delivered."""
    path = save(variant, folder)
    options = Options(
        name=variant.name, dims=dims or {}, native_io=False, optimize=optimize, channels_last_inputs=channels_last
    )
    result = build(path, board, options=options)
    target = folder / variant.name
    write(result.project, target)
    return Built(variant, result, target)


def run_on_host(
    built: Sequence[Built | Runnable], folder: Path, kernels_at: Path | None = None
) -> list[list[Array]]:
    """Outputs of every case, computed under the address and undefined-behaviour sanitizers.

    The model's own files, which only call kernels, are compiled in the quickest way. With `kernels_at`, a folder for
    objects of kernels that many programs share, they are without sanitizers; kernels, arena and program keep them.
    """
    cases = _runnables(built)
    compiler = Compiler(tuple(host_cc()), (*WARNINGS, *HOST))
    stdio = compile_objects(_with_port(compiler), [_STDIO_PORT], folder / "port")
    if kernels_at is None:
        objects = _objects(cases, compiler, replace(compiler, flags=(*WARNINGS, *HOST, "-O0")), folder)
    else:
        plain = replace(compiler, flags=(*WARNINGS, "-O0", "-ffp-contract=off"))
        objects = _objects(cases, compiler, plain, folder, kernels_at)
    program = link(compiler, [*objects, *stdio], folder / "cases", flags=["-lm"])
    (folder / "input.bin").write_bytes(b"".join(case.content for case in cases))
    run_tool([program], cwd=folder)
    return _split(cases, folder)


def run_on_board(built: Sequence[Built | Runnable], board: Board, folder: Path) -> list[list[Array]]:
    """Outputs of every case, computed on the emulated board."""
    cases = _runnables(built)
    elf = link_for_board(cases, board, folder)
    (folder / "input.bin").write_bytes(b"".join(case.content for case in cases))
    run_elf(elf, board, folder)
    return _split(cases, folder)


def _runnables(built: Sequence[Built | Runnable]) -> list[Runnable]:
    return [case.runnable if isinstance(case, Built) else case for case in built]


def link_for_board(
    built: Sequence[Built | Runnable], board: Board, folder: Path, more: Sequence[str] = ()
) -> Path:
    """The program of all cases, linked with further flags. Models' own files, which only call kernels, are compiled in
    the quickest way.
    """
    flags = (*WARNINGS, "-ffunction-sections", "-fdata-sections", *STACK_FACTS)
    compiler, of_models = board_compiler(board, (*flags, "-O2")), board_compiler(board, (*flags, *_QUICK))
    objects = _objects(_runnables(built), compiler, of_models, folder)
    return link_image(board, folder, objects, libraries=["-lm", *more])


def _objects(
    built: Sequence[Runnable], compiler: Compiler, of_models: Compiler, folder: Path, kernels_at: Path | None = None
) -> list[Path]:
    """One translation unit for each case, one for each kernel, and the program's main."""
    units = {}
    for case in built:
        unit = folder / f"unit_{case.name}.c"
        unit.write_text("".join(f'#include "{source}"\n' for source in _model_sources(case)), encoding="utf-8")
        units[unit] = case.folder / "include"
    kernels = {source.name: source for case in built for source in (case.folder / "src").glob("tc_*.c")}
    main = folder / "main.c"
    main.write_text(_main_text(built), encoding="utf-8")
    including = replace(compiler, include_dirs=tuple(units.values()))
    models = _compiled_apart(of_models, units, folder / "project")
    shared = _kernel_objects(compiler, list(kernels.values()), kernels_at or folder / "project")
    return [*models, *shared, *compile_objects(_with_port(including), [main], folder / "port")]


def _kernel_objects(compiler: Compiler, sources: list[Path], folder: Path) -> list[Path]:
    """Objects of kernels; those that the folder holds already are not made again."""
    objects = {source: folder / f"{source.name}.o" for source in sources}
    missing = [source for source in sources if not objects[source].exists()]
    _compiled_apart(compiler, {source: source.parents[1] / "include" for source in missing}, folder)
    return list(objects.values())


def _compiled_apart(compiler: Compiler, includes: Mapping[Path, Path], folder: Path) -> list[Path]:
    """Objects of sources, each with the headers of its own project only."""

    def compiled(source: Path) -> Path:
        return compile_objects(replace(compiler, include_dirs=(includes[source],)), [source], folder)[0]

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(compiled, includes))


def _with_port(compiler: Compiler) -> Compiler:
    return Compiler(compiler.command, compiler.flags, (*compiler.include_dirs, runtime_dir() / "port"))


def _model_sources(case: Runnable) -> list[Path]:
    return sorted(path for path in (case.folder / "src").glob("*.c") if not path.name.startswith("tc_"))


def _main_text(built: Sequence[Runnable]) -> str:
    includes = "".join(f'#include "{case.name}.h"\n' for case in built)
    arena = max(case.program.arena_bytes for case in built) + 16
    functions = "".join(_case_text(case) for case in built)
    calls = "".join(f"    run_{case.name}();\n" for case in built)
    return _MAIN.format(includes=includes, arena=arena, functions=functions, calls=calls)


def _case_text(case: Runnable) -> str:
    program = case.program
    ins = ", ".join(f"{tensor.type.bytes}u" for tensor in program.inputs) or "0u"
    outs = ", ".join(f"{tensor.type.bytes}u" for tensor in program.outputs)
    name = case.name
    text = _CASE if program.inputs else _CASE_WITHOUT_INPUTS
    return text.format(name=name, prefix=name.upper(), ins=ins, outs=outs)


_MAIN = """#include "port.h"
{includes}
int main(void);
static _Alignas(16) unsigned char arena[{arena}];
static port_file in_file, out_file;
{functions}
int main(void)
{{
    in_file = port_open("input.bin", PORT_READ);
    out_file = port_open("output.bin", PORT_WRITE);
{calls}    port_close(in_file);
    port_close(out_file);
    return 0;
}}
"""
_CASE = """
static void run_{name}(void)
{{
    static const uint32_t in_bytes[] = {{{ins}}};
    static const uint32_t out_bytes[] = {{{outs}}};
    {name}_t model;
    for (unsigned i = 0u; i < sizeof arena; i++) {{
        arena[i] = 0xA5u;
    }}
    if ({name}_init(&model, arena, sizeof arena) != TINYC_OK) {{
        port_fail("{name}: init");
    }}
    for (unsigned i = 0u; i < {prefix}_INPUT_COUNT; i++) {{
        (void)port_read(in_file, {name}_input(&model, i), in_bytes[i]);
    }}
    if ({name}_invoke(&model) != TINYC_OK) {{
        port_fail("{name}: invoke");
    }}
    for (unsigned i = 0u; i < {prefix}_OUTPUT_COUNT; i++) {{
        port_write(out_file, {name}_output(&model, i), out_bytes[i]);
    }}
}}
"""
_INPUTS = """    for (unsigned i = 0u; i < {prefix}_INPUT_COUNT; i++) {{
        (void)port_read(in_file, {name}_input(&model, i), in_bytes[i]);
    }}
"""
_CASE_WITHOUT_INPUTS = _CASE.replace(_INPUTS, "").replace("    static const uint32_t in_bytes[] = {{{ins}}};\n", "")


def _split(built: Sequence[Runnable], folder: Path) -> list[list[Array]]:
    raw, place, found = (folder / "output.bin").read_bytes(), 0, []
    assert len(raw) == sum(case.output_bytes for case in built)
    for case in built:
        found.append(case.outputs(raw[place : place + case.output_bytes]))
        place += case.output_bytes
    return found
