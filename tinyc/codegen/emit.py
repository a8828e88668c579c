"""Program to project: every file of the output folder except the reports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tinyc.codegen import integrity
from tinyc.codegen.bodies import conversion_lines, lookup_lines, reset_lines
from tinyc.codegen.integrity import Integrity
from tinyc.codegen.literals import string_literal
from tinyc.codegen.manifest import CalibrationFile
from tinyc.codegen.memories import memory_words
from tinyc.codegen.port import Port, ports, state_ports
from tinyc.codegen.project import Project
from tinyc.codegen.render import render
from tinyc.codegen.sources import declaring_header, headers_of, include_dir, kernel_path, uses_math
from tinyc.codegen.stream_view import push_words, stream_step, stream_view
from tinyc.codegen.view import call_parameters, call_step, constant_view
from tinyc.lower.program import Program, Role
from tinyc.lower.program_stream import Stage
from tinyc.targets import Board
from tinyc.version import __version__

SCHEMA = 1
_STATUS = "status/tc_status_text.c"
_NEEDS_MATH = re.compile(r"\b(INFINITY|NAN)\b")
_ALWAYS = ("status.h", "convert.h", "layer_hook.h")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a program came from: file name and sha256 of the model, recipe name, sha256 and effective text.

    `options` are those of the driver, as JSON values: the model, the recipe, they and the `calibration` data, if passes
    have read it, make the same build again. `float_inputs`: the inputs that the model itself declares as floats.
    """

    model_file: str
    model_sha256: str
    recipe: str
    recipe_sha256: str
    recipe_text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    calibration: CalibrationFile | None = None
    float_inputs: frozenset[str] = frozenset()


def emit(program: Program, board: Board, origin: Origin, check: Integrity = Integrity.NONE) -> Project:
    """The C project; deterministic. `check`: what NAME_init makes sure of."""
    kernel_sources = sorted({source for call in program.calls for source in call.sources} | {_STATUS} | _checks(check))
    paths = [kernel_path(source) for source in kernel_sources]
    words = _words(program, board, origin) | _check_words(program, check)
    files = {f"src/{Path(source).name}": path.read_bytes() for source, path in zip(kernel_sources, paths, strict=True)}
    always = [include_dir() / name for name in _ALWAYS]
    for name in {*headers_of(paths), *headers_of(always), *_ALWAYS, *_call_headers(program), *_sections(program)}:
        files[f"include/tinyc/{name}"] = (include_dir() / name).read_bytes()
    files |= _model_files(program, words)
    sources = sorted(path for path in files if path.startswith("src/") and path.endswith((".c", ".S")))
    libs = ["m"] if uses_math(paths) else []
    words |= {"sources": sources, **_build_words(sources, libs, program.name)}
    for name in ("CMakeLists.txt", "README.md"):
        files[name] = render(f"model/{name}.j2", **words).encode()
    files["manifest.json"] = _json(_manifest(program, board, origin, sources, libs))
    return Project(program.name, dict(sorted(files.items())))


def _checks(check: Integrity) -> set[str]:
    return {integrity.SOURCE} if check is Integrity.CRC32 else set()


def _check_words(program: Program, check: Integrity) -> dict[str, Any]:
    if check is Integrity.NONE or not program.constants:
        return {"crc32": "", "headers": _call_headers(program)}
    headers = sorted({*_call_headers(program), integrity.HEADER})
    return {"crc32": f"{integrity.crc32_text(program)}u", "headers": headers}


def _model_files(program: Program, words: dict[str, Any]) -> dict[str, bytes]:
    name = program.name
    targets = {f"include/{name}.h": "header.h", f"src/{name}.c": "model.c", f"src/{name}_io.c": "io.c"}
    if program.constants:
        targets |= {f"src/{name}_weights.h": "weights.h", f"src/{name}_weights.c": "weights.c"}
    return {path: _rendered(f"model/{template}.j2", words) for path, template in targets.items()}


