"""Run a built model on many samples: on this machine through cffi, or on an emulated board."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tinyc.codegen.manifest import Manifest, read_manifest
from tinyc.emulate import Image, build_image, run_image
from tinyc.emulate.twin import emulated
from tinyc.errors import TinycError, did_you_mean
from tinyc.host.model import load_host_model
from tinyc.host.samples import Samples, load_samples, real_outputs, save_outputs, to_bytes
from tinyc.ir.types import Array
from tinyc.report.progress import track

HOST = "host"
QEMU = "qemu"
_CHUNK_SECONDS = 8.0
_MAX_CHUNK = 512
_FIRST_TIMEOUT_SECONDS = 300.0

RunBytes: TypeAlias = Callable[[bytes, int], bytes]
"""Input bytes of a number of samples to their output bytes."""


class UnknownPlace(TinycError):
    """`--on` names something that models cannot run on."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Ran:
    """Outputs of all samples as real numbers [N, *declared shape], by name, and where they were computed."""

    manifest: Manifest
    outputs: dict[str, Array]
    samples: int
    where: str


def run(project_dir: Path, where: str, input_file: Path, output_file: Path | None = None) -> Ran:
    """Run every sample of a file, and write the outputs if a file for them is given. TinycError of any stage."""
    check_place(where)
    manifest = read_manifest(project_dir)
    samples = load_samples(input_file, manifest.inputs)
    ran = run_samples(project_dir, where, samples)
    if output_file is not None:
        save_outputs(output_file, ran.outputs)
    return ran


def run_samples(project_dir: Path, where: str, samples: Samples) -> Ran:
    """Run samples that are in memory already. ToolMissing, ToolFailed."""
    check_place(where)
    manifest = read_manifest(project_dir)
    with tempfile.TemporaryDirectory(prefix="tinyc-run-") as folder:
        place, run_bytes = _runner(project_dir, manifest, where, Path(folder))
        content = run_bytes(to_bytes(samples, manifest.inputs), len(samples))
    return Ran(manifest, real_outputs(content, manifest.outputs, len(samples)), len(samples), place)


def check_place(where: str) -> None:
    """UnknownPlace unless models can run on it."""
    if where.startswith("serial:"):
        raise UnknownPlace(
            f"--on {where}: real boards on a serial port are not supported", hint=f"--on {HOST} or --on {QEMU}"
        )
    if where not in (HOST, QEMU):
        raise UnknownPlace(f'--on "{where}" is no place to run on', hint=did_you_mean(where, (HOST, QEMU)))


def _runner(project_dir: Path, manifest: Manifest, where: str, work_dir: Path) -> tuple[str, RunBytes]:
    if where == HOST:
        model = load_host_model(project_dir, work_dir)
        return "host C", lambda content, count: model.run(content, count).outputs
    board = manifest.target
    machine = emulated(board)
    image = build_image(project_dir, machine, work_dir=work_dir)
    place = f"board C on {machine.name}" + ("" if machine is board else f" with the code of {board.name}")
    return f"{place} (QEMU)", lambda content, count: _in_chunks(image, content, count)


def _in_chunks(image: Image, content: bytes, count: int) -> bytes:
    """One sample first, to learn how long one takes; then chunks of some seconds, each with a time-out to match.

    A model with states runs all its samples at once, as its states end with the image's run.
    """
    per_sample = image.manifest.input_bytes
    if image.manifest.states:
        start = time.monotonic()
        run_image(image, content[:per_sample], 1, timeout=_FIRST_TIMEOUT_SECONDS)
        timeout = 60.0 + 20.0 * count * (time.monotonic() - start)
        return run_image(image, content, count, timeout=timeout).outputs
    outputs, done, chunk, timeout = b"", 0, 1, _FIRST_TIMEOUT_SECONDS
    with track(f"emulating {image.board.name}", count) as advance:
        while done < count:
            chunk = min(chunk, count - done)
            start = time.monotonic()
            piece = content[done * per_sample : (done + chunk) * per_sample]
            outputs += run_image(image, piece, chunk, timeout=timeout).outputs
            seconds = max((time.monotonic() - start) / chunk, 1e-3)
            done += chunk
            advance(chunk)
            chunk = max(1, min(_MAX_CHUNK, int(_CHUNK_SECONDS / seconds)))
            timeout = 60.0 + 20.0 * chunk * seconds
    return outputs
