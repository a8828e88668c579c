"""A project folder becomes a bare-metal image: start-up code, harness and generated C in one ELF file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tinyc import resources
from tinyc.codegen.manifest import Manifest, read_manifest
from tinyc.codegen.render import render
from tinyc.targets import Board
from tinyc.toolchain import Compiler, compile_objects, link

STACK_WATCH_BYTES = 16 * 1024
"""How deep the harness looks for used stack; deeper use ends the program with a message."""

_LINK_FLAGS = ("-nostartfiles", "-Wl,--nmagic", "-Wl,--gc-sections", "-Wl,--fatal-warnings")
_LIBRARIES = ("-lc", "-lgcc")
BASE_CFLAGS = ("-std=c11", "-ffunction-sections", "-fdata-sections")
STACK_FACTS = ("-fstack-usage", "-fcallgraph-info")
"""The compiler leaves what it knows of frames and calls beside each object: .su and .ci files."""
PORT_CFLAGS = (*BASE_CFLAGS, "-fno-tree-loop-distribute-patterns")
"""Start-up code and harness call no library function, which would be counted as the model's."""
DEFAULT_OPTIMIZATION = "-O2"


class Harness(Enum):
    """What the image does beside running the model on every sample."""

    RUN = "run"
    """Nothing: the code as the user gets it. Counts are of whole inferences."""
    LAYERS = "layers"
    """Writes each layer's outputs to a file."""
    PROFILE = "profile"
    """Counts each layer."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The harness's files in `runtime_c/port/`."""
        return ("harness_main.c", *_HARNESS_SOURCES[self])

    @property
    def defines(self) -> tuple[str, ...]:
        """The compiler's flags that switch the generated code's hooks on."""
        return () if self is Harness.RUN else ("-DTINYC_PROFILE",)


_HARNESS_SOURCES = {
    Harness.RUN: ("harness_run.c",),
    Harness.LAYERS: ("harness_layers.c",),
    Harness.PROFILE: ("harness_profile.c", "harness_calibrate.c"),
}


@dataclass(frozen=True, slots=True)
class Image:
    """A linked program for a board."""

    elf: Path
    work_dir: Path
    board: Board
    manifest: Manifest
    harness: Harness


def build_image(
    project_dir: Path,
    board: Board,
    *,
    work_dir: Path,
    harness: Harness | str = Harness.RUN,
    optimization: str = DEFAULT_OPTIMIZATION,
) -> Image:
    """Compile and link what `tinyc build` left in `project_dir` for `board`, in `work_dir/<harness>/`.

    Raises ToolMissing, ToolFailed (the compiler's or linker's last lines) and DataError (no such project).
    """
    kind = Harness(harness)
    manifest = read_manifest(project_dir)
    folder = work_dir.resolve() / kind.value
    folder.mkdir(parents=True, exist_ok=True)
    model_c = folder / "model.c"
    model_c.write_text(_model_source(manifest, board), encoding="utf-8")
    port = resources.runtime_dir() / "port"
    include_dirs = [project_dir / name for name in manifest.include_dirs]
    compiler = board_compiler(board, (optimization, *BASE_CFLAGS, *STACK_FACTS, *kind.defines), include_dirs)
    harness_flags = (DEFAULT_OPTIMIZATION, *PORT_CFLAGS, *kind.defines)
    harness_compiler = board_compiler(board, harness_flags, [*include_dirs, port])
    objects = (
        *compile_objects(compiler, [project_dir / name for name in manifest.sources], folder / "project"),
        *compile_objects(harness_compiler, [model_c, *(port / name for name in kind.sources)], folder / "port"),
    )
    elf = link_image(board, folder, objects, libraries=[f"-l{name}" for name in manifest.libs])
    return Image(elf, folder, board, manifest, kind)


def board_compiler(board: Board, flags: Sequence[str], include_dirs: Sequence[Path] = ()) -> Compiler:
    """The board's cross compiler with its core's flags, then `flags`."""
    folders = tuple(path.resolve() for path in include_dirs)
    return Compiler((board.core.compiler,), (*board.core.cflags, *flags), folders)


