"""Memory regions: what lies where on a board with two RAMs, in C and on the emulator, and what is refused."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_nets import random_net
from tests.conftest import ROOT
from tinyc.codegen.manifest import read_manifest
from tinyc.codegen.project import write
from tinyc.driver import BuildResult, Options, build
from tinyc.emulate import build_image, run_image
from tinyc.errors import DoesNotFit, OptionError
from tinyc.host.model import load_host_model
from tinyc.host.samples import random_samples, to_bytes
from tinyc.ir.edge_memory import EdgeMemory
from tinyc.ir.graph import Graph
from tinyc.lower.accesses import constant_accesses
from tinyc.lower.ledger import check_budget, ledger
from tinyc.lower.lower import lower
from tinyc.lower.offsets.room import Room
from tinyc.lower.program import Buffer, Program, Role
from tinyc.lower.regions import Places
from tinyc.report.elf import sizes
from tinyc.report.region_rows import region_documents, region_rows
from tinyc.targets import Board, load_board

EXAMPLE = ROOT / "examples" / "two_rams"
BOARD = load_board(EXAMPLE / "two_rams.toml")
OPTIONS = Options(name="scene", channels_last_inputs=True)


def made(board: Board = BOARD, **options: object) -> BuildResult:
    return build(EXAMPLE / "scene_int8.onnx", board, options=replace(OPTIONS, **options))  # type: ignore[arg-type]


@cache
def graph() -> Graph:
    return made().graph


def placed(board: Board = BOARD, **asked: str) -> Program:
    return lower(graph(), board, places=Places(tuple(asked.items())))


def sharing(board: Board, **shares: int) -> Board:
    return replace(board, budget=replace(board.budget, shares=tuple(shares.items())))


def costing(board: Board, **costs: float) -> Board:
    regions = tuple(replace(region, cost=costs.get(region.name, region.cost)) for region in board.regions)
    return replace(board, regions=regions)


@pytest.fixture(scope="module")
def hot(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildResult, Path]:
    """The example with weights in the fast RAM, too."""
    folder = tmp_path_factory.mktemp("hot") / "scene"
    result = made(place={"weights": "dtcm"})
    write(result.project, folder)
    return result, folder


def test_two_rams_on_the_emulator(hot: tuple[BuildResult, Path], tmp_path: Path) -> None:
    """Buffers and copied weights in the DTCM, the rest in SRAM: equal to the host bit for bit."""
    result, folder = hot
    manifest = read_manifest(folder)
    content = to_bytes(random_samples(manifest.inputs, 2, 1), manifest.inputs)
    image = build_image(folder, BOARD, work_dir=tmp_path / "board")
    here = load_host_model(folder, tmp_path / "host").run(content, 2).outputs
    assert run_image(image, content, 2).outputs == here
    found = sizes(image.elf)
    dtcm = region_documents(result.program, BOARD)[1]
    assert dtcm["name"] == "dtcm" and 0 < dtcm["constants"] <= found.data < dtcm["constants"] + 64
    assert found.arena == result.program.arena_bytes + dtcm["arena"]
    addresses = subprocess.run(["arm-none-eabi-nm", image.elf], capture_output=True, text=True, check=True).stdout
    where = {line.split()[-1]: int(line.split()[0], 16) for line in addresses.splitlines()}
    fast = BOARD.region("dtcm")
    moved = [f"scene_{constant.name}" for constant in result.program.constants if constant.region]
    assert moved and all(fast.origin <= where[name] < fast.end for name in (*moved, "arena_1"))


def test_streams_in_fast_ram(tmp_path: Path) -> None:
    """Lines of rows in the DTCM, on the emulator: what the plain build gives."""
    result = made(optimize="ram", place={"*_to_*.scratch": "dtcm"})
    assert {stream.memory for stream in result.program.streams} == {"arena_1"}
    write(result.project, tmp_path / "ram")
    write(made(sharing(BOARD)).project, tmp_path / "plain")
    manifest = read_manifest(tmp_path / "ram")
    content = to_bytes(random_samples(manifest.inputs, 2, 2), manifest.inputs)
    image = build_image(tmp_path / "ram", BOARD, work_dir=tmp_path / "board")
    plain = load_host_model(tmp_path / "plain", tmp_path / "host").run(content, 2).outputs
    assert run_image(image, content, 2).outputs == plain


def test_what_is_accessed_most_is_fast(hot: tuple[BuildResult, Path]) -> None:
    program = placed()
    assert {memory.value: memory.role for memory in program.memories} == {"dtcm": Role.REGION}
    assert 0 < program.memories[0].bytes <= BOARD.share(BOARD.region("dtcm"))
    assert all(buffer.memory == "arena_1" for buffer in program.buffers if buffer.role is Role.SCRATCH)
    slow = [buffer.accesses / buffer.bytes for buffer in program.buffers if buffer.memory == "arena"]
    fast = [buffer.accesses / buffer.bytes for buffer in program.buffers if buffer.memory == "arena_1"]
    assert slow and max(slow) < max(fast) and sum(fast) / len(fast) > 10 * sum(slow) / len(slow)
    report = {"regions": region_documents(program, BOARD), "buffers": [
        {"name": b.name, "memory": b.memory, "bytes": b.bytes, "accesses": b.accesses} for b in program.buffers
    ]}  # fmt: skip
    assert len(region_rows(report)) == len(program.buffers) + 2
    weights = [constant for constant in hot[0].program.constants if constant.role == "weights"]
    assert {constant.region for constant in weights} == {"dtcm"}, "there is room for all of them"
    few = placed(sharing(BOARD, dtcm=3_000), weights="dtcm")
    counts = constant_accesses(few)
    density = {c.region: counts[c.name] / c.bytes for c in sorted(few.constants, key=lambda c: counts[c.name] / c.bytes)
               if c.role == "weights"}  # fmt: skip
    assert density["dtcm"] > density[""], "the hottest first"


def test_one_region_is_as_it_was() -> None:
    """Without a share nothing changes; with equal costs nothing moves."""
    plain = made(sharing(BOARD))
    equal = made(costing(BOARD, ram=1.0))
    assert not plain.program.memories and not equal.program.memories
    ours = {path: text for path, text in plain.project.files.items() if not path.endswith("manifest.json")}
    assert all(equal.project.files[path] == text for path, text in ours.items())
    assert not any(b"TINYC_SECTION" in text or b"bind_" in text for path, text in ours.items() if "status" not in path)


def test_slow_memory_takes_what_the_arena_has_no_room_for() -> None:
    whole = placed(sharing(BOARD)).arena_bytes
    small = replace(BOARD, budget=replace(BOARD.budget, ram_bytes=BOARD.budget.stack_bytes + 17_000))
    program = placed(costing(sharing(small, dtcm=16_384), dtcm=9.0))
    assert whole > 17_000 >= program.arena_bytes and program.memories[0].bytes <= 16_384
    check_budget(ledger(program, small), small, program)


def test_weights_in_ram_count_twice(tmp_path: Path) -> None:
    board = load_board("nucleo-h743zi")
    plain, program = placed(board), placed(board, weights="ram")
    weights = program.constant_bytes("weights")
    assert {constant.section for constant in program.constants if constant.role == "weights"} == {".data"}
    assert ledger(program, board).flash_bytes == ledger(plain, board).flash_bytes
    assert ledger(program, board).ram_bytes == ledger(plain, board).ram_bytes + weights
    little = replace(board, budget=replace(board.budget, ram_bytes=ledger(plain, board).ram_bytes + 1000))
    some = placed(little, weights="ram")
    check_budget(ledger(some, little), little, some)
    in_ram = sum(constant.bytes for constant in some.constants if constant.region == "ram")
    assert 0 < in_ram <= 1000


def test_another_flash_takes_what_is_read_least() -> None:
    regions = (*BOARD.regions, replace(BOARD.flash, name="qspi", origin=0x9000_0000, cost=20.0))
    board = replace(sharing(BOARD, qspi=1 << 20), regions=regions)
    tight = replace(board, budget=replace(board.budget, flash_bytes=32 * 1024 + 4000))
    program = placed(tight)
    assert {constant.section for constant in program.constants} == {"", ".flash.qspi"}
    assert sum(constant.bytes for constant in program.constants if not constant.region) <= 4000
    assert not any(constant.region for constant in placed(board).constants), "all fit into the faster one"


MISUSE = """#include "scene.h"
static _Alignas(16) uint8_t arena[SCENE_ARENA_BYTES];
static _Alignas(16) uint8_t fast[SCENE_ARENA_1_BYTES + 16u];
int main(void)
{
    scene_t net;
    if (scene_init(&net, arena, sizeof arena) != TINYC_OK) return 1;
    if (scene_invoke(&net) != TINYC_NOT_BOUND) return 2;
    if (scene_bind_region(&net, 0, fast, sizeof fast) != TINYC_BAD_INDEX) return 3;
    if (scene_bind_region(&net, 1, fast, SCENE_ARENA_1_BYTES - 1u) != TINYC_ARENA_TOO_SMALL) return 4;
    if (scene_bind_region(&net, 1, fast + 4, SCENE_ARENA_1_BYTES) != TINYC_MISALIGNED) return 5;
    if (scene_bind_region(&net, 1, NULL, SCENE_ARENA_1_BYTES) != TINYC_NULL_POINTER) return 6;
    if (scene_bind_region(&net, 1, fast, SCENE_ARENA_1_BYTES) != TINYC_OK) return 7;
    return (scene_invoke(&net) == TINYC_OK) ? 0 : 8;
}
"""


def test_misuse_is_refused(hot: tuple[BuildResult, Path], tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text(MISUSE)
    strict = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-pedantic", "-Wcast-qual")
    sources = sorted((hot[1] / "src").glob("*.c"))
    command = ["gcc", *strict, f"-I{hot[1] / 'include'}", tmp_path / "main.c", *sources, "-o", tmp_path / "misuse"]
    subprocess.run(command, check=True)
    readme = (hot[1] / "README.md").read_text()
    (tmp_path / "readme.c").write_text(readme.split("```c\n")[1].split("```")[0])
    command = ["gcc", *strict, f"-I{hot[1] / 'include'}", "-c", tmp_path / "readme.c", "-o", tmp_path / "x.o"]
    subprocess.run(command, check=True)
    assert "`.copy.dtcm.*`" in readme
    subprocess.run([tmp_path / "misuse"], check=True)


@pytest.mark.parametrize(
    "asked, error, reason, hint",
    [
        ({"weights": "dctm"}, OptionError, "two_rams has no such region", "dtcm"),
        ({"conv2d_O.scratch": "dtcm"}, OptionError, "no buffer or constant is called so", "conv2d_4.scratch"),
        ({"*.scratch": "flash"}, OptionError, "no constant", ""),
        ({"*_Output": "dtcm"}, DoesNotFit, "does not fit its 16384 bytes", "[budget]"),
    ],
)
def test_places_that_cannot_be(asked: dict[str, str], error: type[Exception], reason: str, hint: str) -> None:
    with pytest.raises(error) as caught:
        lower(graph(), BOARD, places=Places(tuple(asked.items())))
    assert reason in caught.value.reason and hint in caught.value.hint  # type: ignore[attr-defined]


def test_weights_and_buffers_share_the_fast_ram() -> None:
    """What they save together is at least what buffers save that come first, and what is asked by name stays."""
    gains = {"dtcm": BOARD.ram.cost - BOARD.region("dtcm").cost, "flash": BOARD.flash.cost - BOARD.region("dtcm").cost}

    def saved(program: Program) -> float:
        buffers = sum(buffer.accesses for buffer in program.buffers if buffer.memory == "arena_1")
        counts = constant_accesses(program)
        return gains["dtcm"] * buffers + gains["flash"] * sum(counts[c.name] for c in program.constants if c.region)

    small = sharing(BOARD, dtcm=6_000)
    alone, together = placed(small), placed(small, weights="dtcm")
    first = sum(memory.bytes for memory in alone.memories)
    assert any(constant.region for constant in together.constants) and saved(together) > saved(alone)
    assert sum(c.bytes for c in together.constants if c.region) > 6_000 - first, "more than buffers leave"
    asked = placed(small, weights="dtcm", last_QuantizeLinear_Output="dtcm", dense_0_weights="dtcm")
    assert next(c for c in asked.constants if c.name == "dense_0_weights").region == "dtcm"
    assert next(b for b in asked.buffers if b.name == "last_QuantizeLinear_Output").memory == "arena_1"


@pytest.mark.parametrize("seed", [0, 3])
def test_random_graphs(seed: int) -> None:
    """An input to consume and a second region: a legal program (`Program.verify`), into whose fast RAM nothing more
    fits of what lies in the arena.
    """
    graph = random_net(seed, 12)
    graph = replace(graph, edges=EdgeMemory(frozenset(graph.fed), frozenset(graph.fed)))
    board = sharing(BOARD, dtcm=1500)
    program = lower(graph, board)
    fast = [buffer for buffer in program.buffers if buffer.memory == "arena_1"]
    assert fast and all(buffer.offset + buffer.bytes <= 1500 for buffer in fast)
    room = Room(program.shared, "arena_1", 1500, tuple(fast))
    slow = [buffer for buffer in program.buffers if buffer.memory == "arena" and buffer.accesses]
    assert not [buffer.name for buffer in slow if room.with_(buffer) is not None], f"seed {seed}"


def test_random_rooms_hold_the_best_of_all_fillings() -> None:
    """Against every subset, on random lifetimes."""
    for seed in range(30):
        generator = np.random.default_rng(seed)
        some = []
        for number in range(6):
            first = int(generator.integers(0, 6))
            size, accesses = int(generator.integers(1, 30)) * 4, int(generator.integers(1, 1000))
            last = first + int(generator.integers(0, 4))
            some.append(Buffer(f"b{number}", Role.ACTIVATION, size, 4, first, last, accesses=accesses))
        room = Room((), "fast", 120)
        found = sum(buffer.accesses for buffer in room.filled(some).buffers)
        subsets = [chosen for count in range(7) for chosen in combinations(some, count)]
        best = max(sum(b.accesses for b in chosen) for chosen in subsets if room.with_(*chosen) is not None)
        assert found == best, f"seed {seed}"
