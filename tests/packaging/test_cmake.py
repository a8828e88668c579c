"""The top-level CMakeLists.txt builds every kernel, without a warning, for the host."""

from __future__ import annotations

from pathlib import Path

from tests.packaging.conftest import run


def test_all_kernels_build(root: Path, tmp_path: Path) -> None:
    run("cmake", "-S", root, "-B", tmp_path, "-DCMAKE_C_FLAGS=-Werror", "-DCMAKE_BUILD_TYPE=Debug", cwd=tmp_path)
    run("cmake", "--build", tmp_path, "--parallel", "2", cwd=tmp_path)
    members = run("ar", "t", tmp_path / "libtinyc_kernels.a", cwd=tmp_path).splitlines()
    sources = sorted(file.name for file in (root / "runtime_c" / "kernels").glob("*/*.c"))
    assert sorted(member.removesuffix(".o") for member in members) == sources