def _rendered(template: str, words: dict[str, Any]) -> bytes:
    """The file, with <math.h> if it says INFINITY or NAN."""
    text = render(template, **words, math_include="")
    if _NEEDS_MATH.search(text):
        text = render(template, **words, math_include="\n#include <math.h>")
    return text.encode()


def _call_headers(program: Program) -> list[str]:
    """Headers that the model's own source includes: one for each kernel, the layer hook, math.h is theirs."""
    streams = {"stream.h"} if program.streams else set()
    return sorted({declaring_header(call.kernel) for call in program.calls} | {"layer_hook.h"} | streams)


def _sections(program: Program) -> list[str]:
    """The header that weights in sections of their own need."""
    return ["section.h"] if any(constant.section for constant in program.constants) else []


def _section_lines(program: Program) -> list[str]:
    """For README.md: what a linker script and start-up code have to do for constants outside flash."""
    found: dict[tuple[str, str], list[int]] = {}
    for constant in program.constants:
        if constant.section:
            found.setdefault((constant.section, constant.region), []).append(constant.bytes)
    return [
        f"constants in sections `{section}.*`, {sum(sizes):,} bytes: the linker script puts them into `{region}`"
        + ("" if section.startswith(".flash") else ", loaded from flash and copied by start-up")
        for (section, region), sizes in sorted(found.items())
    ]


def _words(program: Program, board: Board, origin: Origin) -> dict[str, Any]:
    inputs, outputs = ports(program)
    name, prefix = program.name, program.name.upper()
    steps = _steps(program)
    return {
        "name": name,
        "prefix": prefix,
        "version": __version__,
        "model_file": origin.model_file,
        "board_title": board.title,
        "cflags": " ".join(board.core.cflags),
        "arena_bytes": max(program.arena_bytes, 1),
        "arena_align": program.arena_align,
        "constant_bytes": sum(constant.bytes for constant in program.constants),
        "inputs": inputs,
        "outputs": outputs,
        "states": state_ports(program),
        "reset_lines": reset_lines(program),
        "string_include": "\n#include <string.h>" if any("memset" in line for line in reset_lines(program)) else "",
        "input_lookup": lookup_lines(name, inputs),
        "output_lookup": lookup_lines(name, outputs),
        "quantize_lines": conversion_lines(inputs, [port.quantize for port in inputs]),
        "dequantize_lines": conversion_lines(outputs, [port.dequantize for port in outputs]),
        "weights_include": f'#include "{name}_weights.h"' if program.constants else "",
        "section_lines": _section_lines(program),
        "section_include": '\n#include "tinyc/section.h"' if _sections(program) else "",
        "call_count": len(program.calls),
        "parameters": [item for call in program.calls for item in call_parameters(program, call)],
        "streams": [stream_view(program, stream) for stream in program.streams],
        "steps": steps,
        **push_words(program),
        "constants": [constant_view(program, constant) for constant in program.constants],
        "info": _info(board, origin),
        "example_arguments": _example_arguments(inputs, outputs),
        **memory_words(program, [line for step in steps for line in step["lines"]]),
    }


def _steps(program: Program) -> list[dict[str, Any]]:
    """What NAME_invoke does: calls, and streams in the place of theirs."""
    streams = {stream.name: stream_step(program, stream) for stream in program.streams}
    steps = [
        call_step(program, call, number) if call.stage is None else streams.pop(call.stage.stream, None)
        for number, call in enumerate(program.calls)
    ]
    return [step for step in steps if step is not None]


def _info(board: Board, origin: Origin) -> str:
    text = (
        f"tinyc {__version__}; model {origin.model_file} sha256 {origin.model_sha256}; board {board.name}; "
        f"recipe {origin.recipe} sha256 {origin.recipe_sha256}"
    )
    return string_literal(text)


