"""The ONNX file and the data that a folder was built from, and the same build made again from them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tinyc.codegen.manifest import BuiltFrom, Manifest, read_manifest
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import DataError, ModelError
from tinyc.host.calibration_data import fingerprint
from tinyc.recipe import parse

_MAX_FILES = 20_000
_MAX_DEPTH = 6
_REPORTS = ("report.json", "report.html", "README.md", "CMakeLists.txt")


def find_model(manifest: Manifest, project_dir: Path, given: Path | None = None) -> Path | None:
    """The file with the name and the SHA-256 of the model: beside the build, or somewhere below the current folder.

    `given` is taken instead, whatever it holds; ModelError if there is no such file. None if nothing is found.
    """
    origin = manifest.built_from
    if given is not None:
        if not given.is_file():
            raise ModelError(f"{given}: no such file", hint="give the path of the ONNX file with --model")
        return given
    return _found(project_dir, origin.model_file, origin.model_sha256, _sha256) if origin.model_file else None


def original(manifest: Manifest, project_dir: Path, given: Path | None = None) -> Path:
    """As find_model; ModelError if the file cannot be found, or if the given one is another."""
    path, origin = find_model(manifest, project_dir, given), manifest.built_from
    if path is None:
        name = origin.model_file or "the model"
        raise ModelError(f"{name}, from which {project_dir} was built, was not found here", hint="--model FILE")
    if _sha256(path) != origin.model_sha256:
        reason = f"{path} is not the {origin.model_file} that {project_dir} was built from"
        raise ModelError(reason, hint="build the model again, or give its own file with --model")
    return path


def calibration_of(manifest: Manifest, project_dir: Path, given: Path | None = None) -> Path | None:
    """The data that a build was calibrated with, found as its model is; None if it was built without.

    DataError if it cannot be found, or if the given one is other data.
    """
    kept = manifest.built_from.calibration
    if kept is None:
        return None
    path = given if given is not None else _found(project_dir, kept.name, kept.sha256, fingerprint)
    if path is None:
        reason = f"{project_dir} was calibrated with {kept.samples} samples of {kept.name}, which was not found here"
        raise DataError(f"{reason} (SHA-256 {kept.sha256[:12]}...)", hint=f"--calib {kept.name}, with its path")
    if fingerprint(path) != kept.sha256:
        reason = f"{path} is not the {kept.name} that {project_dir} was calibrated with: its SHA-256 differs"
        raise DataError(reason, hint="build the model again, or give its own data with --calib")
    return path


def rebuild(project_dir: Path, model: Path, calibration: Path | None = None) -> BuildResult:
    """The build of a folder, made again in memory. DataError if the folder's files are not the ones that come out.

    Calibration data is looked for as the model is, if it is not given.
    """
    manifest = read_manifest(project_dir)
    origin, calibration = manifest.built_from, calibration_of(manifest, project_dir, calibration)
    recipe = parse(origin.recipe_text, origin.recipe)
    result = build(model, manifest.target, recipe, options_of(origin), calibration)
    for path, content in result.project.files.items():
        if path not in _REPORTS and not _holds(project_dir / path, content):
            raise DataError(f"{project_dir / path} is not what {model.name} gives here", hint="build the model again")
    return result


def options_of(origin: BuiltFrom) -> Options:
    """The options of a build. DataError if the manifest has others than this version knows."""
    try:
        return Options(**origin.options)
    except TypeError as error:
        raise DataError(f"manifest.json: unknown options: {error}", hint="build the model again") from error


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and file.read_bytes() == content


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _found(project_dir: Path, name: str, digest: str, digest_of: Callable[[Path], str]) -> Path | None:
    """What has this name and this digest: beside the build, or somewhere below the current folder."""
    near = (project_dir.resolve() / name, project_dir.resolve().parent / name)
    candidates = (*(path for path in near if path.exists()), *_below(Path.cwd(), name))
    return next((path for path in candidates if _has(path, digest, digest_of)), None)


def _has(path: Path, digest: str, digest_of: Callable[[Path], str]) -> bool:
    try:
        return digest_of(path) == digest
    except (DataError, OSError):
        return False


def _below(folder: Path, name: str) -> Iterator[Path]:
    """Files and folders of a name below a folder: not in hidden folders, not deep, and not for long."""
    seen = 0
    for root, folders, files in os.walk(folder):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = sorted(entry for entry in folders if not entry.startswith(".") and depth < _MAX_DEPTH)
        seen += len(files)
        if name in files or name in folders:
            yield Path(root) / name
        if seen > _MAX_FILES:
            return
