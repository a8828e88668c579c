"""The ONNX file that a folder was built from, and the same build made again from it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from tinyc.codegen.manifest import BuiltFrom, Manifest, read_manifest
from tinyc.driver import BuildResult, Options, build
from tinyc.errors import DataError, ModelError
from tinyc.recipe import parse
from tinyc.targets import Board, load_board

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
    if not origin.model_file:
        return None
    near = (project_dir.resolve() / origin.model_file, project_dir.resolve().parent / origin.model_file)
    candidates = (*(path for path in near if path.is_file()), *_below(Path.cwd(), origin.model_file))
    return next((path for path in candidates if _sha256(path) == origin.model_sha256), None)


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


def rebuild(project_dir: Path, model: Path, calibration: Path | None = None) -> BuildResult:
    """The build of a folder, made again in memory. DataError if the folder's files are not the ones that come out."""
    manifest = read_manifest(project_dir)
    origin = manifest.built_from
    recipe = parse(origin.recipe_text, origin.recipe)
    result = build(model, _board(manifest), recipe, _options(origin), calibration)
    for path, content in result.project.files.items():
        if path not in _REPORTS and not _holds(project_dir / path, content):
            raise DataError(f"{project_dir / path} is not what {model.name} gives here", hint="build the model again")
    return result


def _board(manifest: Manifest) -> Board:
    return load_board(manifest.board)


def _options(origin: BuiltFrom) -> Options:
    try:
        return Options(**origin.options)
    except TypeError as error:
        raise DataError(f"manifest.json: unknown options: {error}", hint="build the model again") from error


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and file.read_bytes() == content


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _below(folder: Path, name: str) -> Iterator[Path]:
    """Files of a name below a folder: not in hidden folders, not deep, and not for long."""
    seen = 0
    for root, folders, files in os.walk(folder):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = sorted(entry for entry in folders if not entry.startswith(".") and depth < _MAX_DEPTH)
        seen += len(files)
        if name in files:
            yield Path(root) / name
        if seen > _MAX_FILES:
            return
