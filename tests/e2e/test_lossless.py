"""Recipe `lossless`: other bytes, the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import build
from tinyc.host.samples import load_samples
from tinyc.ir.types import Array
from tinyc.recipe import load_recipe
from tinyc.run import HOST, run_samples
from tinyc.targets import load_board


def built(recipe: str, digits: Path, folder: Path) -> tuple[int, dict[str, Array]]:
    """Bytes of constants, and outputs in host C."""
    result = build(digits / "digits_int8.onnx", load_board("cortex-m4"), load_recipe(recipe))
    write(result.project, folder)
    samples = load_samples(digits / "digits_test.npz", read_manifest(folder).inputs)
    constants = sum(result.program.constant_bytes(role) for role in ("weights", "tables"))
    return constants, dict(run_samples(folder, HOST, samples).outputs)


def test_fewer_bytes_the_same_outputs(digits: Path, tmp_path: Path) -> None:
    plain, wanted = built("float", digits, tmp_path / "plain")
    small, outputs = built("lossless", digits, tmp_path / "small")
    assert small < plain
    assert outputs.keys() == wanted.keys()
    for name, array in outputs.items():
        assert len(np.unique(array)) > 1
        np.testing.assert_array_equal(array, wanted[name])
