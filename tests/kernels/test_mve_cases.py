"""Kernels for cores with MVE, on the host under sanitizers and on a board: every eighth of the cases around the
tiles of all fast kernels, and cases around the tiles of these: 16 lanes, two rows, eight outputs of a line.
"""

from __future__ import annotations

from pathlib import Path

from tests.cases.case import Case, x
from tests.kernels.test_cases_on_host import check
from tests.support.case_models import families, variants
from tests.support.case_program import build_case, run_on_board, run_on_host
from tinyc.kernels.record import KERNELS
from tinyc.targets import load_board

SHORT = ("17_of_6x5_by_3x2", "17_elements", "rows_of_5_by_one")
"""Cases around 16 lanes of kernels without weights."""


def all_of_mve() -> set[str]:
    return {name for _, name in KERNELS if name.endswith("_mve")}


def _conv(
    inputs: int, outputs: int, height: int, width: int, kernel: tuple[int, int] = (3, 3), stride: int = 1,
    dilation: int = 1, depthwise: bool = False,
) -> Case:  # fmt: skip
    tensors = (x(1, inputs, height, width), x(outputs, 1 if depthwise else inputs, *kernel), x(outputs))
    attributes: dict[str, object] = {"pads": [1, 1, 1, 1], "strides": [stride, stride], "dilations": [1, dilation]}
    attributes["group"] = inputs if depthwise else 1
    name = f"mve_{inputs}_{outputs}_{height}x{width}_by_{stride}_dilation_{dilation}"
    return Case("Conv", name, tensors, attributes, (1, 2), int8=True)


CASES = [
    _conv(19, 6, 5, 5),
    _conv(16, 8, 3, 6),
    _conv(5, 4, 4, 17, stride=2),
    _conv(3, 5, 4, 9, dilation=2),
    _conv(3, 4, 6, 131, kernel=(7, 4)),
    *(_conv(10, 10, height, width, stride=s, depthwise=True) for height, width, s in ((3, 17, 1), (4, 34, 2))),
    *(_conv(9, 9, height, width, stride=s, depthwise=True) for height, width, s in ((16, 3, 1), (33, 4, 2))),
]


def test_on_the_host_and_a_cortex_m55(tmp_path: Path) -> None:
    board = load_board("cortex-m55")
    tiles = families()["conv_tiles"]
    short = [case for case in families()["word_wise"] if case.name in SHORT]
    cases = [
        *CASES,
        *tiles[::8],
        *short,
        *families()["depthwise"][::8],
        *(case for case in tiles if case.name == "1x640_to_128"),
    ]
    made = [variant for case in cases for variant in variants(case) if variant.integer]
    built = [build_case(variant, board, tmp_path) for variant in made]
    assert {call.kernel for case in built for call in case.result.program.calls} >= all_of_mve()
    folders = [tmp_path / name for name in ("host", "kernels", "board")]
    for folder in folders:
        folder.mkdir()
    on_host = run_on_host(built, folders[0], folders[1])
    for case, outputs, board_outputs in zip(built, on_host, run_on_board(built, board, folders[2]), strict=True):
        check(case, outputs)
        check(case, board_outputs)
