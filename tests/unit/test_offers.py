"""Why each op has its kernel: what `tinyc explain --op` and `tinyc inspect` show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import tinyc
from tinyc.driver import BuildResult, Options, build
from tinyc.ir.graph import Graph
from tinyc.ir.text import parse
from tinyc.lower.goal import Goal
from tinyc.lower.offers import Offer, offers
from tinyc.targets import load_board

BOARD = load_board("cortex-m4")


def built(digits: Path, goal: Goal) -> BuildResult:
    return build(digits / "digits_int8.onnx", BOARD, options=Options(optimize=goal.value))


@pytest.mark.parametrize("goal", Goal)
def test_the_one_that_is_taken_is_the_programs(goal: Goal, digits: Path) -> None:
    result = built(digits, goal)
    found = offers(result.graph, BOARD, goal)
    for call in result.program.calls:
        (taken,) = (offer for offer in found[call.name] if offer.taken)
        assert taken.kernel == call.kernel
        if call.stage is not None:
            continue
        scratch = [buffer.bytes for buffer in result.program.buffers if buffer.name == f"{call.name}.scratch"]
        assert scratch == [size for size in [taken.scratch] if size]


def test_each_has_a_reason_and_what_it_takes(digits: Path) -> None:
    result = built(digits, Goal.TIME)
    refused = 0
    called = {call.name for call in result.program.calls}
    for name, several in offers(result.graph, BOARD, Goal.TIME).items():
        alone = name in called or several[0].kernel.startswith("view_")
        assert several[0].taken and several[0].why == ("fewest cycles" if alone else "done together with conv2d_0")
        usable = [offer for offer in several if not offer.refused]
        assert [offer.cycles for offer in usable] == sorted(offer.cycles or 0.0 for offer in usable)
        assert all(offer.why for offer in several)
        assert all((offer.scratch is None) == (offer.flash is None) == offer.refused for offer in several)
        refused += len(several) - len(usable)
    assert refused > 0


def test_flash_of_a_kernel_is_what_it_stores(digits: Path) -> None:
    result = built(digits, Goal.TIME)
    taken = [offer for several in offers(result.graph, BOARD, Goal.TIME).values() for offer in several if offer.taken]
    assert sum(offer.flash or 0 for offer in taken) == sum(constant.bytes for constant in result.program.constants)


def test_without_a_kernel_all_reasons_are_left() -> None:
    graph = parse("graph g\ninput x: f32[1,4]\ny = relu(x)\noutput y\n")
    strange: Graph = parse("graph g\ninput x: bool[1,4]\ny = relu(x)\noutput y\n")
    assert sum(offer.taken for offer in offers(graph, BOARD)["relu_0"]) == 1
    found: tuple[Offer, ...] = offers(strange, BOARD)["relu_0"]
    assert found and all(offer.refused and not offer.taken and offer.why for offer in found)


def test_words(digits: Path) -> None:
    ended = tinyc("explain", digits / "digits_int8.onnx", "--op", "conv2d_0", "--optimize", "time")
    assert ended.code == 0
    for words in ("scratch", "flash", "fewest cycles", "% cycles", "needs mve", "x must be f32, is s8"):
        assert words in ended.stdout
    assert "fewest cycles" not in tinyc(
        "explain", digits / "digits_int8.onnx", "--op", "conv2d_0", "--optimize", "flash"
    ).stdout  # fmt: skip
    shown = tinyc("inspect", digits / "digits_int8.onnx", "--board", "cortex-m4").stdout
    assert "refused: tinyc explain MODEL --op NAME" in shown and "fewest cycles" in shown
