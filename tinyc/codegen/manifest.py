"""The part of a project's `manifest.json` that building and running an image needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tinyc.errors import DataError
from tinyc.ir.types import DType, Layout, Quant, TensorType
from tinyc.lower.program import ARENA
from tinyc.targets import Board, load_board, read_board

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input, an output, or a layer's result, in the shape that the model declares; `layout` is its order in memory.

    `offset` is its place in `memory`, known for layers only; `scale` and `zero_point` are those of quantised inputs
    and outputs. `float_in_model`: an input that the ONNX file takes as floats, whatever the C takes. `bound`: it lies
    in memory of the caller, which starts at a multiple of `align`. `kept`: an input that is not written over.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    layout: str
    num_bytes: int
    offset: int | None = None
    scale: float | None = None
    zero_point: int | None = None
    float_in_model: bool = False
    memory: str = ARENA
    bound: bool = False
    pushed: bool = False
    kept: bool = False
    align: int = 1

    @property
    def type(self) -> TensorType:
        """The same as a type of the graph."""
        quant = None if self.scale is None else Quant.per_tensor(self.scale, self.zero_point or 0)
        return TensorType(DType.of(self.dtype), self.shape, Layout(self.layout), quant)


@dataclass(frozen=True, slots=True)
class Layer:
    """One call of a kernel, in the order of `Manifest.layers`, which is the number its profiling hook gets. `parts`:
    how often it is called, a part of its rows at a time.
    """

    name: str
    op: str
    kernel: str
    outputs: tuple[Tensor, ...]
    parts: int = 1


@dataclass(frozen=True, slots=True)
class BoundMemory:
    """Memory that a caller binds before a run. `statement` does it, for a pointer `model` to the handle."""

    name: str
    role: str
    index: int
    num_bytes: int
    align: int
    statement: str
    section: str = ""
    """Of the linker, for a region of the board."""


@dataclass(frozen=True, slots=True)
class RegionArena:
    """An arena beside the first one, in the board's memory region of this name."""

    name: str
    region: str
    num_bytes: int
    align: int


@dataclass(frozen=True, slots=True)
class CalibrationFile:
    """The data that a build was calibrated with: name without folder (of a file, or of a folder of files), the SHA-256
    that `tinyc.host.calibration_data.fingerprint` gives it, and how many samples it holds.
    """

    name: str
    sha256: str
    samples: int


@dataclass(frozen=True, slots=True)
class BuiltFrom:
    """What the build was made of: enough to make it again from the model's file.

    `model_file` is the file's name without its folder, `recipe_text` the effective recipe, `options` those of the
    driver, `calibration` the data that its passes read. Empty texts where a manifest does not say.
    """

    model_file: str = ""
    model_sha256: str = ""
    recipe: str = ""
    recipe_text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    calibration: CalibrationFile | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A built model: its sources relative to the project folder, its data, its layers and its origin.

    `states` stay in the arena from one execution to the next. `board_text` is the board's file, empty where a manifest
    does not say: then the board is known by its name.
    """

    name: str
    prefix: str
    board: str
    sources: tuple[str, ...]
    include_dirs: tuple[str, ...]
    libs: tuple[str, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    arena_bytes: int
    arena_align: int
    layers: tuple[Layer, ...]
    built_from: BuiltFrom = BuiltFrom()
    states: tuple[Tensor, ...] = ()
    board_text: str = ""
    regions: tuple[RegionArena, ...] = ()

    @property
    def target(self) -> Board:
        """The board that it was built for. BoardError if its description has been damaged."""
        return read_board(self.board_text, self.board) if self.board_text else load_board(self.board)

    @property
    def memories(self) -> tuple[BoundMemory, ...]:
        """What has to be bound before a run, in the order of `NAME.h`."""
        regions = [
            BoundMemory(region.name, "region", index, region.num_bytes, region.align,
                        f"{self.prefix}_bind_region(model, {index}u, {region.name}, sizeof {region.name})",
                        f".region.{region.region}")
            for index, region in enumerate(self.regions, 1)
        ]  # fmt: skip
        ports = [(role, *port) for role in ("input", "output") for port in enumerate(getattr(self, f"{role}s"))]
        bound = [
            BoundMemory(f"{role}_{index}", role, index, max(tensor.num_bytes, 1), tensor.align,
                        f"{self.prefix}_bind_{role}(model, {index}u, {role}_{index})")
            for role, index, tensor in ports if tensor.bound
        ]  # fmt: skip
        return (*bound, *regions)

    @property
    def input_bytes(self) -> int:
        """Bytes of one sample: all inputs."""
        return sum(tensor.num_bytes for tensor in self.inputs)

    @property
    def output_bytes(self) -> int:
        """Bytes of one result: all outputs."""
        return sum(tensor.num_bytes for tensor in self.outputs)


def read_manifest(project_dir: Path) -> Manifest:
    """The manifest of a project folder; DataError if the folder is not one of this schema."""
    file = project_dir / "manifest.json"
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"{project_dir} is not a folder made by tinyc build: no manifest.json", hint="tinyc build MODEL.onnx -o DIR"
        ) from error
    try:
        return _manifest(json.loads(text))
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise DataError(f"{file}: damaged: {error!r}", hint="build the model again") from error


def _manifest(values: Mapping[str, Any]) -> Manifest:
    if values["schema"] != SCHEMA:
        raise DataError(f"manifest schema {values['schema']}, this tinyc reads {SCHEMA}", hint="build the model again")
    return Manifest(
        name=values["name"],
        prefix=values["prefix"],
        board=values["board"],
        sources=tuple(values["sources"]),
        include_dirs=tuple(values["include_dirs"]),
        libs=tuple(values["libs"]),
        inputs=tuple(map(_tensor, values["inputs"])),
        outputs=tuple(map(_tensor, values["outputs"])),
        arena_bytes=values["arena_bytes"],
        arena_align=values["arena_align"],
        layers=tuple(map(_layer, values["layers"])),
        built_from=_built_from(values),
        states=tuple(map(_tensor, values.get("states", ()))),
        board_text=_text(values.get("board_text", ())),
        regions=tuple(RegionArena(r["name"], r["region"], r["bytes"], r["align"]) for r in values.get("regions", ())),
    )


def _built_from(values: Mapping[str, Any]) -> BuiltFrom:
    return BuiltFrom(
        model_file=values.get("model_file", ""),
        model_sha256=values.get("hashes", {}).get("model", ""),
        recipe=values.get("recipe", ""),
        recipe_text=_text(values.get("recipe_text", ())),
        options=values.get("options", {}),
        calibration=CalibrationFile(**values["calibration"]) if values.get("calibration") else None,
    )


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _layer(values: Mapping[str, Any]) -> Layer:
    outputs = tuple(map(_tensor, values["outputs"]))
    return Layer(values["name"], values["op"], values["kernel"], outputs, values.get("parts", 1))


def _tensor(values: Mapping[str, Any]) -> Tensor:
    return Tensor(
        name=values["name"],
        dtype=values["dtype"],
        shape=tuple(values["shape"]),
        layout=values["layout"],
        num_bytes=values["bytes"],
        offset=values.get("offset"),
        scale=values.get("scale"),
        zero_point=values.get("zero_point"),
        float_in_model=values.get("float_in_model", False),
        memory=values.get("memory", ARENA),
        bound=values.get("bound", False),
        pushed=values.get("pushed", False),
        kept=values.get("kept", False),
        align=values.get("align", 1),
    )
