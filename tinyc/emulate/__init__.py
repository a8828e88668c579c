"""Emulated boards: build an image of a project, run it under QEMU, count its instructions."""

from tinyc.codegen.manifest import Layer, Manifest, Tensor, read_manifest
from tinyc.emulate.image import Harness, Image, build_image
from tinyc.emulate.profile import CYCLE_MODEL, Cost, Profile, profile_project
from tinyc.emulate.run import LayerOutput, RunResult, Segment, run_elf, run_image

__all__ = [
    "CYCLE_MODEL",
    "Cost",
    "Harness",
    "Image",
    "Layer",
    "LayerOutput",
    "Manifest",
    "Profile",
    "RunResult",
    "Segment",
    "Tensor",
    "build_image",
    "profile_project",
    "read_manifest",
    "run_elf",
    "run_image",
]