def link_image(board: Board, folder: Path, objects: Sequence[Path], *, libraries: Sequence[str] = ()) -> Path:
    """Link objects in `folder/port/` and `folder/project/` with the board's start-up code to `folder/image.elf`.

    One of them has `main`. The linker script tells start-up code and harness (port) from the model (project).
    """
    port = resources.runtime_dir() / "port"
    compiler = board_compiler(board, (DEFAULT_OPTIMIZATION, *PORT_CFLAGS), [port])
    own = sorted(path for path in (port / board.core.architecture.value).iterdir() if path.suffix in (".c", ".S"))
    startup = compile_objects(compiler, [*own, port / "semihosting.c"], folder / "port")
    (folder / "image.ld").write_text(linker_script(board), encoding="utf-8")
    return _link(board, folder, "image.elf", (*startup, *objects), libraries)


def link_with(image: Image, name: str, flags: Sequence[str]) -> Path:
    """Link an image's objects once more, to the file `name` beside it, with further flags of the linker."""
    objects = [*sorted((image.work_dir / "port").glob("*.o")), *sorted((image.work_dir / "project").glob("*.o"))]
    libraries = [f"-l{library}" for library in image.manifest.libs]
    return _link(image.board, image.work_dir, name, objects, libraries, flags)


def _link(
    board: Board, folder: Path, name: str, objects: Sequence[Path], libraries: Sequence[str], more: Sequence[str] = ()
) -> Path:
    relative = [path.relative_to(folder) for path in objects]
    flags = (*_LINK_FLAGS, *more, "-T", "image.ld", *libraries, *_LIBRARIES)
    link(board_compiler(board, ()), relative, Path(name), flags=flags, cwd=folder)
    return folder / name


def linker_script(board: Board) -> str:
    """The board's memory map as text for the GNU linker."""
    return render(
        "port/image.ld.j2",
        board=board.name,
        regions=board.regions,
        vectors=board.vectors.name,
        extra_ram=board.ram_regions[1:],
        extra_flash=board.flash_regions[1:],
        stack_bytes=board.budget.stack_bytes,
        stack_watch_bytes=STACK_WATCH_BYTES,
    )


def _model_source(manifest: Manifest, board: Board) -> str:
    own_sections = {f".region.{region.name}" for region in board.ram_regions[1:]}
    layer_outputs = [
        {
            "layer": number,
            "output": index,
            "parts": layer.parts,
            "memory": tensor.memory,
            "offset": tensor.offset,
            "num_bytes": tensor.num_bytes,
        }
        for number, layer in enumerate(manifest.layers)
        for index, tensor in enumerate(layer.outputs)
        if tensor.offset is not None
    ]  # fmt: skip
    # C has no empty arrays: a model without layers still gets one row, which the count leaves out.
    closing = {"layer": 0, "output": 0, "parts": 1, "memory": "arena", "offset": 0, "num_bytes": 0}
    return render(
        "port/model.c.j2",
        name=manifest.name,
        prefix=manifest.prefix,
        macros=manifest.prefix.upper(),
        arena_bytes=max(manifest.arena_bytes, 1),
        arena_align=manifest.arena_align,
        inputs=manifest.inputs,
        outputs=manifest.outputs,
        input_count=len(manifest.inputs),
        output_count=len(manifest.outputs),
        memories=manifest.memories,
        sections={m.name: f'__attribute__((section("{m.section}")))' for m in manifest.memories
                  if m.section in own_sections},
        pushed_inputs=[
            {"index": index, "num_bytes": tensor.num_bytes}
            for index, tensor in enumerate(manifest.inputs)
            if tensor.pushed
        ],
        bound_inputs=[memory for memory in manifest.memories if memory.role == "input"],
        layer_outputs=[*layer_outputs, closing],
        layer_output_count=len(layer_outputs),
    )  # fmt: skip
