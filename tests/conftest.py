"""What all tests share: the checkout's root, objects of one run, and golden files that are rewritten on demand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.compile_cache import CompileCache
from tinyc import toolchain

ROOT = Path(__file__).resolve().parent.parent

# Deadlines measure the machine, not the code; the blob repeats a failure elsewhere.
settings.register_profile("tinyc", deadline=None, print_blob=True)
settings.load_profile("tinyc")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files; read the diff")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def digits() -> Path:
    """The folder of the bundled digits CNN: digits_float.onnx, digits_int8.onnx, digits_test.npz."""
    return ROOT / "examples" / "digits"


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session", autouse=True)
def compile_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompileCache]:
    """No worker of this run compiles what another has compiled."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "objects"
    folder.mkdir(exist_ok=True)
    cache = CompileCache(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toolchain, "run_tool", cache.run_tool)
        yield cache
