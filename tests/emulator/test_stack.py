"""The bound of the stack: the emulator sees all of it and never more, and what cannot be bounded is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.test_cases_on_board import variants_of
from tests.emulator.toy import write_toy
from tests.support.case_models import families
from tests.support.case_program import build_case, link_for_board
from tinyc.codegen.project import write
from tinyc.driver import Options, build
from tinyc.emulate import build_image, run_image
from tinyc.host.samples import zero_bytes
from tinyc.recipe import load_recipe
from tinyc.stack import HARNESS, StackUse, stack_bounds, stack_use
from tinyc.stack.analyse import RELOCATIONS, call_graph
from tinyc.stack.usage import read_usage
from tinyc.targets import load_board


def use_of(project: Path, board_name: str, folder: Path) -> StackUse:
    image = build_image(project, load_board(board_name), work_dir=folder)
    result = run_image(image, zero_bytes(image.manifest.inputs), 1)
    marks = zip(HARNESS, (result.stack_of_init, result.stack_high_water), strict=True)
    return stack_use(stack_bounds(image, project), list(marks))


def filled(name: str, words: int, more: str = "") -> str:
    """C of a function with a frame of so many words."""
    return f"""
__attribute__((noinline)) static int {name}(const int8_t *x{more})
{{
    volatile int a[{words}];
    for (int i = 0; i < {words}; i++) {{ a[i] = x[0]; }}
    return a[x[1] & 7];
}}
"""


FUNCTIONS = (
    filled("frame", 20) + filled("large", 600) + filled("pointed", 30) + filled("other", 90, ", int more")
    + """
typedef struct { int (*run)(const int8_t *x); int (*run_more)(const int8_t *x, int more); } way;
extern const way toy_ways;
const way toy_ways = {pointed, other};
int toy_large(const int8_t *x) { return frame(x) + large(x) + x[2]; }
__attribute__((noipa)) int toy_pointer(const way *w, const int8_t *x) { return w->run(x) + 1; }
int toy_other(const way *w, const int8_t *x) { return w->run_more(x, 5) + 1; }
int toy_tail(const way *w, const int8_t *x) { return w->run(x); }
int toy_switch(const int8_t *x, int which)
{
    switch (which) {
    case 0: return frame(x) + 1;
    case 1: return 7 * x[3];
    case 2: return pointed(x) - 4;
    case 3: return x[0] / 3;
    case 4: return x[5] ^ x[6];
    case 5: return x[7] * x[1];
    default: return 2;
    }
}
int toy_recursion(const int8_t *x, int n) { return (n > 0) ? x[n] ^ (toy_recursion(&x[1], n - 1) / 3) : frame(x); }
int toy_length(const int8_t *x, int n) { volatile int a[n]; a[n - 1] = x[0]; return a[n - 1]; }
typedef int (*nobody)(int x, int y, int z);
int toy_nowhere(nobody unknown) { return unknown(1, 2, 3) + 1; }
"""
)  # fmt: skip
WORDS = {"toy_large": 600, "toy_pointer": 30, "toy_other": 90, "toy_tail": 30, "toy_switch": 30}
"""The words of the deepest frame below each function of the toy."""
REASONS = {
    "toy_recursion": "may call itself",
    "toy_length": "moves the stack",
    "toy_nowhere": "holds the address of no such function",
}


@pytest.mark.parametrize("board", ["cortex-m4", "cortex-m0", "riscv32"])
def test_frames_calls_and_reasons(board: str, tmp_path: Path) -> None:
    """A call by pointer goes to the functions with the pointer's parameters; what has no bound says why."""
    project = write_toy(tmp_path / "toy", prelude=FUNCTIONS, body="x[0] = (int8_t)toy_pointer(&toy_ways, x);")
    image = build_image(project, load_board(board), work_dir=tmp_path)
    found = {bound.entry: bound for bound in stack_bounds(image, project)}
    for name, words in WORDS.items():
        assert 4 * words <= (found[name].bytes or 0) <= 4 * words + 96, found[name]
        assert sum(step.bytes for step in found[name].path) == found[name].bytes
    assert {name: found[name].bytes for name in REASONS} == dict.fromkeys(REASONS)
    assert [name for name, reason in REASONS.items() if reason not in found[name].reason] == [], found
    told = read_usage((image.work_dir / "project").glob("*.su"))
    assert [usage.function for usage in told if not usage.is_fixed] == ["toy_length"]


def test_assembly_in_a_function_counts(tmp_path: Path) -> None:
    """The compiler does not see what assembly pushes; the emulator does."""
    push = "push {r0-r7}\\n sub sp, sp, #40\\n str r0, [sp]\\n add sp, sp, #40\\n pop {r0-r7}"
    project = write_toy(tmp_path / "toy", body=f'__asm__ volatile("{push}" ::: "memory");')
    found = use_of(project, "cortex-m4", tmp_path)
    assert found.bytes is not None and found.bytes == found.measured and found.bytes >= 72


@pytest.mark.parametrize("board", ["cortex-m0", "riscv32"])
def test_the_emulator_sees_all_of_it(board: str, digits: Path, tmp_path: Path) -> None:
    """Weights are decoded by codecs, which are called by pointers."""
    result = build(digits / "digits_int8.onnx", load_board(board), load_recipe("lossless"), Options(name="net"))
    write(result.project, tmp_path / "net")
    found = use_of(tmp_path / "net", board, tmp_path)
    assert found.bytes is not None and found.measured is not None and found.bound is not None
    assert found.measured <= found.bytes <= found.measured + 16, found.bound
    assert {bound.entry for bound in found.functions} >= {"net_init", "net_invoke", "net_input", "net_output"}
    assert all(bound.bytes is not None for bound in found.functions)


@pytest.mark.slow
@pytest.mark.parametrize("board_name", ["cortex-m0", "cortex-m4", "cortex-m55", "riscv32"])
@pytest.mark.parametrize("family", families())
def test_every_kernel_has_a_bound(family: str, board_name: str, tmp_path: Path) -> None:
    """No recursion, no frame of a length known at run time, and no pointer to anywhere: of all cases of a family."""
    board = load_board(board_name)
    built = [build_case(variant, board, tmp_path) for variant in variants_of(family)]
    elf, objects = link_for_board(built, board, tmp_path, RELOCATIONS), tmp_path / "project"
    assert [usage for usage in read_usage(objects.glob("*.su")) if not usage.is_fixed] == []
    sources = [file for case in built for file in case.folder.rglob("*.[ch]")]
    graph, listing = call_graph(elf, board.core, objects, sources)
    places = {function.name: address for address, function in listing.functions.items()}
    entries = [f"{case.variant.name}_invoke" for case in built]
    bounds = [graph.bound(name, places[name]) for name in entries]
    assert [bound for bound in bounds if bound.bytes is None] == []
