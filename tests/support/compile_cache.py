"""One run of the tests compiles nothing twice: objects are kept by the content of all that their compiler reads.

The key of an object is its compiler, the flags, the environment that compilers heed, the source, and every file of ours
that it includes, however deep, found as a compiler finds them. Commands of any other form, sources that do not tell
what they read, and compilations that print anything run as they stand. Nothing outlives the run's folder.
An object may name, in what sanitizers print, an equal source of another folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tinyc.toolchain import ToolResult, find_tool, run_tool

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include(?:[ \t]*"([^"\n]+)"|[ \t]*<([^>\n]+)>|(.*))', re.M)
_NOT_TOLD = re.compile(rb"__has_include|__(?:DATE|TIME|TIMESTAMP|FILE)__|\.incbin|#[ \t]*embed|%:|\?\?=")
_READS_MORE = ("-i", "-fprofile", "-specs", "@", "-B", "-M", "-save-temps")
_ENVIRONMENT = ("CPATH", "C_INCLUDE_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX", "SOURCE_DATE_EPOCH")
_FACTS = (".su", ".ci")
"""What gcc leaves beside an object by -fstack-usage and -fcallgraph-info: texts that name the files which were read."""


class NotTold(Exception):
    """What a compiler reads cannot be told from the text."""


@dataclass(frozen=True, slots=True)
class Job:
    """The command `compiler flags -Ifolder... -c source -o target`."""

    compiler: str
    flags: tuple[str, ...]
    folders: tuple[Path, ...]
    source: Path
    target: Path

    def key_and_files(self) -> tuple[str, list[Path]]:
        """Jobs of one key give one object; `files` are the source and what it includes, of one order for one key."""
        files, texts = [self.source], []
        for file in files:
            texts.append(file.read_bytes())
            for name, quoted in _includes(texts[-1]):
                found = self._find(name, file.parent if quoted else None)
                if found is not None and found not in files:
                    files.append(found)
                texts.append(b"" if found is None else b"%d" % files.index(found))
        words = (_identity(self.compiler), *self.flags, *(os.environ.get(name, "") for name in _ENVIRONMENT))
        return _digest([*map(str.encode, (*words, self.source.name)), *texts]), files

    def _find(self, name: str, beside: Path | None) -> Path | None:
        """The file of that name; None for one of the compiler's own."""
        folders = (*([] if beside is None else [beside]), *self.folders)
        return next((file for folder in folders if (file := folder / name).is_file()), None)

    @property
    def facts(self) -> list[Path]:
        return [self.target.with_suffix(suffix) for suffix in _FACTS]


def job_of(argv: Sequence[str | Path]) -> Job | None:
    """None for any other command."""
    compiler, *words = map(str, argv)
    if len(words) < 4 or words[-4] != "-c" or words[-2] != "-o" or not words[-3].endswith((".c", ".S")):
        return None
    flags = tuple(word for word in words[:-4] if not word.startswith("-I"))
    folders = [word[2:] for word in words[:-4] if word.startswith("-I")]
    if "" in folders or any(flag.startswith(_READS_MORE) or not flag.startswith("-") for flag in flags):
        return None
    return Job(find_tool(compiler), flags, tuple(map(Path, folders)), Path(words[-3]), Path(words[-1]))


@dataclass(frozen=True, slots=True)
class CompileCache:
    """Objects in `folder`, which the processes of one run share."""

    folder: Path

    def run_tool(self, argv: Sequence[str | Path], **how: Any) -> ToolResult:
        """In the place of tinyc.toolchain.run_tool."""
        job = job_of(argv) if how.keys() <= {"timeout"} else None
        if job is None:
            return run_tool(argv, **how)
        try:
            key, files = job.key_and_files()
        except (NotTold, OSError):
            return run_tool(argv, **how)
        kept = self.folder / key
        if kept.is_dir():
            _fetch(job, files, kept)
            return ToolResult("", "", 0)
        done = run_tool(argv, **how)
        if not done.stdout and not done.stderr:
            self._keep(job, files, kept)
        return done

    def _keep(self, job: Job, files: list[Path], kept: Path) -> None:
        made = Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copyfile(job.target, made / "object")
        names = {str(file): _token(number) for number, file in enumerate(files)}
        for facts in job.facts:
            if facts.is_file():
                text = _swapped(facts.read_text(encoding="utf-8"), names)
                (made / facts.suffix).write_text(text, encoding="utf-8")
        try:
            made.rename(kept)
        except OSError:  # another process was quicker
            shutil.rmtree(made)


def _fetch(job: Job, files: list[Path], kept: Path) -> None:
    shutil.copyfile(kept / "object", job.target)
    names = {_token(number): str(file) for number, file in enumerate(files)}
    for facts in job.facts:
        if (kept / facts.suffix).is_file():
            text = (kept / facts.suffix).read_text(encoding="utf-8")
            facts.write_text(_swapped(text, names), encoding="utf-8")


def _token(number: int) -> str:
    return f"\0{number}\0"


def _swapped(text: str, names: dict[str, str]) -> str:
    """Longer names first, because one may begin with another."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return text


@lru_cache(maxsize=1024)
def _includes(text: bytes) -> tuple[tuple[str, bool], ...]:
    """Names behind `#include`, and whether they are quoted. NotTold."""
    if _NOT_TOLD.search(text):
        raise NotTold
    found = _INCLUDE.findall(text)
    if any(not quoted and not angled for quoted, angled, _ in found):
        raise NotTold
    return tuple(((quoted or angled).decode(), bool(quoted)) for quoted, angled, _ in found)


def _digest(parts: Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def _identity(compiler: str) -> str:
    """Name, version and file of a compiler."""
    told = Path(compiler).stat()
    return f"{compiler} {told.st_ino} {told.st_mtime_ns} {told.st_size} {_version(compiler)}"


@cache
def _version(compiler: str) -> str:
    return run_tool([compiler, "--version"]).stdout
