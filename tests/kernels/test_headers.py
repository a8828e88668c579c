"""The headers that declare kernels go into one file: a model may call any of them together."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import tinyc.kernels  # noqa: F401  registers the records
from tinyc.codegen.sources import include_dir
from tinyc.kernels.record import KERNELS


def test_no_name_is_declared_twice(tmp_path: Path) -> None:
    called = {kernel.name for kernel in KERNELS.values() if not kernel.is_view}
    found = {path.name: re.findall(r"\b(tc_\w+)\(", path.read_text()) for path in sorted(include_dir().glob("*.h"))}
    headers = [name for name, functions in found.items() if not called.isdisjoint(functions)]
    assert len(headers) > 50
    source = tmp_path / "all.c"
    source.write_text("".join(f'#include "tinyc/{name}"\n' for name in ["stream.h", *headers]))
    command = ["gcc", "-std=c11", "-fsyntax-only", f"-I{include_dir().parent}", str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[:3000]
