"""The generated C, loaded by cffi and run on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyc.codegen.manifest import Manifest, read_manifest
from tinyc.errors import DataError, ToolFailed
from tinyc.host.build import build_library, layer_bytes

_DECLARATION = "const char *host_run(const uint8_t *in, uint8_t *out, uint8_t *layers, size_t samples);"


@dataclass(frozen=True, slots=True)
class HostResult:
    """Raw bytes: outputs of all samples, and of each sample the outputs of all layers in order (or None)."""

    outputs: bytes
    layers: bytes | None


@dataclass(frozen=True, slots=True)
class HostModel:
    """A compiled model in this process."""

    manifest: Manifest
    ffi: Any
    library: Any

    def run(self, inputs: bytes, samples: int, *, layers: bool = False) -> HostResult:
        """Run `samples` inferences on the bytes of all inputs, sample after sample, in the model's memory order.

        DataError if the number of bytes is wrong; ToolFailed with the status text if the model refuses.
        """
        if len(inputs) != samples * self.manifest.input_bytes:
            raise DataError(f"{len(inputs)} bytes for {samples} samples of {self.manifest.input_bytes} bytes")
        out = bytearray(samples * self.manifest.output_bytes)
        kept = bytearray(samples * layer_bytes(self.manifest)) if layers else None
        error = self.library.host_run(
            self.ffi.from_buffer("uint8_t[]", inputs),
            self.ffi.from_buffer("uint8_t[]", out),
            self.ffi.NULL if kept is None else self.ffi.from_buffer("uint8_t[]", kept),
            samples,
        )
        if error != self.ffi.NULL:
            raise ToolFailed(f"{self.manifest.name}: {self.ffi.string(error).decode()}")
        return HostResult(bytes(out), None if kept is None else bytes(kept))


def load_host_model(project_dir: Path, work_dir: Path) -> HostModel:
    """Compile a project for this machine and load it. ToolMissing or ToolFailed from the compiler."""
    from cffi import FFI

    path = build_library(project_dir, work_dir)
    ffi = FFI()
    ffi.cdef(_DECLARATION)
    return HostModel(read_manifest(project_dir), ffi, ffi.dlopen(str(path.resolve())))


