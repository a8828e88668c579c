"""A project: the files that a build leaves, as bytes. It appears on disk whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinyc.errors import OutputError

MARK = "manifest.json"


@dataclass(frozen=True, slots=True)
class Project:
    """Path below the output folder -> content. Equal inputs give equal bytes."""

    name: str
    files: Mapping[str, bytes]

    def with_files(self, more: Mapping[str, bytes]) -> Project:
        return Project(self.name, {**self.files, **more})


def write(project: Project, folder: Path) -> None:
    """Replace `folder` by the project in one step. OutputError if it cannot be written, or holds something else than
    an earlier build; then nothing has changed.
    """
    _refuse_foreign(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}", hint="choose another folder with -o") from error
    try:
        _fill(staging / "new", project)
        if folder.exists():
            folder.rename(staging / "old")
        (staging / "new").rename(folder)
    except OSError as error:
        if (staging / "old").exists() and not folder.exists():
            (staging / "old").rename(folder)
        raise OutputError(f"{folder}: {error.strerror}", hint="choose another folder with -o") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace single files of a written project, each in one step. OutputError."""
    for path, content in files.items():
        target = folder / path
        try:
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-", delete=False) as stream:
                stream.write(content)
            Path(stream.name).chmod(0o644)
            Path(stream.name).replace(target)
        except OSError as error:
            raise OutputError(f"{target}: {error.strerror}") from error


def _refuse_foreign(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise OutputError(f"{folder} exists and is not an earlier build of tinyc", hint="choose another folder with -o")
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} exists and is not a folder", hint="choose another folder with -o")


def _fill(folder: Path, project: Project) -> None:
    for path, content in project.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
