"""Emulated boards: build an image of a project, run it under QEMU, count its instructions."""

from tinyc.emulate.image import Harness, Image, build_image
from tinyc.emulate.manifest import Layer, Manifest, Tensor, read_manifest
from tinyc.emulate.run import LayerOutput, RunResult, Segment, run_elf, run_image

__all__ = [
    "Harness",
    "Image",
    "Layer",
    "LayerOutput",
    "Manifest",
    "RunResult",
    "Segment",
    "Tensor",
    "build_image",
    "read_manifest",
    "run_elf",
    "run_image",
]