def _example_arguments(inputs: list[Port], outputs: list[Port]) -> str:
    reads = [f"{_const(port)}{port.c_type} *{port.argument}" for port in inputs]
    return ", ".join(reads + [f"{port.c_type} *{port.argument}" for port in outputs])


def _const(port: Port) -> str:
    return "" if port.is_bound and not port.is_kept else "const "


def _build_words(sources: list[str], libs: list[str], name: str) -> dict[str, str]:
    links = " ".join(f"-l{lib}" for lib in libs)
    return {
        "assembly_language": " ASM" if any(source.endswith(".S") for source in sources) else "",
        "link_line": f"target_link_libraries({name} PUBLIC {links})" if links else "",
    }


def _manifest(
    program: Program, board: Board, origin: Origin, sources: list[str], libs: list[str]
) -> dict[str, Any]:
    inputs, outputs = ports(program)
    return {
        "schema": SCHEMA,
        "name": program.name,
        "prefix": program.name,
        "board": board.name,
        "sources": sources,
        "include_dirs": ["include"],
        "cflags": list(board.core.cflags),
        "libs": libs,
        "inputs": [
            {**_bindable(port), "kept": port.is_kept, "float_in_model": port.name in origin.float_inputs}
            for port in inputs
        ],
        "outputs": [_bindable(port) for port in outputs],
        "states": [
            {**_port(port), "offset": port.offset, "output": state.output}
            for port, state in zip(state_ports(program), program.states, strict=True)
        ],
        "arena_bytes": max(program.arena_bytes, 1),
        "arena_align": program.arena_align,
        "regions": [
            {"name": memory.name, "region": memory.value, "bytes": memory.bytes, "align": memory.align}
            for memory in program.memories
            if memory.role is Role.REGION
        ],
        "constants_crc32": integrity.crc32_text(program),
        "layers": [_layer(program, number) for number in range(len(program.calls))],
        "versions": {"tinyc": __version__},
        "hashes": {"model": origin.model_sha256, "recipe": origin.recipe_sha256},
        "model_file": origin.model_file,
        "recipe": origin.recipe,
        "recipe_text": origin.recipe_text.splitlines(),
        "options": dict(origin.options),
        "calibration": None if origin.calibration is None else asdict(origin.calibration),
        "board_text": board.text.splitlines(),
    }


def _port(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "dtype": port.type.dtype.numpy.name,
        "shape": list(port.type.shape),
        "layout": port.type.layout.value,
        "memory_shape": list(port.dims),
        "scale": None if port.type.quant is None else port.scale,
        "zero_point": None if port.type.quant is None else port.zero_point,
        "bytes": port.bytes,
    }


def _bindable(port: Port) -> dict[str, Any]:
    return {**_port(port), "bound": port.is_bound, "align": port.align, "pushed": port.is_pushed}


def _layer(program: Program, number: int) -> dict[str, Any]:
    """Of a call. `parts`: how often it runs. Of layers that work row by row only a stream's last one leaves its output
    whole.
    """
    call = program.calls[number]
    whole = call.stage is None or any(stream.last == number for stream in program.streams)
    return {
        "name": call.name,
        "source": call.source,
        "op": call.kind,
        "kernel": call.kernel,
        "parts": 1 if call.stage is None else _parts(program, call.stage),
        "outputs": [
            {
                "name": tensor.name,
                "memory": tensor.memory,
                "offset": tensor.offset,
                "bytes": tensor.type.bytes,
                "dtype": tensor.type.dtype.numpy.name,
                "shape": list(tensor.type.shape),
                "layout": tensor.type.layout.value,
            }
            for tensor in (call.outputs if whole else ())
        ],
    }


def _parts(program: Program, stage: Stage) -> int:
    (stream,) = (one for one in program.streams if one.name == stage.stream)
    return -(-stream.lines[stage.line].rows // stage.group) * max(len(stream.strips), 1)


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
