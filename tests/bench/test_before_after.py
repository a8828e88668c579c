"""The table of fast kernels: its layers name kernels that there are; rows that were not measured again stay."""

from __future__ import annotations

from benchmarks.before_after import HEADS, ROOT, fast_kernels, page_of
from benchmarks.layers import LAYERS

OLD = ["`tc_max_pool_s8_dsp`", "small", "cortex-m4", "cycles", "`tc_max_pool_s8_ref`", "20", "10", "2.0"]
GONE = ["`tc_no_such_kernel_dsp`", *OLD[1:]]
NEW = [*OLD[:1], "large", *OLD[2:]]
BETTER = [*OLD[:6], "5", "4.0"]


def text(*lines: list[str]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def test_layers_name_fast_kernels() -> None:
    named = [name for layer in LAYERS for name in layer.kernels]
    assert set(named) <= set(fast_kernels())


def test_rows_of_other_layers_stay() -> None:
    kernels = {
        "tc_max_pool_s8_dsp": fast_kernels()["tc_max_pool_s8_dsp"],
        "tc_lut_s8_mve": fast_kernels()["tc_lut_s8_mve"],
    }
    made = page_of([NEW, BETTER], text(OLD, GONE), kernels)
    assert text(list(HEADS), ["---"] * len(HEADS), NEW, BETTER) in made
    assert "tc_no_such_kernel_dsp" not in made
    assert made.endswith("Not in this table: `tc_lut_s8_mve`.\n")


def test_the_page_tells_of_kernels_that_there_are() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `tc_")}
    assert rows <= set(fast_kernels())
    assert rows
