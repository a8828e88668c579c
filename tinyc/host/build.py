"""A project folder becomes a shared library, or a sanitised program, of this machine."""

from __future__ import annotations

from pathlib import Path

from tinyc.codegen.manifest import Manifest, read_manifest
from tinyc.codegen.render import render
from tinyc.toolchain import Compiler, compile_objects, host_cc, link

CFLAGS = ("-std=c11", "-O2", "-ffp-contract=off", "-DTINYC_PROFILE")
SANITIZERS = ("-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")


def build_library(project_dir: Path, work_dir: Path) -> Path:
    """Compile all sources and the harness to `work_dir/NAME.so`. ToolMissing or ToolFailed from the compiler."""
    manifest = read_manifest(project_dir)
    compiler = _compiler(project_dir, manifest, (*CFLAGS, "-fPIC"))
    objects = _objects(project_dir, manifest, compiler, work_dir)
    flags = ("-shared", "-Wl,-Bsymbolic", *(f"-l{name}" for name in manifest.libs))
    return link(compiler, objects, work_dir / f"{manifest.name}.so", flags=flags)


def build_sanitized(project_dir: Path, work_dir: Path) -> Path:
    """Compile all sources to the program `work_dir/NAME` that stops at the first undefined or out-of-bounds access."""
    manifest = read_manifest(project_dir)
    compiler = _compiler(project_dir, manifest, (*CFLAGS, "-DHOST_MAIN", *SANITIZERS))
    objects = _objects(project_dir, manifest, compiler, work_dir)
    return link(compiler, objects, work_dir / manifest.name, flags=[f"-l{name}" for name in manifest.libs])


def _compiler(project_dir: Path, manifest: Manifest, flags: tuple[str, ...]) -> Compiler:
    folders = tuple((project_dir / name).resolve() for name in manifest.include_dirs)
    return Compiler(tuple(host_cc()), flags, folders)


def _objects(project_dir: Path, manifest: Manifest, compiler: Compiler, work_dir: Path) -> tuple[Path, ...]:
    work_dir.mkdir(parents=True, exist_ok=True)
    harness = work_dir / "host_harness.c"
    harness.write_text(_harness(manifest), encoding="utf-8")
    return compile_objects(compiler, [*(project_dir / name for name in manifest.sources), harness], work_dir / "obj")


def _harness(manifest: Manifest) -> str:
    places = [
        {
            "layer": number,
            "parts": layer.parts,
            "memory": tensor.memory,
            "offset": tensor.offset,
            "num_bytes": tensor.num_bytes,
        }
        for number, layer in enumerate(manifest.layers)
        for tensor in layer.outputs
    ]
    return render(
        "host/harness.c.j2",
        name=manifest.name,
        prefix=manifest.name.upper(),
        arena_bytes=manifest.arena_bytes,
        arena_align=manifest.arena_align,
        layer_outputs=places or [{"layer": 0, "parts": 1, "memory": "arena", "offset": 0, "num_bytes": 0}],
        layer_bytes=layer_bytes(manifest),
        memories=manifest.memories,
        pushed_inputs=[index for index, tensor in enumerate(manifest.inputs) if tensor.pushed],
        bound_inputs=[memory for memory in manifest.memories if memory.role == "input"],
        kept_inputs=", ".join(f"{int(tensor.kept)}" for tensor in manifest.inputs) or "0",
        input_bytes=", ".join(f"{tensor.num_bytes}u" for tensor in manifest.inputs) or "0u",
        output_bytes=", ".join(f"{tensor.num_bytes}u" for tensor in manifest.outputs) or "0u",
        total_input_bytes=manifest.input_bytes,
        total_output_bytes=manifest.output_bytes,
    )


def layer_bytes(manifest: Manifest) -> int:
    """Bytes of all outputs of all layers, for one sample."""
    return sum(tensor.num_bytes for layer in manifest.layers for tensor in layer.outputs)
