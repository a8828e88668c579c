"""What the report says of each pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.support.command import model
from tinyc.driver import build
from tinyc.host.calibration_data import open_calibration
from tinyc.pass_effects import PassEffect, pass_effects
from tinyc.recipe import parse
from tinyc.report.html import html
from tinyc.report.pass_rows import changed, pass_rows
from tinyc.report.record import Subject, document
from tinyc.targets import load_board

NET = """
net (float[1,8] x) => (float[1,4] y)
<float[4,8] w, float[4] b = {0.1, -0.2, 0.3, 0.4}>
{ d = Gemm <transB = 1> (x, w, b)  y = Relu(d) }
"""


def _net(folder: Path, rng: np.random.Generator) -> Path:
    weights = ", ".join(f"{value:.4f}" for value in rng.normal(size=32))
    return model(NET.replace("[4,8] w", f"[4,8] w = {{{weights}}}"), folder / "net.onnx")


def _built(folder: Path) -> tuple[dict[str, PassEffect], dict[str, object]]:
    rng = np.random.default_rng(7)
    path = _net(folder, rng)
    data = folder / "c.npz"
    np.savez(data, x=rng.normal(size=(16, 8)).astype(np.float32))
    result = build(path, load_board("cortex-m4"), parse("fuse_activation\nquantize(weights=int8)"), calibration=data)
    effects = pass_effects(result, open_calibration(data, result.imported))
    report = document(Subject("net.onnx", "", result.program, result.board, result.notes, None, None, ()))
    for entry, effect in zip(report["passes"], effects, strict=True):
        entry |= effect.as_json()
    return dict(zip((note.name for note in result.notes), effects, strict=True)), report


def test_effects_of_quantising(tmp_path: Path) -> None:
    effects, report = _built(tmp_path)
    exact, lossy = effects["fuse_activation"], effects["quantize"]
    assert exact.sqnr_db is None and exact.total_sqnr_db is None and not exact.layers
    assert lossy.sqnr_db is not None and 20 < lossy.sqnr_db < 70 and lossy.total_sqnr_db == lossy.sqnr_db
    (layer,) = lossy.layers
    assert (layer.layer, layer.bytes_before, layer.bytes_after) == ("dense_0", 144, 48)
    assert layer.sqnr_db is not None and 30 < layer.sqnr_db < 60
    assert lossy.cycles_before == exact.cycles_after != lossy.cycles_after is not None
    steps = changed(report["passes"])  # type: ignore[arg-type]
    assert [row.cells[0] for row in pass_rows(steps)] == ["quantize"]
    page = html(report)
    assert "Layer by layer" in page and f"{lossy.sqnr_db:.1f}" in page


def test_no_data_no_errors(tmp_path: Path) -> None:
    path = _net(tmp_path, np.random.default_rng(7))
    effects = pass_effects(build(path, load_board("cortex-m4")), None)
    assert all(effect.sqnr_db is None and effect.total_sqnr_db is None for effect in effects)
