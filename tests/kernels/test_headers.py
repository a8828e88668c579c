"""The headers that declare kernels go into one file: a model may call any of them together."""

from __future__ import annotations

import subprocess
from pathlib import Path

import tinyc.kernels  # noqa: F401  registers the records
from tinyc.codegen.sources import declaring_header, include_dir
from tinyc.kernels.record import KERNELS


def test_no_name_is_declared_twice(tmp_path: Path) -> None:
    names = [kernel.name for kernel in KERNELS.values() if not kernel.is_view]
    headers = sorted({declaring_header(name) for name in names} | {"stream.h"})
    source = tmp_path / "all.c"
    source.write_text("".join(f'#include "tinyc/{name}"\n' for name in headers))
    command = ["gcc", "-std=c11", "-fsyntax-only", f"-I{include_dir().parent}", str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[:3000]
